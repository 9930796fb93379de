"""Cards through the gate: from the lake, from what a caller sent, and never before the audit has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app_folders import write_app
from medark.errors import AccessError, MedarkError, NotFoundError, StorageError
from medark.flows.apps import life
from medark.flows.gate import reader_of
from medark.flows.hooks import Asked, Hooks, Told
from medark.flows.hooks.hooks import UnknownPatientError, WrongHookError
from medark.flows.hooks.patients import number_of, person_of
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Reader, Refusal, Rows
from medark.model.user import User
from unit.flows.apps import conftest as apps

made, workspace, owner = apps.made, apps.workspace, apps.owner  # the same people
OBSERVATION = {
    "resourceType": "Observation", "id": "o1", "status": "final", "subject": {"reference": "Patient/p-77"},
    "code": {"coding": [{"system": "http://loinc.org", "code": "2823-3"}]},
    "effectiveDateTime": "2024-06-30T21:00:00+08:00",
    "valueQuantity": {"value": 7.4, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"},
}  # fmt: skip


def clock() -> float:
    return apps.NOW.replace(tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()


@pytest.fixture
def hooks(workspace: Workspace) -> Iterator[Hooks]:
    """The shipped card, running."""
    apps.put_in(workspace, Path("potassium_card"))
    yield Hooks(workspace, clock)


def view(person_id: int | None, **more: Any) -> Asked:
    return Asked("patient-view", str(person_id), person_id, **more)


def summaries(hooks: Hooks, asked: Asked, reader: Reader) -> list[str]:
    return [one.card.summary for one in ask(hooks, asked, reader).cards()]


def ask(hooks: Hooks, asked: Asked, reader: Reader, app: str = "potassium_card") -> Told:
    """The answer; what is at hand without asking is exactly that, and nothing where the answer is no."""
    at_hand = hooks.at_hand.told(app, asked.hook, lambda _: asked, reader)
    try:
        told = hooks.ask(app, asked.hook, lambda _: asked, reader)
    except MedarkError:
        assert at_hand is None
        raise
    if at_hand is not None:
        assert (at_hand._cards, at_hand.owed, at_hand.person_id) == (told._cards, told.owed, told.person_id)
    return told


def sent(*resources: object, patient: str = "p-77", person_id: int | None = None) -> Asked:
    """A call that sends all of the patient's measurements."""
    return Asked("patient-view", patient, person_id, covered=frozenset({"measurement"}), sent=resources)


def observed(value: float) -> dict[str, Any]:
    return {**OBSERVATION, "valueQuantity": {**OBSERVATION["valueQuantity"], "value": value}}  # type: ignore[dict-item]


def test_whom_the_rule_fires_for_with_its_evidence(hooks: Hooks, owner: Reader) -> None:
    assert {n for n in apps.VALUES if summaries(hooks, view(n), owner)} == {1, 3}
    (shown,) = ask(hooks, view(1, language="zh"), owner).cards()
    assert shown.card.summary.startswith("血钾危急值：6.8")
    assert shown.evidence == (("measurement", 101),)
    assert shown.card.source.topic is not None
    assert shown.card.source.topic.code == shown.rule == "critical_potassium"


def test_each_reading_is_in_the_audit_also_of_a_record_that_was_kept(
    hooks: Hooks, workspace: Workspace, owner: Reader
) -> None:
    before = len(workspace.ledger.audit.about(1))
    for _ in range(3):
        summaries(hooks, view(1), owner)
    told = workspace.ledger.audit.about(1)[before:]
    assert len(told) == 3
    first, *again = (replace(entry.act) for entry in told)
    assert again == [first, first]
    assert (first.action, first.app, first.rows) == ("cards", "potassium_card", 1)


