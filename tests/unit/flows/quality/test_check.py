"""Checks over a workspace: what is kept, what is counted again, what is behind one of them, and who may ask."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

import hospital
from medark.bootstrap import init_workspace, open_workspace
from medark.check.dqd import instances, plan
from medark.check.judge import Outcome, Verdict
from medark.errors import AccessError, NotFoundError
from medark.flows.ingest import ingest
from medark.flows.quality import check, explained, history
from medark.flows.workspace import Workspace
from medark.model.omop import lake_columns, tables
from medark.model.progress import Progress, Silent
from medark.model.quality import QualityChange, QualityRun, changed
from medark.model.user import User

SCANS = plan(instances(), {name: [column.name for column in lake_columns(name)] for name in tables()})
PATIENTS = [hospital.Patient(f"Qzxp{chr(97 + n)}", n + 1) for n in range(6)]
REQUIRED = "field_isrequired_person_person_id"
STANDARD = "field_standardconceptrecordcompleteness_measurement_measurement_concept_id"


class Told(Silent):
    """Progress that remembers how many scans were asked for."""

    def __init__(self) -> None:
        self.scans: dict[str, int] = {}

    def stage(self, name: str, total: int | None = None, unit: str = "") -> Progress:  # type: ignore[override]
        self.scans[name] = self.scans.get(name, 0) + (total or 0)
        return super().stage(name, total, unit)  # type: ignore[return-value]


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("checked")
    with init_workspace(root / "ws", buckets=2) as made:
        made.ledger.users.add(User("olga", roles=frozenset({"owner"})))
        made.ledger.users.add(User("stella", roles=frozenset({"steward"})))
        made.ledger.users.add(User("dora", organisation="north", roles=frozenset({"doctor"})))
        ingest(made, hospital.write(root / "in", PATIENTS), "north/all")
        check(made, "olga")
    return root / "ws"


@pytest.fixture
def workspace(taken_in: Path, tmp_path: Path) -> Iterator[Workspace]:
    shutil.copytree(taken_in, tmp_path / "ws")
    with open_workspace(tmp_path / "ws", {}) as opened:
        yield opened


def by_id(found: list[Verdict]) -> dict[str, Verdict]:
    return {one.check.id: one for one in found}


def test_every_check_has_a_verdict_over_the_rows_that_there_are(workspace: Workspace) -> None:
    found = by_id(check(workspace, "stella"))
    people = workspace.lake.snapshot().rows("person")
    assert sum(one.check.family == "dashboard" for one in found.values()) == 2535
    assert (found[REQUIRED].violating, found[REQUIRED].of, found[REQUIRED].outcome) == (0, people, Outcome.PASSED)
    assert found[STANDARD].of == workspace.lake.snapshot().rows("measurement")
    assert found["field_isrequired_cohort_subject_id"].outcome is Outcome.NOT_APPLICABLE


def test_what_did_not_change_is_not_counted_again(workspace: Workspace, tmp_path: Path) -> None:
    told = Told()
    first = check(workspace, "olga", told)
    assert told.scans == {}
    ingest(workspace, hospital.write(tmp_path / "more", [hospital.Patient("Qzxlate", 77)]), "north/all")
    second = by_id(check(workspace, "olga", told))
    assert second[REQUIRED].of == workspace.lake.snapshot().rows("person") > by_id(first)[REQUIRED].of
    assert 0 < told.scans["checking"] < 2 * len(SCANS), "tables that nothing came to are as they were"
    told = Told()
    check(workspace, "olga", told, table="person")
    assert told.scans == {}


def test_one_check_tells_the_sources_and_records_behind_it(workspace: Workspace) -> None:
    failed = [one for one in check(workspace, "olga") if one.outcome is Outcome.FAILED]
    worst = max(
        (one for one in failed if one.check.kind.name.endswith("RecordCompleteness")), key=lambda one: one.share
    )
    found = explained(workspace, "olga", worst.check.id.upper())
    assert found.verdict == worst
    assert found.verdict.violating == sum(one.suspect.violating for one in found.suspects) > 0
    assert {one.suspect.source for one in found.suspects} == {"north/all"}
    for place in found.examples:
        record_no, _, _ = place.partition(":")
        assert workspace.landing.record(int(record_no)).source == "north/all"
    assert hospital.CANARY not in json.dumps(asdict(found), default=str)
    with pytest.raises(NotFoundError):
        explained(workspace, "olga", "field_isrequired_nobody")


def test_only_owners_and_stewards_may_ask_and_it_is_in_the_audit(workspace: Workspace) -> None:
    with pytest.raises(AccessError):
        check(workspace, "dora")
    with pytest.raises(AccessError):
        explained(workspace, "dora", STANDARD)
    asked = [entry.action for entry in workspace.ledger.audit.entries() if "quality" in entry.action]
    assert len(asked) >= 3


def test_runs_are_kept_with_what_changed_from_one_to_the_next(workspace: Workspace, tmp_path: Path) -> None:
    check(workspace, "olga")
    ((first, since),) = history(workspace, "olga")
    assert since == QualityChange() and first.scores["person"]["conformance"].passed > 20
    assert set(first.failing) == {v.check.id for v in check(workspace, "olga") if v.outcome is Outcome.FAILED}
    ingest(workspace, hospital.write(tmp_path / "more", [hospital.Patient("Qzxlate", 77)]), "north/all")
    check(workspace, "olga", table="person")
    assert len(history(workspace, "olga")) == 1, "part of it is no run"
    check(workspace, "olga")
    second, again = history(workspace, "olga")
    assert (again[0], second[0].version > first.version) == (first, True)
    assert set(second[1].fails) == second[0].failing.keys() - first.failing.keys()
    with pytest.raises(AccessError):
        history(workspace, "dora")


def test_what_changed_is_what_fails_now_what_no_longer_does_and_what_got_worse() -> None:
    before = QualityRun(0, 1, "", {}, {"a": (10, 100), "b": (1, 9), "c": (5, 10)})
    after = QualityRun(9, 2, "", {}, {"a": (11, 100), "c": (5, 10), "d": (1, 2)})
    assert changed(before, after) == QualityChange(fails=("d",), mended=("b",), worse=("a",))
    assert changed(before, before) == QualityChange()
