"""A lake of two sources of which one is at fault: counts, ranking, what changed since its delivery, and who may ask."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator

import pytest

from medark.check.counting import Count
from medark.check.judge import Outcome
from medark.cli.app import command
from medark.errors import AccessError, NotFoundError, UsageError
from medark.flows.quality import by_source, check, check_source, explained, history, newest, since_last
from medark.flows.quality.by_source import counts_by_source
from medark.flows.workspace import Workspace
from medark.model.quality import QualityChange, Score, total
from support.two_sources import NORTH, SOUTH, deliver, made

STANDARD = "field_standardconceptrecordcompleteness_measurement_measurement_concept_id"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Before and after a second delivery: south sends 160 results without a fault, north five of ten with one."""
    folder = tmp_path_factory.mktemp("two")
    with made(folder) as workspace:
        check(workspace, "olga")
        deliver(workspace, folder / "south2", SOUTH, range(201, 281), unknown=0)
        deliver(workspace, folder / "north2", NORTH, range(301, 306), unknown=5)
        check(workspace, "olga")
        yield workspace


def test_the_same_check_is_counted_of_each_source(workspace: Workspace) -> None:
    found = {
        source: next(one for one in verdicts if one.check.id == STANDARD)
        for source, (_counts, verdicts) in by_source(workspace, workspace.lake.snapshot()).items()
    }
    assert {source: (one.violating, one.of) for source, one in found.items()} == {NORTH: (6, 30), SOUTH: (8, 180)}
    assert (found[NORTH].outcome, found[SOUTH].outcome) == (Outcome.FAILED, Outcome.PASSED)


def test_counts_of_sources_add_up_to_those_of_the_whole(workspace: Workspace) -> None:
    """Of checks that count rows, in tables whose rows all came from a source; distinct values are not added up."""
    whole = {one.check.id: one for one in check(workspace, "olga", table="measurement")}
    parts = [counts for counts, _verdicts in by_source(workspace, workspace.lake.snapshot()).values()]
    added = 0
    for name, one in whole.items():
        if one.check.family != "dashboard" or one.check.kind.name in (
            "sourceValueCompleteness",
            "cdmTable",
            "cdmField",
        ):
            continue
        counted = [part.checks[name] for part in parts if name in part.checks]
        if counted and one.of:
            assert (sum(c.violating for c in counted), sum(c.of for c in counted)) == (one.violating, one.of), name
            added += 1
    assert added > 40


def test_who_is_at_fault_comes_first_with_the_line_that_makes_the_column(workspace: Workspace) -> None:
    found = explained(workspace, "stella", STANDARD)
    assert (found.verdict.violating, found.verdict.of) == (14, 210)
    first, second = (one.suspect for one in found.suspects)
    assert (first.source, first.violating, first.of, first.likelihood) == (NORTH, 6, 30, 1)
    assert first.elsewhere == pytest.approx(8 / 180) and first.excess == pytest.approx(6 - 30 * 8 / 180)
    assert (second.source, second.violating, second.of, second.likelihood) == (SOUTH, 8, 180, 0)
    assert found.at_fault == first
    assert [line.field for line in found.suspects[0].lines] == ["measurement_concept_id"]
    for place in found.examples:
        assert workspace.landing.record(int(place.split(":")[0])).source in (NORTH, SOUTH)


def test_what_changed_is_told_by_source_with_its_delivery(workspace: Workspace) -> None:
    north, south = since_last(workspace, "olga")
    assert (north.source, dict(north.added)) == (NORTH, {"measurement": 10, "person": 5, "visit_occurrence": 5})
    assert (south.source, south.added["measurement"]) == (SOUTH, 160)
    assert STANDARD in north.change.fails and STANDARD in south.change.mended
    assert [len(one.deliveries) for one in (north, south)] == [1, 1]
    assert {one.source for one in south.deliveries} == {SOUTH}
    assert south.before.rows["measurement"] == 20


def test_runs_are_kept_by_source_table_and_dimension(workspace: Workspace) -> None:
    (now, _), (before, first) = history(workspace, "olga")
    assert first == QualityChange()
    assert before.sources[SOUTH].failing[STANDARD] == (8, 20) and STANDARD not in before.sources[NORTH].failing
    assert now.sources[NORTH].failing[STANDARD] == (6, 30)
    mine = [one for one in check_source(workspace, "olga", NORTH) if one.check.table == "visit_occurrence"]
    plain = [one for one in mine if one.check.kind.category == "completeness"]
    expected = Score(*(sum(one.outcome == outcome for one in plain) for outcome in ("passed", "failed")))
    assert total(now.sources[NORTH].scores, "completeness", "visit_occurrence") == expected != Score()
    assert {one.check.id for one in newest(workspace, "olga") if one.outcome is Outcome.FAILED} == set(now.failing)


def test_only_owners_and_stewards_may_ask(workspace: Workspace) -> None:
    for refused in (
        lambda: check_source(workspace, "rita", NORTH), lambda: since_last(workspace, "rita"),
        lambda: newest(workspace, "rita"), lambda: explained(workspace, "rita", STANDARD),
    ):  # fmt: skip
        with pytest.raises(AccessError):
            refused()
    with pytest.raises(NotFoundError):
        check_source(workspace, "olga", "east/lis")


def test_the_command_tells_scores_by_source_table_and_dimension(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(*options: str) -> list[dict[str, object]]:
        command().main(["check", str(workspace.path), "--json", *options], prog_name="medark", standalone_mode=False)
        return json.loads(capsys.readouterr().out)

    by_name = {line["part"]: line for line in told("--by", "source")}
    assert by_name[NORTH]["rows"] == 15 + 15 + 30 and STANDARD in by_name[NORTH]["fails"]
    assert [line["part"] for line in told("--by", "table", "--source", NORTH) if line["part"] == "person"] == ["person"]
    assert {line["part"] for line in told("--by", "dimension")} >= {"conformance", "completeness", "plausibility"}
    failed = {line["id"]: line for line in told("--source", NORTH)}
    assert (failed[STANDARD]["violating"], failed[STANDARD]["of"]) == (6, 30)
    with pytest.raises(UsageError):
        told("--by", "weekday")
    for wrong, near in (("--table", "measurment"), ("--family", "valus")):
        with pytest.raises(NotFoundError) as missed:
            told(wrong, near)
        assert missed.value.fix in ("--table measurement", "--family values")


def test_what_is_brought_forward_is_what_is_counted_from_nothing(workspace: Workspace) -> None:
    """The second delivery was counted on top of the first; all that was kept is taken away."""
    forward = counts_by_source(workspace, workspace.lake.snapshot())
    shutil.rmtree(workspace.places.kept / "quality")
    assert counts_by_source(workspace, workspace.lake.snapshot()) == forward
    assert forward[NORTH].checks[STANDARD] == Count(6, 30)
