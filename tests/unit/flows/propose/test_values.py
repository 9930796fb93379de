"""Status and yes/no columns: void rows are no facts, what nobody knows is asked, and a person's word stands."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from medark.errors import NotFoundError, UsageError
from medark.flows.gate.reader import machine_user
from medark.flows.ingest import ingest
from medark.flows.propose.approving import approve, automatic, withdraw
from medark.flows.propose.columns import ITSELF, NOTHING
from medark.flows.propose.keeping import load
from medark.flows.propose.overview import proposal_of, tables
from medark.flows.propose.review import Review
from medark.flows.propose.values import values_of
from medark.flows.workspace import Workspace
from medark.model.task import Task, TaskState

SOURCE = "east/his"
PEOPLE, ROWS = 40, 400
STATES = ("有效", "有效", "有效", "已退费", "待复核")  # the last one is in no list of words


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _written(tmp_path_factory.mktemp("states"), _rows(ROWS))


def _rows(number: int) -> list[list[str]]:
    return [
        [f"V{n:05d}", f"B{n % PEOPLE:06d}", f"2024-02-{1 + n % 27:02d} 09:00:00", "门诊", f"03{n % 5:02d}",
         STATES[n % 5], "01"[n % 10 == 0]]
        for n in range(number)
    ]  # fmt: skip


def _written(folder: Path, rows: list[list[str]], *more: str) -> Path:
    people = [[f"B{n:06d}", f"张{'伟芳娜'[n % 3]}", "男女"[n % 2], f"19{50 + n % 40}-05-01"] for n in range(PEOPLE)]
    _csv(folder / "病人基本信息.csv", ["病人ID", "姓名", "性别", "出生日期"], people)
    heads = ["就诊流水号", "病人ID", "就诊时间", "就诊类别", "科室编码", "挂号状态", "作废标志", *more]
    _csv(folder / "门诊就诊.csv", heads, [[*row, *("x" for _ in more)] for row in rows])
    return folder


def _csv(path: Path, heads: list[str], rows: list[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([heads, *rows])


def _open_tasks(workspace: Workspace) -> list[Task]:
    return [task for task in workspace.ledger.tasks.all(is_open=True) if task.kind == "mapping"]


def _visits(workspace: Workspace) -> int:
    return int(workspace.lake.snapshot().rows("visit_occurrence"))


# By hand, of 400 rows: 有效 240, 已退费 80, 待复核 80; the flag says void in every tenth row, all of them 有效.
KEPT, ASKED = 240 - 40, 80


def test_void_rows_are_no_facts_and_unknown_ones_are_held_back_until_somebody_says(
    workspace: Workspace, export: Path
) -> None:
    ingest(workspace, export, SOURCE)
    approve(workspace, SOURCE, machine_user(), ["病人基本信息"])
    automatic(workspace, SOURCE)
    assert load(workspace, SOURCE).approvals["门诊就诊"].by == ITSELF
    assert _visits(workspace) == KEPT
    held = sum(units.quarantined for _, units in workspace.ledger.records.ends().values())
    left = sum(units.excluded for _, units in workspace.ledger.records.ends().values())
    assert (held, left) == (ASKED, 80 + 40)
    (task,) = [one for one in _open_tasks(workspace) if one.key == f"map-rest:{SOURCE}:门诊就诊"]
    assert task.evidence[1] == {"column": "挂号状态", "values": "待复核 (80)"}
    review = Review(workspace, SOURCE, machine_user())
    review.say_values("门诊就诊", "挂号状态", {"待复核": "kept"})
    assert workspace.ledger.tasks.one(task.number).state is TaskState.DONE
    review.accept("门诊就诊")
    review.finish()
    assert _visits(workspace) == KEPT + ASKED


def test_what_is_read_as_what_is_told_with_who_says_so(workspace: Workspace, export: Path) -> None:
    ingest(workspace, export, SOURCE)
    automatic(workspace, SOURCE, asks=True)
    review = Review(workspace, SOURCE, machine_user())
    review.say_values("门诊就诊", "挂号状态", {"待复核": "planned", "已退费": "kept"})
    told = {one.column: one for one in values_of(workspace, proposal_of(workspace, SOURCE), "门诊就诊")}
    states = {one.value: (one.rows, one.means, one.by) for one in told["挂号状态"].values}
    me = machine_user()
    assert states == {"有效": (240, "kept", ""), "已退费": (80, "kept", me), "待复核": (80, "planned", me)}
    assert {one.value: one.means for one in told["就诊类别"].values} == {"门诊": "Outpatient Visit"}
    assert [review.undo() for _ in range(3)] == ["门诊就诊", "门诊就诊", ""]
    assert load(workspace, SOURCE).values["门诊就诊"]["挂号状态"] == {}
    acts = [entry.act for entry in workspace.ledger.audit.entries(actor=me) if entry.act.action == "values explained"]
    assert acts and "待复核" not in str(acts[0].detail)


def test_another_meaning_of_a_visits_kind_is_what_comes_into_the_lake(workspace: Workspace, export: Path) -> None:
    ingest(workspace, export, SOURCE)
    review = Review(workspace, SOURCE, machine_user())
    review.say_values("门诊就诊", "就诊类别", {"门诊": "Emergency Room Visit"})
    review.say_values("门诊就诊", "挂号状态", {"待复核": "kept"})
    review.accept("病人基本信息")
    review.accept("门诊就诊")
    review.finish()
    with workspace.engine.session() as session:
        workspace.lake.snapshot().bind(session, "visit_occurrence")
        found = session.query("SELECT DISTINCT visit_concept_id FROM visit_occurrence").column(0).to_pylist()
    assert found == [9203]  # OMOP: Emergency Room Visit


def test_no_meaning_and_no_value_that_there_is_not(workspace: Workspace, export: Path) -> None:
    ingest(workspace, export, SOURCE)
    review = Review(workspace, SOURCE, machine_user())
    with pytest.raises(NotFoundError):
        review.say_values("门诊就诊", "挂号状态", {"待复核": "perhaps"})
    with pytest.raises(UsageError):
        review.say_values("门诊就诊", "挂号状态", {"13812345678": "kept"})
    assert load(workspace, SOURCE).values.get("门诊就诊", {}).get("挂号状态", {}) == {}
    review.say_values("门诊就诊", "挂号状态", {"待复核": "kept"})
    review.say_values("门诊就诊", "挂号状态", {"待复核": NOTHING})
    assert review.found.drafts["门诊就诊"].asks == (("挂号状态", "待复核"),)


def test_what_is_put_off_is_no_task_and_comes_back_when_the_table_changes(
    workspace: Workspace, export: Path, tmp_path: Path
) -> None:
    ingest(workspace, export, SOURCE)
    automatic(workspace, SOURCE, asks=True)
    (number,) = [task.number for task in _open_tasks(workspace) if task.key == f"map:{SOURCE}:门诊就诊"]
    Review(workspace, SOURCE, machine_user()).skip("门诊就诊")
    task = workspace.ledger.tasks.one(number)
    assert (task.state, task.reason) == (TaskState.DISMISSED, "put off: it comes back when the table changes")
    automatic(workspace, SOURCE)
    assert not any("门诊就诊" in one.key for one in _open_tasks(workspace))
    later = tmp_path / "later"
    later.mkdir()
    ingest(workspace, _written(later, _rows(200), "新列"), SOURCE)
    automatic(workspace, SOURCE)
    assert [one.key for one in _open_tasks(workspace) if "门诊就诊" in one.key] == [f"map:{SOURCE}:门诊就诊"]
    assert {one.name: one.state for one in tables(proposal_of(workspace, SOURCE))}["门诊就诊"] == "open"
    assert _visits(workspace) == 0, "what somebody put off is theirs to accept"


def test_what_is_taken_out_of_effect_is_no_task_either(workspace: Workspace, export: Path) -> None:
    ingest(workspace, export, SOURCE)
    automatic(workspace, SOURCE)
    withdraw(workspace, SOURCE, machine_user(), ["门诊就诊"])
    assert not any("门诊就诊" in one.key for one in _open_tasks(workspace))


def test_codes_of_a_status_are_told_by_a_table_of_lists_whenever_it_came(workspace: Workspace, tmp_path: Path) -> None:
    first, later = tmp_path / "first", tmp_path / "later"
    first.mkdir()
    later.mkdir()
    lists = {"GHZT": ("有效", "已退号"), "ROUTE": ("口服", "静滴"), "XB": ("男", "女")}
    rows = [[name, str(code), word] for name, words in lists.items() for code, word in enumerate(words, 1)]
    _csv(first / "dmzd.csv", ["LB", "DM", "MC"], rows)
    ingest(workspace, first, SOURCE)
    automatic(workspace, SOURCE)
    codes = {"有效": "1", "已退费": "2", "待复核": "2"}
    coded = [[*row[:5], codes[row[5]], "0"] for row in _rows(ROWS)]
    heads = ["就诊流水号", "病人ID", "就诊时间", "就诊类别", "科室编码", "GHZT", "作废标志"]
    _written(later, _rows(ROWS))
    _csv(later / "门诊就诊.csv", heads, coded)
    ingest(workspace, later, SOURCE)
    approve(workspace, SOURCE, machine_user(), ["病人基本信息"])
    automatic(workspace, SOURCE)
    assert _visits(workspace) == 240
    told = {one.column: one for one in values_of(workspace, proposal_of(workspace, SOURCE), "门诊就诊")}
    assert {one.value: (one.means, one.why) for one in told["GHZT"].values} == {
        "1": ("kept", "有效 (dmzd GHZT)"), "2": ("void", "已退号 (dmzd GHZT)"),
    }  # fmt: skip
