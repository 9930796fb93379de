"""A proposal gone through: several answers at once, taken back, learnt from, in effect and out of it again."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from tests.unit.flows.propose.conftest import PEOPLE, VISITS, written

from medark.flows.gate.reader import machine_user
from medark.flows.ingest import ingest
from medark.flows.propose.approving import automatic, withdraw
from medark.flows.propose.background import approve_now, how_far, wait, withdraw_now
from medark.flows.propose.columns import NOTHING, columns
from medark.flows.propose.keeping import load
from medark.flows.propose.overview import proposal_of, sources, tables
from medark.flows.propose.proposing import propose
from medark.flows.propose.review import Review
from medark.flows.workspace import Workspace
from medark.model.task import TaskState

SOURCE = "north/his"


@pytest.fixture
def asked(workspace: Workspace, export: Path) -> Workspace:
    """A workspace with the export, of which nothing is mapped by itself."""
    ingest(workspace, export, SOURCE)
    automatic(workspace, SOURCE, asks=True)
    return workspace


def states(workspace: Workspace) -> dict[str, str]:
    return {one.name: one.state for one in tables(proposal_of(workspace, SOURCE))}


def test_several_answers_are_one_step_and_each_can_be_taken_back(asked: Workspace) -> None:
    review = Review(asked, SOURCE, machine_user())
    review.say_kind("zz", "lab")
    review.say_slots("zz", {"q1": NOTHING, "q2": "meas.value"})
    told = {one.name: (one.state, one.slot) for one in columns(proposal_of(asked, SOURCE), "zz")}
    assert told == {"q1": ("said", ""), "q2": ("said", "meas.value")}
    assert [review.undo() for _ in range(4)] == ["zz", "zz", "zz", ""]
    assert load(asked, SOURCE).kinds == {} and load(asked, SOURCE).slots["zz"] == {}


def test_put_off_and_taken_up_again(asked: Workspace) -> None:
    review = Review(asked, SOURCE, machine_user())
    review.accept("诊断")
    review.skip("zz")
    assert (states(asked)["诊断"], states(asked)["zz"]) == ("accepted", "put off")
    review.take_up("zz")
    assert states(asked)["zz"] == "open"
    assert review.undo() == "zz" and states(asked)["zz"] == "put off"
    assert Review(asked, SOURCE, machine_user()).accepted == ["诊断"]


def test_a_table_out_of_effect_leaves_the_lake_and_is_not_mapped_by_itself(asked: Workspace) -> None:
    review = Review(asked, SOURCE, machine_user())
    for name in ("病人基本信息", "门诊就诊", "诊断"):
        review.accept(name)
    review.finish()
    assert asked.lake.snapshot().rows("condition_occurrence") == VISITS
    assert withdraw(asked, SOURCE, machine_user(), ["诊断"]) == ["诊断"]
    assert asked.lake.snapshot().rows("condition_occurrence") == 0
    assert asked.lake.snapshot().rows("person") == PEOPLE
    assert states(asked)["诊断"] == "put off"
    automatic(asked, SOURCE)
    assert asked.lake.snapshot().rows("condition_occurrence") == 0
    again = Review(asked, SOURCE, machine_user())
    assert again.accepted == [] and again.undo() == "", "an approval is taken back by withdrawing, not by undo"
    again.take_up("诊断")
    again.accept("诊断")
    assert again.finish() == ["诊断"] and asked.lake.snapshot().rows("condition_occurrence") == VISITS
    acts = {entry.act.action for entry in asked.ledger.audit.entries(actor=machine_user())}
    assert {"map reviewed", "map approved", "map withdrawn"} <= acts


def test_the_last_table_out_of_effect_leaves_no_map(asked: Workspace) -> None:
    review = Review(asked, SOURCE, machine_user())
    review.accept("病人基本信息")
    review.finish()
    withdraw(asked, SOURCE, machine_user(), ["病人基本信息"])
    assert asked.lake.snapshot().rows("person") == 0
    assert not list(asked.places.maps.glob("*/source.toml"))


def test_a_page_approves_and_withdraws_while_it_is_shown(asked: Workspace) -> None:
    assert sources(asked) == [SOURCE]
    Review(asked, SOURCE, machine_user()).accept("病人基本信息")
    approve_now(asked, SOURCE, machine_user())
    wait(asked)
    assert not how_far(asked).failed and states(asked)["病人基本信息"] == "in effect"
    withdraw_now(asked, SOURCE, machine_user(), "病人基本信息")
    wait(asked)
    assert states(asked)["病人基本信息"] == "put off"


def test_what_is_sure_is_in_effect_in_part_until_somebody_looks(workspace: Workspace, export: Path) -> None:
    ingest(workspace, export, SOURCE)
    automatic(workspace, SOURCE)
    found = proposal_of(workspace, SOURCE)
    shown = {one.name: one for one in tables(found)}
    for one in shown.values():
        if not one.waits:
            assert one.by == "medark" and (one.state == "in part") == bool(one.open_columns)
    review = Review(workspace, SOURCE, machine_user())
    name = next(one.name for one in shown.values() if one.by == "medark")
    review.accept(name)
    assert states(workspace)[name] == "accepted"
    assert review.finish() == [name]
    assert load(workspace, SOURCE).approvals[name].by == machine_user()


def _odd(folder: Path, name: str, when: str) -> Path:
    """A table of which nobody can guess what one column is: a code in words of no list."""
    folder.mkdir()
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as out:
        rows = [[f"B{n % 40:06d}", f"Q{n % 7}", f"2024-03-{1 + n % 28:02d} 08:00:00"] for n in range(80)]
        csv.writer(out).writerows([["病人ID", "xqz_kv", when], *rows])
    return folder


def test_an_answer_makes_the_same_question_right_elsewhere(asked: Workspace, tmp_path: Path) -> None:
    ingest(asked, _odd(tmp_path / "one", "诊断补录", "记录时间"), SOURCE)
    review = Review(asked, SOURCE, machine_user())
    before = review.found.readings["诊断补录"].columns[1].best
    assert before.slot != "diag.code"
    review.say_kind("诊断补录", "diagnosis")
    review.say_slot("诊断补录", "xqz_kv", "diag.code")
    review.accept("诊断补录")
    review.finish()
    ingest(asked, _odd(tmp_path / "two", "门诊诊断", "诊断时间"), "south/his")
    (reading,) = propose(asked, "south/his").readings.values()
    best = reading.columns[1].best
    assert best.slot == "diag.code" and best.chance > 0.9


def test_an_answer_holds_for_the_next_delivery_of_the_table(asked: Workspace, export: Path, tmp_path: Path) -> None:
    review = Review(asked, SOURCE, machine_user())
    review.say_slot("门诊就诊", "就诊类别", NOTHING)
    later = tmp_path / "later"
    later.mkdir()
    (later / "门诊就诊_0002.csv").write_bytes((export / "门诊就诊_0001.csv").read_bytes() + b"\r\n")
    ingest(asked, later, SOURCE)
    found = propose(asked, SOURCE)
    assert len(found.kept.records["门诊就诊"]) == 2
    assert "就诊类别" in found.drafts["门诊就诊"].nothing


def test_a_table_in_effect_without_some_columns_is_asked_about_and_the_answer_comes_into_it(
    workspace: Workspace, tmp_path: Path
) -> None:
    folder = written(tmp_path / "export")
    lines = (folder / "门诊就诊_0001.csv").read_text("gb18030").splitlines()
    more = [f"{lines[0]},患者去向", *(f"{line},{'回家' if n % 2 else '转院'}" for n, line in enumerate(lines[1:]))]
    (folder / "门诊就诊_0001.csv").write_text("\n".join((*more, "")), "gb18030")
    ingest(workspace, folder, SOURCE)
    Review(workspace, SOURCE, machine_user()).accept("病人基本信息")
    Review(workspace, SOURCE, machine_user()).finish()
    automatic(workspace, SOURCE)
    shown = {one.name: one for one in tables(proposal_of(workspace, SOURCE))}["门诊就诊"]
    assert (shown.state, shown.by, shown.open_columns) == ("in part", "medark", ("患者去向",))
    key = f"map-rest:{SOURCE}:门诊就诊"
    (task,) = [one for one in workspace.ledger.tasks.all(is_open=True) if one.key == key]
    assert [one["column"] for one in task.evidence[1:]] == ["患者去向"]
    review = Review(workspace, SOURCE, machine_user())
    assert review.waiting()[-1] == "门诊就诊", "after what waits as a whole"
    review.say_slot("门诊就诊", "患者去向", "discharged_to")
    review.accept("门诊就诊")
    assert review.finish() == ["门诊就诊"]
    assert workspace.ledger.tasks.one(task.number).state is TaskState.DONE
    with workspace.engine.session() as session:
        workspace.lake.snapshot().bind(session, "visit_occurrence")
        told = session.query("SELECT DISTINCT discharged_to_source_value AS v FROM visit_occurrence ORDER BY v")
        assert told["v"].to_pylist() == ["回家", "转院"]
        assert session.query("SELECT count(*) AS n FROM visit_occurrence")["n"].to_pylist() == [VISITS]


def test_a_table_in_effect_that_is_put_off_stays_in_effect_and_is_no_task(workspace: Workspace, export: Path) -> None:
    ingest(workspace, export, SOURCE)
    automatic(workspace, SOURCE)
    there = [one for one in tables(proposal_of(workspace, SOURCE)) if one.state == "in part"]
    review = Review(workspace, SOURCE, machine_user())
    for one in there:
        review.skip(one.name)
    assert all(states(workspace)[one.name] == "in effect" for one in there)
    assert not any(one.key.startswith("map-rest:") for one in workspace.ledger.tasks.all(is_open=True))
    assert not {one.name for one in there} & set(review.waiting())
