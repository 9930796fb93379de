"""Units that are missing or wrong: found by their numbers, filled in or asked about, applied, kept, taken back."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from medark.bootstrap import init_workspace, open_workspace
from medark.define.units import convert
from medark.errors import AccessError, NotFoundError, UsageError
from medark.flows.ingest import ingest
from medark.flows.lineage.why import why
from medark.flows.rebuild import rebuild
from medark.flows.units.decide import decide, undo, upkeep
from medark.flows.units.suspected import as_said, decided, suspected
from medark.flows.units.unjudged import Unjudged, Why, told_by_others, unjudged
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Reader, Rows
from medark.model.progress import Silent
from medark.model.task import TaskState
from medark.model.unit_decision import UnitDecision
from medark.model.user import User
from medark.standardise.units.suspect import Fault, Suspect

MG_DL, MMOL_L, G_DL, PERCENT = 8840, 8753, 8713, 8554  # UCUM's concepts
SODIUM, GLUCOSE, HEMOGLOBIN = "2951-2", "2345-7", "718-7"
# What laboratories of the north and the south write of the same tests: code, unit as written, median, spread, how many.
NORTH = (
    (SODIUM, "mmol/L", 140, 0.02, 60),
    (GLUCOSE, "mg/dl", 100, 0.2, 60),
    (HEMOGLOBIN, "", 13.5, 0.1, 60),  # nobody says so: g/dL
)
SOUTH = ((GLUCOSE, "mg/dL", 5.5, 0.2, 80), (SODIUM, "mmol/L", 140, 0.02, 60), (HEMOGLOBIN, "凡是", 140, 0.1, 40))
STRAY = ((SODIUM, "mmol/L", 0, 0, 0), (GLUCOSE, "mg/dl", 5.4, 0.05, 4))  # of the north, in mmol/L


def values(told: Sequence[tuple[str, str, float, float, int]], seed: int) -> Iterator[tuple[str, str, float]]:
    dice = random.Random(seed)
    for code, unit, middle, spread, count in told:
        for _ in range(count):
            yield code, unit, round(middle * dice.lognormvariate(0, spread), 2)


def messages(told: Sequence[tuple[str, str, float, float, int]], seed: int) -> bytes:
    lines = []
    for number, (code, unit, value) in enumerate(values(told, seed)):
        lines += [
            rf"MSH|^~\&|LIS|X|||20240105||ORU^R01|{seed}{number:05}|P|2.5||||||UNICODE UTF-8",
            f"PID|1||P{number % 7}^^^^MR||||1961|F",
            f"OBR|1|{seed}{number}|{seed}{number}|T^T^L",
            f"OBX|1|NM|{code}^{code}^LN||{value}|{unit}|||||F|||20240105",
        ]
    return "\r".join([*lines, ""]).encode()


def deliver(workspace: Workspace, folder: Path, source: str, told: Sequence[tuple[str, str, float, float, int]],
            seed: int) -> None:  # fmt: skip
    folder.mkdir(exist_ok=True, parents=True)
    (folder / f"{seed}.hl7").write_bytes(messages(told, seed))
    assert ingest(workspace, folder, source).adds_up


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of both, about whose units nobody thought yet."""
    root = tmp_path_factory.mktemp("units")
    with init_workspace(root / "ws", time_zone="Asia/Shanghai") as opened:
        opened.ledger.users.add(User("olga", organisation="north", roles=frozenset({"owner"})))
        opened.ledger.users.add(User("rita", organisation="north", roles=frozenset({"researcher"})))
        deliver(opened, root / "north", "north/lis", (*NORTH, *STRAY), 1)
        deliver(opened, root / "south", "south/lis", SOUTH, 2)
    return root / "ws"


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(shutil.copytree(made, tmp_path / "ws")) as opened:
        yield opened


def rows(workspace: Workspace, code: str) -> list[dict[str, object]]:
    """Numbers of a test with their units, as they lie in the lake."""
    with workspace.engine.session() as session:
        workspace.lake.snapshot().bind(session, "measurement")
        sql = f"""SELECT measurement_id AS id, value_as_number AS value, unit_concept_id AS unit,
            unit_source_value AS said, unit_source_concept_id AS source_unit, measurement_concept_id AS concept
            FROM measurement WHERE measurement_source_value = '{code}' ORDER BY measurement_id"""
        found: list[dict[str, object]] = session.query(sql).to_pylist()
        return found


def by_fault(found: Sequence[Suspect]) -> dict[tuple[str, str], Suspect]:
    return {(one.group.source, one.group.code): one for one in found}


