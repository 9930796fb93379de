"""Codes of a laboratory's own: noted, matched, decided, applied, kept through a new vocabulary, carried elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from medark.bootstrap import init_workspace
from medark.errors import AccessError, UsageError
from medark.flows import terms
from medark.flows.ingest import ingest
from medark.flows.terms.choice import chosen, none_of_them
from medark.flows.terms.decide import opened_again
from medark.flows.terms.exchange import FORMS, read
from medark.flows.terms.tasks import bring_up_to_date
from medark.flows.vocabulary import load
from medark.flows.workspace import Workspace
from medark.model.progress import Silent
from medark.model.term import SourceTerm, TermState
from medark.model.user import User
from medark.store.vocabulary import load as vocabulary_files

CALCIUM_IN_MOLES = 2_107_129_037  # LOINC 2000-8, which the shipped vocabulary has no standard concept for
POTASSIUM, SODIUM = 3023103, 3019550  # LOINC 2823-3, 2951-2
RESULTS = (("ZK", "血钾", "4.1", "mmol/L"), ("ZK", "血钾", "3.9", "mmol/L"), ("ZQ", "某某项目", "7", ""))


def message(number: int, code: str, name: str, value: str, unit: str) -> bytes:
    lines = (
        rf"MSH|^~\&|LIS|NORTH|||20240105||ORU^R01|{number}|P|2.5||||||UNICODE UTF-8",
        f"PID|1||P{number}^^^^MR||||1961|F",
        f"OBR|1|{number}|{number}|{code}^{name}^L", f"OBX|1|NM|{code}^{name}^L||{value}|{unit}|||||F|||20240105",
    )  # fmt: skip
    return "\r".join([*lines, ""]).encode()


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    folder = tmp_path / "lis"
    folder.mkdir()
    for number, result in enumerate(RESULTS):
        (folder / f"{number}.hl7").write_bytes(message(number, *result))
    with init_workspace(tmp_path / "ws", time_zone="Asia/Shanghai") as opened:
        opened.ledger.users.add(User("olga", organisation="north", roles=frozenset({"owner"})))
        assert ingest(opened, folder, "north/lis").adds_up
        yield opened


def concepts(workspace: Workspace) -> dict[str, set[int]]:
    with workspace.engine.session() as session:
        workspace.lake.snapshot().bind(session, "measurement")
        rows = session.query("SELECT measurement_source_value AS code, measurement_concept_id AS c FROM measurement")
    found: dict[str, set[int]] = {}
    for row in rows.to_pylist():
        found.setdefault(row["code"], set()).add(row["c"])
    return found


def of(workspace: Workspace, code: str) -> terms.Proposed:
    (term,) = [one.term for one in terms.unmapped(workspace, "olga") if one.term.code == code]
    (told,) = terms.proposed(workspace, [term])
    return told


def test_what_was_looked_at_tells_names_apart(workspace: Workspace, tmp_path: Path) -> None:
    sent = tmp_path / "urine"
    sent.mkdir()
    for number, specimen in ((20, "尿液"), (21, "血清")):
        text = message(number, f"G{number}", "葡萄糖", "90", "mg/dL") + f"SPM|1|||1^{specimen}^L\r".encode()
        (sent / f"{number}.hl7").write_bytes(text)
    ingest(workspace, sent, "north/lis")
    asked = [one.term for one in terms.unmapped(workspace, "olga") if one.term.name == "葡萄糖"]
    assert [(one.code, one.specimen) for one in asked] == [("G20", "尿液"), ("G21", "血清")]
    urine, serum = (one.candidates[0].concept.name for one in terms.proposed(workspace, asked))
    assert "Urine" in urine and "Serum or Plasma" in serum


def test_what_nobody_knows_is_listed_by_its_rows(workspace: Workspace) -> None:
    found = terms.unmapped(workspace, "olga")
    assert [(one.term.code, one.term.name, one.term.unit, one.rows) for one in found] == [
        ("ZK", "血钾", "mmol/L", 2), ("ZQ", "某某项目", "", 1),
    ]  # fmt: skip
    assert {one.term.source for one in found} == {"north/lis"}
    (covered,) = terms.coverage(workspace, "olga")
    assert (covered.table, covered.rows, covered.rows_mapped, covered.codes, covered.codes_mapped) == (
        "measurement", 3, 0, 2, 0,
    )  # fmt: skip


def test_a_decision_reaches_the_rows_that_waited_and_those_to_come(workspace: Workspace, tmp_path: Path) -> None:
    told = of(workspace, "ZK")
    assert told.candidates[0].concept.concept_id == POTASSIUM and told.candidates[0].probability > 0.5
    assert terms.decide(workspace, "olga", [chosen(told, 0)]) == 2
    assert concepts(workspace) == {"ZK": {POTASSIUM}, "ZQ": {0}}
    assert [one.term.code for one in terms.unmapped(workspace, "olga")] == ["ZQ"]
    later = tmp_path / "later"
    later.mkdir()
    (later / "9.hl7").write_bytes(message(9, "ZK", "血钾", "4.4", "mmol/L"))
    ingest(workspace, later, "north/lis")
    ingest(workspace, later, "south/lis")  # another source's ZK may be anything
    assert concepts(workspace)["ZK"] == {POTASSIUM, 0}
    assert [(one.term.source, one.rows) for one in terms.unmapped(workspace, "olga") if one.term.code == "ZK"] == [
        ("south/lis", 1)
    ]
    terms.decide(workspace, "olga", [none_of_them(of(workspace, "ZQ"))])
    assert [one.term.source for one in terms.unmapped(workspace, "olga")] == ["south/lis"]


def test_a_new_vocabulary_leaves_what_was_decided(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms.decide(workspace, "olga", [chosen(of(workspace, "ZK"), 0)])
    made: list[str] = []
    write_map = vocabulary_files.write_map
    monkeypatch.setattr(vocabulary_files, "write_map", lambda *given: made.append(given[1]) or write_map(*given))
    head = (
        "source_code", "source_concept_id", "source_vocabulary_id", "source_code_description", "target_concept_id",
        "target_vocabulary_id", "valid_start_date", "valid_end_date", "invalid_reason",
    )  # fmt: skip
    line = ("Q1", "0", "L", "theirs", str(POTASSIUM), "LOINC", "19700101", "20991231", "")
    (tmp_path / "SOURCE_TO_CONCEPT_MAP.csv").write_text("\n".join(map("\t".join, (head, line))) + "\n", "utf-8")
    load(workspace, [tmp_path / "SOURCE_TO_CONCEPT_MAP.csv"], Silent())
    assert made == list(vocabulary_files.MAPS), "each map is made once"
    with workspace.engine.session() as session:
        workspace.vocabulary.bind(session, ("source_to_concept_map",))
        rows = session.query("SELECT source_code, source_vocabulary_id AS v FROM source_to_concept_map ORDER BY 1")
    assert rows.to_pylist() == [{"source_code": "Q1", "v": "L"}, {"source_code": "ZK", "v": "north/lis|measurement|L"}]


@pytest.mark.parametrize("form", sorted(FORMS))
def test_what_was_decided_can_be_carried_to_another_workspace(workspace: Workspace, form: str) -> None:
    open_terms = workspace.ledger.terms.all()
    terms.decide(workspace, "olga", [chosen(of(workspace, "ZK"), 0)])
    text = FORMS[form](terms.proposed(workspace, workspace.ledger.terms.all()))
    workspace.ledger.terms.decide(open_terms)  # as it was
    (said,) = read(workspace, "olga", text)
    assert (said.key, said.state, said.concept_id) == (open_terms[0].key, TermState.MAPPED, POTASSIUM)


def test_only_a_steward_decides_and_only_on_standard_concepts(workspace: Workspace) -> None:
    workspace.ledger.users.add(User("nils", organisation="north", roles=frozenset({"nurse"})))
    told = of(workspace, "ZK")
    for asked in (terms.unmapped, terms.coverage):
        with pytest.raises(AccessError):
            asked(workspace, "nils")
    with pytest.raises(AccessError):
        terms.decide(workspace, "nils", [chosen(told, 0)])
    for wrong in (0, 999_999_999):
        with pytest.raises(UsageError, match="not a standard concept"):
            terms.decide(workspace, "olga", [replace(told.term, state=TermState.MAPPED, concept_id=wrong)])
    assert workspace.ledger.terms.all(TermState.MAPPED) == []


def test_a_code_that_comes_again_keeps_its_decision_and_gets_its_name(workspace: Workspace) -> None:
    nameless = SourceTerm("north/lis", "measurement", "L", "NEW")
    workspace.ledger.terms.note([nameless])
    workspace.ledger.terms.decide([replace(nameless, state=TermState.NONE, decided_by="olga", decided_ms=1)])
    workspace.ledger.terms.note([replace(nameless, name="新项目", unit="g/L"), replace(nameless, name="新项目")])
    (kept,) = [one for one in workspace.ledger.terms.all() if one.code == "NEW"]
    assert (kept.name, kept.state, kept.decided_by) == ("新项目", TermState.NONE, "olga")


def test_a_code_of_loinc_without_a_standard_concept_here_is_meant_as_if_the_source_had_written_it(
    workspace: Workspace,
) -> None:
    told = replace(of(workspace, "ZK").term, state=TermState.MAPPED, concept_id=CALCIUM_IN_MOLES)
    assert terms.decide(workspace, "olga", [told]) == 2
    assert concepts(workspace)["ZK"] == {0}
    with workspace.engine.session() as session:
        workspace.lake.snapshot().bind(session, "measurement")
        sql = "SELECT measurement_source_concept_id AS s FROM measurement WHERE measurement_source_value = 'ZK'"
        assert set(session.query(sql)["s"].to_pylist()) == {CALCIUM_IN_MOLES}


def test_a_decision_taken_back_or_changed_reaches_its_rows(workspace: Workspace) -> None:
    told = of(workspace, "ZK")
    terms.decide(workspace, "olga", [chosen(told, 0)])
    terms.decide(workspace, "olga", [none_of_them(told)])
    assert concepts(workspace) == {"ZK": {0}, "ZQ": {0}}
    assert [one.term.code for one in terms.unmapped(workspace, "olga")] == ["ZQ"], "it is not asked again"
    terms.decide(workspace, "olga", [replace(told.term, state=TermState.MAPPED, concept_id=SODIUM)])
    assert concepts(workspace)["ZK"] == {SODIUM}
    assert terms.decide(workspace, "olga", [opened_again(told.term)]) == 2
    assert concepts(workspace) == {"ZK": {0}, "ZQ": {0}}
    assert [one.term.code for one in terms.unmapped(workspace, "olga")] == ["ZK", "ZQ"]
    with workspace.engine.session() as session:
        workspace.vocabulary.bind(session, ("source_to_concept_map",))
        assert session.query("SELECT * FROM source_to_concept_map").num_rows == 0
    acts = workspace.ledger.audit.entries(actor="olga", action="code decided")
    assert [one.act.detail.get("state") for one in acts] == ["mapped", "none", "mapped", "open"]
    assert [one.act.detail.get("was") for one in acts] == [None, POTASSIUM, None, SODIUM]


def test_codes_of_two_kinds_are_counted_apart_and_a_source_has_one_task(workspace: Workspace) -> None:
    workspace.ledger.terms.note([SourceTerm("north/lis", "condition", "L", "ZK", "血钾")])
    assert [(one.term.kind, one.rows) for one in terms.unmapped(workspace, "olga") if one.term.code == "ZK"] == [
        ("measurement", 2)
    ]
    for _ in range(2):
        bring_up_to_date(workspace)
    (task,) = [one for one in workspace.ledger.tasks.all(is_open=True) if one.kind == "terms"]
    assert (task.key, task.role, task.organisation, task.evidence[0]["codes"]) == (
        "terms:north/lis",
        "steward",
        "north",
        3,
    )
    terms.decide(workspace, "olga", [none_of_them(terms.Proposed(one, ())) for one in workspace.ledger.terms.all()])
    assert not [one for one in workspace.ledger.tasks.all(is_open=True) if one.kind == "terms"]