def test_nothing_is_told_that_the_audit_does_not_have(
    hooks: Hooks, workspace: Workspace, owner: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    summaries(hooks, view(1), owner)  # it is kept now

    def full(*_: object) -> None:
        raise StorageError("the ledger can't be written")

    monkeypatch.setattr(type(workspace.ledger.audit), "add_together", full)
    with pytest.raises(StorageError):
        ask(hooks, view(1), owner).cards()
    with pytest.raises(StorageError):
        ask(hooks, view(3), owner)


def test_who_was_asked_of_before_is_at_hand_until_anything_changes(
    hooks: Hooks, workspace: Workspace, owner: Reader
) -> None:
    """How long an answer holds is learned by the second call. A new row, and an application that goes, end it."""

    def at_hand(asked: Asked) -> Told | None:
        return hooks.at_hand.told("potassium_card", "patient-view", lambda _: asked, owner)

    for person_id in (1, 2):
        for _ in range(3):
            ask(hooks, view(person_id), owner).cards()
    told = at_hand(view(1))
    assert told is not None
    assert [one.card.summary for one in told.cards()] == summaries(hooks, view(1), owner)
    assert at_hand(view(2)) is not None
    assert at_hand(view(1, language="zh")) is None
    assert at_hand(view(1, covered=frozenset({"measurement"}))) is None
    assert at_hand(view(1, drafts=[OBSERVATION])) is None
    assert at_hand(view(None)) is None
    assert hooks.at_hand.told("potassium_card", "encounter-discharge", lambda _: view(1), owner) is None
    assert hooks.at_hand.told("nothing", "patient-view", lambda _: view(1), owner) is None
    assert (
        hooks.at_hand.told("potassium_card", "patient-view", lambda _: view(1), Reader("nobody", Purpose.CARE)) is None
    )
    apps.write(workspace, measurement=[apps.potassium(2, 6.9, key=902)])
    assert at_hand(view(1)) is None
    for _ in range(3):
        ask(hooks, view(1), owner).cards()
    assert at_hand(view(1)) is not None
    life.disable(workspace, "potassium_card", by=owner.user)
    assert at_hand(view(1)) is None


def test_what_is_at_hand_is_not_told_that_the_audit_does_not_have(
    hooks: Hooks, workspace: Workspace, owner: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        ask(hooks, view(1), owner).cards()
    told = hooks.at_hand.told("potassium_card", "patient-view", lambda _: view(1), owner)

    def full(*_: object) -> None:
        raise StorageError("the ledger can't be written")

    monkeypatch.setattr(type(workspace.ledger.audit), "add_together", full)
    assert told is not None
    with pytest.raises(StorageError):
        told.cards()


def test_a_new_row_is_seen_at_once(hooks: Hooks, workspace: Workspace, owner: Reader) -> None:
    assert summaries(hooks, view(2), owner) == []
    apps.write(workspace, measurement=[apps.potassium(2, 6.9, key=902)])
    assert summaries(hooks, view(2), owner) == ["Critical potassium: 6.9 mmol/L at 2024-06-30 09:00"]


def test_what_is_taken_back_is_gone_at_once(hooks: Hooks, workspace: Workspace, owner: Reader) -> None:
    assert summaries(hooks, view(1), owner)
    workspace.ledger.refusals.add([Refusal(1, Purpose.CARE)])
    with pytest.raises(UnknownPatientError):
        summaries(hooks, view(1), owner)
    assert summaries(hooks, view(3), owner)
    for grant in workspace.ledger.access.grants():
        if grant.holder_kind is Holder.ROLE and grant.purpose is Purpose.CARE:
            workspace.ledger.access.revoke(grant.number)
    with pytest.raises(AccessError):
        summaries(hooks, view(3), owner)


def test_a_record_that_was_kept_for_one_is_not_given_to_another(
    hooks: Hooks, workspace: Workspace, owner: Reader
) -> None:
    """The second reader's grant is for people in care alone, and nobody is."""
    assert summaries(hooks, view(1), owner)
    workspace.ledger.users.add(User("dora", organisation="north"))
    grant = Grant(0, Holder.USER, "dora", Purpose.CARE, {"*": None}, Rows.CARE, 4, 0)
    workspace.ledger.access.add_grant(grant)
    with pytest.raises(UnknownPatientError):
        summaries(hooks, view(1), reader_of(workspace, "dora", Purpose.CARE))
    assert summaries(hooks, view(1), owner)


def test_nobody_known_and_nothing_sent(hooks: Hooks, owner: Reader) -> None:
    for nobody in (view(999), view(None)):
        with pytest.raises(UnknownPatientError):
            summaries(hooks, nobody, owner)
    with pytest.raises(WrongHookError):
        ask(hooks, Asked("encounter-start", "1", 1), owner)
    with pytest.raises(NotFoundError):
        ask(hooks, view(1), owner, "no_such")


def test_what_the_caller_sends_takes_the_place_of_the_lake(hooks: Hooks, owner: Reader) -> None:
    (shown,) = ask(hooks, sent(OBSERVATION), owner).cards()
    assert shown.card.summary == "Critical potassium: 7.4 mmol/L at 2024-06-30 21:00"
    assert shown.evidence == ()  # it lies nowhere here
    assert summaries(hooks, view(1), owner)
    assert summaries(hooks, sent(observed(4), person_id=1), owner) == []
    assert summaries(hooks, sent(person_id=1), owner) == []
    assert summaries(hooks, sent(OBSERVATION, patient="p-78"), owner) == []  # that is somebody else's


def test_what_can_not_be_read_is_left_out(hooks: Hooks, owner: Reader) -> None:
    broken = [{"resourceType": "Observation"}, {}, 7, "x", [], {"resourceType": "Nonsense", "a": [[]]}, None]
    assert len(summaries(hooks, sent(*broken, OBSERVATION, *broken), owner)) == 1


def test_the_audit_has_what_is_judged_of_sent_data(hooks: Hooks, workspace: Workspace, owner: Reader) -> None:
    before = workspace.ledger.audit.entries()[-1].entry_no
    summaries(hooks, sent(OBSERVATION), owner)
    (entry,) = [one for one in workspace.ledger.audit.entries() if one.entry_no > before]
    assert (entry.act.app, entry.act.detail["sent"], entry.people) == ("potassium_card", 1, 0)
    assert "p-77" not in repr(entry)


def test_an_application_without_a_grant_judges_no_sent_data(hooks: Hooks, workspace: Workspace, owner: Reader) -> None:
    for grant in workspace.ledger.access.grants():
        if grant.holder == "potassium_card":
            workspace.ledger.access.revoke(grant.number)
    with pytest.raises(AccessError):
        summaries(hooks, sent(OBSERVATION), owner)


def test_an_order_that_is_not_signed_yet_is_a_row(hooks: Hooks) -> None:
    draft = {
        "resourceType": "MedicationRequest", "id": "m1", "status": "draft", "intent": "order",
        "subject": {"reference": "Patient/1"}, "authoredOn": "2024-07-01",
        "medicationCodeableConcept": {
            "coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "617993"}]},
    }  # fmt: skip
    rows = hooks._prefetch.rows("1", [], [draft, {"resourceType": "Patient"}], ())
    assert {name: table.num_rows for name, table in rows.items()} == {"drug_exposure": 1}


def test_code_that_fails_leaves_the_card_of_the_rules_own_words(
    workspace: Workspace, owner: Reader, tmp_path: Path
) -> None:
    apps.put_in(workspace, write_app(tmp_path, card='assert finding.values["k"] < 7, finding.values["k"]'))
    found = Hooks(workspace, clock)
    (shown,) = ask(found, view(3), owner, "potassium").cards()
    assert (shown.card.summary, shown.card.links) == ("Potassium 7.2", ())


def test_services_come_and_go_with_applications(hooks: Hooks, workspace: Workspace) -> None:
    assert {(one.id, one.hook) for one in hooks.services()} == {
        ("potassium_card", hook) for hook in ("patient-view", "order-select", "order-sign")
    }
    assert set(hooks.services()[0].reads) == {"measurement"}
    assert hooks.rules("potassium_card") == ("critical_potassium",)
    life.disable(workspace, "potassium_card")
    assert hooks.services() == ()


def test_whom_a_number_means(workspace: Workspace) -> None:
    assert person_of(workspace, "17", "") == 17
    assert person_of(workspace, "17", "north") is None
    assert [number_of(told) for told in ("-9", "٣", "9" * 20, "", "1e3", str(2**63))] == [-9] + [None] * 5