def test_what_is_wrong_is_found_and_nothing_else(workspace: Workspace) -> None:
    found = by_fault(suspected(workspace, "olga"))
    assert {key: (one.fault, one.rows, one.likely[0].ucum) for key, one in found.items()} == {
        ("north/lis", HEMOGLOBIN): (Fault.MISSING, 60, "g/dL"),
        ("south/lis", HEMOGLOBIN): (Fault.UNKNOWN, 40, "g/L"),
        ("south/lis", GLUCOSE): (Fault.WRONG, 80, "mmol/L"),
        ("north/lis", GLUCOSE): (Fault.MIXED, 4, "mmol/L"),
    }
    assert [one.is_clear for one in found.values()].count(True) == 2
    assert [one.group.source for one in suspected(workspace, "olga", "south/lis")] == ["south/lis", "south/lis"]
    with pytest.raises(AccessError):
        suspected(workspace, "rita")


def test_what_is_clear_is_filled_in_with_a_trace_and_the_rest_is_asked(workspace: Workspace) -> None:
    assert {row["unit"] for row in rows(workspace, HEMOGLOBIN)} == {None, 0}
    assert upkeep(workspace, "olga") == (2, 2)
    assert Counter((row["unit"], row["said"], row["source_unit"]) for row in rows(workspace, HEMOGLOBIN)) == {
        (G_DL, None, None): 60, (8636, "凡是", 0): 40,
    }  # fmt: skip
    kept = {one.key: one for one in workspace.ledger.units.all()}
    assert {(key, one.ucum, one.rule, one.decided_by) for key, one in kept.items()} == {
        (("north/lis", HEMOGLOBIN, ""), "g/dL", "units-1", "olga"),
        (("south/lis", HEMOGLOBIN, "凡是"), "g/L", "units-1", "olga"),
    }
    assert all("expected=115..175 g/L" in one.evidence and one.probability for one in kept.values())
    tasks = [task for task in workspace.ledger.tasks.all(is_open=True, app="") if task.kind == "unit"]
    assert {task.key for task in tasks} == {
        f"unit:south/lis|{GLUCOSE}|mg/dL", f"unit:north/lis|{GLUCOSE}|mg/dl",
    }  # fmt: skip
    assert tasks[0].evidence[1]["unit"] == "mmol/L"
    assert upkeep(workspace, "olga") == (0, 0)  # nobody is asked twice


def test_a_decision_holds_for_rows_that_are_there_and_for_those_that_come(workspace: Workspace, tmp_path: Path) -> None:
    upkeep(workspace, "olga")
    before = rows(workspace, GLUCOSE)
    found = by_fault(suspected(workspace, "olga"))
    wrong, mixed = found["south/lis", GLUCOSE], found["north/lis", GLUCOSE]
    told = [one for one in (decided(workspace, wrong), decided(workspace, mixed)) if one is not None]
    assert decide(workspace, "olga", told) == 2
    after = rows(workspace, GLUCOSE)
    assert [(row["id"], row["value"], row["said"]) for row in after] == [
        (row["id"], row["value"], row["said"]) for row in before
    ]
    assert Counter(row["unit"] for row in after) == {MMOL_L: 84, MG_DL: 60}
    assert all(row["source_unit"] == MG_DL for row in after if row["unit"] == MMOL_L)  # what is written stays told
    assert all(float(row["value"]) < 20 for row in after if row["unit"] == MMOL_L)  # type: ignore[arg-type]
    assert not [t for t in workspace.ledger.tasks.all(is_open=True, app="") if t.kind == "unit"]
    assert not suspected(workspace, "olga")
    deliver(workspace, tmp_path / "later", "south/lis", ((GLUCOSE, "mg/dL", 6.1, 0.2, 10),), 3)
    assert Counter(row["unit"] for row in rows(workspace, GLUCOSE)) == {MMOL_L: 94, MG_DL: 60}
    own = [convert(float(row["value"]), "mmol/L", "mg/dL", "glucose") for row in after if row["unit"] == MMOL_L]  # type: ignore[arg-type]
    assert 50 < min(own) < max(own) < 250


def test_a_rebuilt_lake_is_the_same(workspace: Workspace) -> None:
    upkeep(workspace, "olga")
    before = rows(workspace, HEMOGLOBIN)
    rebuild(workspace, Silent())
    assert rows(workspace, HEMOGLOBIN) == before


def test_a_decision_is_taken_back(workspace: Workspace) -> None:
    before = rows(workspace, HEMOGLOBIN)
    upkeep(workspace, "olga")
    key = ("north/lis", HEMOGLOBIN, "")
    assert undo(workspace, "olga", [key]) == 1
    assert [row["unit"] for row in rows(workspace, HEMOGLOBIN) if row["said"] is None] == [
        row["unit"] for row in before if row["said"] is None
    ]
    acts = [entry.act.action for entry in workspace.ledger.audit.entries()]
    assert acts.count("unit decided") == 2 and acts.count("unit undone") == 1
    with pytest.raises(NotFoundError):
        undo(workspace, "olga", [key])


