"""Users, grants, refusals, emergencies and judgements in a real ledger: what they change, who may, and what is noted"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from medark.bootstrap import init_workspace
from medark.errors import AccessError, NotFoundError, UsageError
from medark.flows.gate import decide, reader_of
from medark.flows.gate.giving import give, take_back
from medark.flows.gate.glass import break_glass, review
from medark.flows.gate.judging import judge
from medark.flows.gate.owner import OWNERS_LEVEL
from medark.flows.gate.parts import now_ms
from medark.flows.gate.reader import machine_user
from medark.flows.gate.refusing import end_refusals, hear, refuse
from medark.flows.gate.users import add_user, disable, set_roles
from medark.flows.gate.why import NOT_IN_FORCE, OTHER_PURPOSE, why
from medark.flows.workspace import Workspace
from medark.govern.consent import consents
from medark.model.access import Grant, Holder, Purpose, Refusal, Rows
from medark.model.user import User

OWNER = machine_user()


@pytest.fixture(autouse=True)
def the_moment() -> None:
    """Now: the ledger says when something was given or taken back by the machine's clock."""


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    with init_workspace(tmp_path / "ws") as made:
        yield made


def grant(**told: Any) -> Grant:
    usual = {
        "number": 0, "holder_kind": Holder.USER, "holder": "ann", "purpose": Purpose.CARE, "rows": Rows.CARE,
        "level": 3, "tables": {"measurement": None}, "starts_ms": 0, "granted_by": OWNER,
    }  # fmt: skip
    return Grant(**(usual | told))


def test_who_makes_a_workspace_owns_it_and_sees_no_specially_protected_conditions_by_that(ws: Workspace) -> None:
    for purpose in Purpose:
        found = decide(ws, reader_of(ws, OWNER, purpose), {"person": None, "note": {"note_text"}})
        assert found.allowed and found.views["person"].level == OWNERS_LEVEL == 4
    assert [entry.action for entry in ws.ledger.audit.entries(actor=OWNER)] == ["workspace made"]


def test_nobody_reads_until_a_grant_opens_it_and_no_longer_than_that(ws: Workspace) -> None:
    add_user(ws, OWNER, User("ann", organisation="north"))
    ann, asked = reader_of(ws, "ann", Purpose.CARE), {"measurement": {"value_as_number"}}
    assert not decide(ws, ann, asked).allowed
    given = give(ws, OWNER, grant())
    assert decide(ws, ann, asked).grants == (given.number,)
    assert not decide(ws, reader_of(ws, "ann", Purpose.RESEARCH), asked).allowed
    assert not decide(ws, ann, {"person": None}).allowed
    take_back(ws, OWNER, given.number)
    assert not decide(ws, ann, asked).allowed
    give(ws, OWNER, grant(starts_ms=now_ms() + 60_000))
    assert not decide(ws, ann, asked).allowed
    give(ws, OWNER, grant())
    disable(ws, OWNER, "ann")
    assert not decide(ws, ann, asked).allowed
    noted = [entry.action for entry in ws.ledger.audit.entries(actor=OWNER)]
    assert noted == [
        "workspace made", "user added", "grant given", "grant revoked", "grant given", "grant given", "user changed",
    ]  # fmt: skip


def test_a_role_opens_what_it_was_granted_while_it_is_held(ws: Workspace) -> None:
    add_user(ws, OWNER, User("ann"))
    give(ws, OWNER, grant(holder_kind=Holder.ROLE, holder="ward"))
    assert not decide(ws, reader_of(ws, "ann", Purpose.CARE), {"measurement": None}).allowed
    set_roles(ws, OWNER, "ann", ["ward"], [])
    ann = reader_of(ws, "ann", Purpose.CARE)
    assert decide(ws, ann, {"measurement": None}).allowed
    set_roles(ws, OWNER, "ann", [], ["ward"])
    assert not decide(ws, ann, {"measurement": None}).allowed


@pytest.mark.parametrize(
    "wrong",
    [
        {"tables": {"measurements": None}}, {"tables": {"measurement": frozenset({"price"})}}, {"tables": {}},
        {"level": 6}, {"level": 0}, {"holder": ""}, {"ends_ms": 0}, {"masks": {"person.birth_datetime": "blur"}},
        {"masks": {"person.birth_datetime": "star"}}, {"masks": {"person.person_id": "nothing"}},
        {"masks": {"x": "year"}},
    ],
)  # fmt: skip
def test_a_grant_that_makes_no_sense_is_not_given(wrong: dict[str, Any], ws: Workspace) -> None:
    with pytest.raises(UsageError):
        give(ws, OWNER, grant(**wrong))
    assert len(ws.ledger.access.grants()) == len(Purpose)


def test_only_an_owner_decides_for_others(ws: Workspace) -> None:
    add_user(ws, OWNER, User("ann"))
    before = ws.ledger.access.grants()
    for act in (
        lambda by: give(ws, by, grant(holder=by)),
        lambda by: take_back(ws, by, 1),
        lambda by: add_user(ws, by, User("bo")),
        lambda by: set_roles(ws, by, by, ["owner"], []),
        lambda by: refuse(ws, by, Refusal(1)),
        lambda by: end_refusals(ws, by, 1),
        lambda by: judge(ws, by, "note", "note_text", 1, "it is harmless"),
    ):
        for by in ("ann", "a stranger"):
            with pytest.raises(AccessError):
                act(by)
    assert ws.ledger.access.grants() == before


def test_a_column_is_judged_by_name_and_with_a_reason(ws: Workspace) -> None:
    add_user(ws, OWNER, User("ann"))
    give(ws, OWNER, grant(tables={"note": None}))
    ann = reader_of(ws, "ann", Purpose.CARE)
    assert not decide(ws, ann, {"note": {"note_title"}}).allowed
    judge(ws, OWNER, "note", "note_title", 3, "titles are chosen from a list")
    assert decide(ws, ann, {"note": {"note_title"}}).allowed
    told = why(ws, ann, "note", "note_title").sensitivity
    assert told and (told.level, told.kind, told.reason) == (3, "C3", "titles are chosen from a list")
    for wrong in ((6, "why"), (3, " ")):
        with pytest.raises(UsageError):
            judge(ws, OWNER, "note", "note_title", *wrong)
    with pytest.raises(UsageError):
        judge(ws, OWNER, "note", "no_such_column", 3, "why")


def test_why_tells_what_each_grant_says_and_what_to_type(ws: Workspace) -> None:
    add_user(ws, OWNER, User("ann"))
    over, other = give(ws, OWNER, grant(ends_ms=1)), give(ws, OWNER, grant(purpose=Purpose.RESEARCH))
    low = give(ws, OWNER, grant(level=2, tables={"*": None}))
    told = why(ws, reader_of(ws, "ann", Purpose.CARE), "measurement", "value_as_number")
    assert not told.decision.allowed
    assert {one.grant.number: one.why for one in told.grants} == {
        over.number: NOT_IN_FORCE, other.number: OTHER_PURPOSE,
        low.number: told.decision.reason,
    }  # fmt: skip
    assert told.fix == "medark grant add user:ann --purpose care --table measurement:value_as_number --level 3"


def test_an_emergency_opens_a_record_is_told_and_looked_at_by_somebody_else(ws: Workspace) -> None:
    add_user(ws, OWNER, User("ann", organisation="north"))
    with pytest.raises(AccessError):
        break_glass(ws, "ann", 7, "unconscious in the emergency room")
    give(ws, OWNER, grant())
    with pytest.raises(UsageError):
        break_glass(ws, "ann", 7, "  ")
    broken = break_glass(ws, "ann", 7, "unconscious in the emergency room")
    assert ws.book and ws.book.open_records("ann", now_ms()) == {7} and not ws.book.open_records("bo", now_ms())
    assert not ws.book.open_records("ann", broken.ends_ms)
    (task,) = ws.ledger.tasks.all()
    assert (task.kind, task.person_id, task.organisation) == ("break_glass", 7, "north")
    set_roles(ws, OWNER, "ann", ["owner"], [])
    with pytest.raises(AccessError, match="themselves"):
        review(ws, "ann", broken.number, "it was right")
    assert review(ws, OWNER, broken.number, "it was right").reviewed_by == OWNER
    assert ws.ledger.tasks.one(task.number).state.is_closed
    with pytest.raises(NotFoundError):
        review(ws, OWNER, broken.number, "again")
    assert [entry.action for entry in ws.ledger.audit.about(7)] == ["glass broken", "glass reviewed"]


def consent(**told: Any) -> dict[str, Any]:
    return {"resourceType": "Consent", "id": "c1", "status": "active", "patient": {"reference": "Patient/p1"}, **told}


DENY = {"type": "deny", "purpose": [{"code": "HRESCH"}]}


def test_what_a_consent_says_now_takes_the_place_of_what_it_said(ws: Workspace) -> None:
    def said(*resources: dict[str, Any]) -> set[tuple[Any, Any]]:
        found = [one for resource in resources for one in consents(resource)]
        hear(ws, OWNER, found, {"p1": 7}.get)
        return {(one.purpose, one.organisation) for one in ws.ledger.refusals.of(7)}

    assert said(consent(provision=DENY)) == {(Purpose.RESEARCH, None)}
    assert said({"resourceType": "Bundle", "entry": [{"resource": consent(provision={"type": "deny"})}]}) == {
        (None, None)
    }
    assert said(consent(provision={"type": "permit", "provision": [DENY]})) == {(Purpose.RESEARCH, None)}
    assert said(
        consent(provision={"type": "deny", "provision": [{"type": "permit", "purpose": [{"code": "TREAT"}]}]})
    ) == {(one, None) for one in Purpose if one is not Purpose.CARE}
    actor = {"actor": [{"reference": {"reference": "Organization/south"}}]}
    assert said(consent(provision={"type": "deny", **actor})) == {(None, "south")}
    assert said(consent(provision=DENY, status="inactive")) == set()
    heard = hear(ws, OWNER, list(consents(consent(patient={"reference": "Patient/nobody"}))), {}.get)
    assert (heard.consents, heard.refusals, heard.unknown) == (1, 0, 1)


def test_a_refusal_of_a_period_holds_in_it_alone() -> None:
    (one,) = consents(consent(provision={**DENY, "period": {"start": "2026-01-01", "end": "2026-12-31"}}))
    (told,) = one.refusals(7)

    assert (told.starts_ms, told.ends_ms) == (1_767_225_600_000, 1_798_761_600_000)


def test_refusals_end(ws: Workspace) -> None:
    refuse(ws, OWNER, Refusal(7, Purpose.RESEARCH))
    reader = reader_of(ws, OWNER, Purpose.RESEARCH)
    assert ws.book and ws.book.refused(reader, now_ms()) == ws.book.refused(reader, now_ms(), 7) == {7}
    assert ws.book.refused(replace(reader, purpose=Purpose.CARE), now_ms()) == frozenset()
    assert end_refusals(ws, OWNER, 7) == 1
    assert ws.book.refused(reader, now_ms() + 1) == frozenset()