def test_what_is_said_to_be_right_is_not_asked_again(workspace: Workspace) -> None:
    upkeep(workspace, "olga")
    found = by_fault(suspected(workspace, "olga"))
    wrong = found["south/lis", GLUCOSE]
    before = rows(workspace, GLUCOSE)
    decide(workspace, "olga", [as_said(wrong)])
    assert rows(workspace, GLUCOSE) == before
    assert by_fault(suspected(workspace, "olga")).keys() == {("north/lis", GLUCOSE)}
    done = [t for t in workspace.ledger.tasks.all(app="") if t.kind == "unit" and t.state is TaskState.DONE]
    assert [task.key for task in done] == [f"unit:south/lis|{GLUCOSE}|mg/dL"]


def test_only_units_and_numbers_that_are_can_be_decided(workspace: Workspace) -> None:
    one = UnitDecision("north/lis", SODIUM, "mmol/L", ucum="meq/L", concept_id=0)
    for other in (replace(one, ucum="furlong"), replace(one, low=4.0, high=4.0)):
        with pytest.raises(UsageError):
            decide(workspace, "olga", [other])
    with pytest.raises(AccessError):
        decide(workspace, "rita", [one])
    assert decide(workspace, "olga", [one]) == 1
    assert {row["unit"] for row in rows(workspace, SODIUM) if row["source_unit"]} == {9557}


def test_why_tells_of_the_decision(workspace: Workspace) -> None:
    upkeep(workspace, "olga")
    filled = next(row for row in rows(workspace, HEMOGLOBIN) if row["said"] is None)
    reader = Reader("olga", Purpose.OPERATIONS, frozenset({"owner"}))
    grant = Grant(0, Holder.ROLE, "owner", reader.purpose, {"measurement": None}, Rows.ALL, 5, 0, granted_by="olga")
    workspace.ledger.access.add_grant(grant)
    told = why(workspace, reader, "measurement", int(str(filled["id"])))
    assert [(one.column, one.concept_id, one.how) for one in told.looked_up][-1] == ("unit_concept_id", G_DL, "decided")
    assert told.is_same


OWN = ((SODIUM, "mmol/L", 140, 0.02, 2), ("LX7", "mg/L", 5, 0.1, 40), ("LX7", "", 5.2, 0.1, 40), ("LX8", "", 7, 0.1, 3))


def test_it_is_said_what_nobody_can_judge_and_what_the_same_test_tells(workspace: Workspace, tmp_path: Path) -> None:
    assert not unjudged(workspace, "olga")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "own.hl7").write_bytes(
        messages(OWN, 9).replace(b"^LX7^LN", b"^LX7^L").replace(b"^LX8^LN", b"^LX8^L")
    )
    ingest(workspace, tmp_path / "own", "east/lis")
    found = {(one.code, one.said): one for one in unjudged(workspace, "olga", "east/lis")}
    assert {key: (one.why, one.rows, one.ucum, one.like) for key, one in found.items()} == {
        ("LX7", "mg/L"): (Why.NO_CONCEPT, 40, "mg/L", None),
        ("LX7", ""): (Why.NO_CONCEPT, 40, None, "mg/L"),
        ("LX8", ""): (Why.NO_CONCEPT, 3, None, None),
    }
    assert not unjudged(workspace, "olga", "north/lis")
    decide(workspace, "olga", [UnitDecision("east/lis", "LX7", "", "mg/L", 0)])
    assert ("LX7", "") not in {(one.code, one.said) for one in unjudged(workspace, "olga")}
    with pytest.raises(AccessError):
        unjudged(workspace, "rita")


@pytest.mark.parametrize(
    ("others", "like"),
    [
        ([("g/L", 140.0, 40)], "g/L"),
        ([("g/L", 140.0, 40), ("g/dL", 14.0, 40)], "g/L"),
        ([("g/L", 140.0, 40), ("U/L", 150.0, 40)], None),  # both fit
        ([("g/dL", 14.0, 40)], None),
        ([("g/L", 140.0, 5)], None),  # too few to tell
    ],
)
def test_other_numbers_of_a_test_tell_only_what_fits_alone(
    others: list[tuple[str, float, int]], like: str | None
) -> None:
    bare = Unjudged("a", "X", "", Why.NO_CONCEPT, 50, 138.0)
    told = [Unjudged("a", "X", unit, Why.NO_CONCEPT, rows, middle, unit) for unit, middle, rows in others]
    found = told_by_others([bare, *told], ())
    assert [one.like for one in found if not one.ucum] == [like]
