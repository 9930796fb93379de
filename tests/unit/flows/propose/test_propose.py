"""From files that nobody has described to rows of the lake: by itself where sure, else by a person's answers."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from tests.unit.flows.propose.conftest import PEOPLE, RESULTS, VISITS

from medark.errors import AccessError, NotFoundError
from medark.flows.gate.reader import machine_user
from medark.flows.ingest import ingest
from medark.flows.propose.approving import approve, automatic
from medark.flows.propose.columns import NOTHING
from medark.flows.propose.keeping import load, site_entries, version_files
from medark.flows.propose.proposing import propose
from medark.flows.propose.review import Review
from medark.flows.workspace import Workspace

SOURCE = "north/his"


def rows(workspace: Workspace) -> dict[str, int]:
    snapshot = workspace.lake.snapshot()
    names = ("person", "visit_occurrence", "condition_occurrence", "measurement")
    return {name: snapshot.rows(name) for name in names}


def test_nothing_is_mapped_without_asking_where_that_is_wanted(workspace: Workspace, export: Path) -> None:
    ingest(workspace, export, SOURCE)
    found = automatic(workspace, SOURCE, asks=True)
    assert rows(workspace) == {"person": 0, "visit_occurrence": 0, "condition_occurrence": 0, "measurement": 0}
    tasks = [task for task in workspace.ledger.tasks.all(is_open=True) if task.kind == "mapping"]
    assert len(tasks) == len(found.drafts) == 5
    assert any("diagnosis" in str(task.evidence) for task in tasks)


def test_an_approved_map_brings_in_what_waited(workspace: Workspace, export: Path) -> None:
    ingest(workspace, export, SOURCE)
    automatic(workspace, SOURCE, asks=True)
    wanted = ["病人基本信息", "门诊就诊", "诊断", "检验结果"]
    assert approve(workspace, SOURCE, machine_user(), wanted) == wanted
    assert rows(workspace)["person"] == PEOPLE
    assert rows(workspace)["visit_occurrence"] == VISITS
    told = workspace.ledger.records.ends()
    assert sum(units.loaded for _, units in told.values()) == PEOPLE + 2 * VISITS + RESULTS
    assert load(workspace, SOURCE).approvals["诊断"].by == machine_user()
    still = [task.key for task in workspace.ledger.tasks.all(is_open=True) if task.kind == "mapping"]
    assert still == [f"map:{SOURCE}:zz"]


def test_what_is_sure_is_mapped_by_itself_and_what_is_not_waits(workspace: Workspace, export: Path) -> None:
    ingest(workspace, export, SOURCE)
    found = automatic(workspace, SOURCE)
    assert "zz" not in found.kept.approvals
    assert {approval.by for approval in found.kept.approvals.values()} <= {"medark"}
    waiting = {state.record_no for state in workspace.ledger.records.states("waiting")}
    of_zz = set(found.kept.records["zz"])
    assert of_zz <= waiting
    assert waiting == {
        n for name, numbers in found.kept.records.items() if name not in found.kept.approvals for n in numbers
    }


def test_a_second_delivery_is_read_alone_and_its_drift_is_told(
    workspace: Workspace, export: Path, tmp_path: Path
) -> None:
    ingest(workspace, export, SOURCE)
    propose(workspace, SOURCE)
    first = load(workspace, SOURCE)
    later = tmp_path / "later"
    later.mkdir()
    text = (export / "诊断_0001.csv").read_text("gb18030").replace("I1", "9")
    (later / "诊断_0002.csv").write_text(text, encoding="gb18030")
    ingest(workspace, later, SOURCE)
    found = propose(workspace, SOURCE)
    assert len(found.kept.records["诊断"]) == 2
    assert found.kept.profiles["诊断"].rows == 2 * first.profiles["诊断"].rows
    assert ("诊断编码", "form of its values") in {(one.column, one.what) for one in found.drifts}
    assert not propose(workspace, SOURCE).drifts


def test_answers_are_kept_taken_back_and_learnt(workspace: Workspace, export: Path) -> None:
    ingest(workspace, export, SOURCE)
    review = Review(workspace, SOURCE, machine_user())
    review.say_kind("zz", "lab")
    review.say_slot("zz", "Q2", "meas.value")
    review.say_slot("zz", "q1", NOTHING)
    assert load(workspace, SOURCE).slots["zz"] == {"q2": "meas.value", "q1": ""}
    review.undo()
    assert load(workspace, SOURCE).slots["zz"] == {"q2": "meas.value"}
    again = Review(workspace, SOURCE, machine_user())  # resumed
    again.say_slot("诊断", "诊断名称", "diag.name")
    again.accept("诊断")
    again.accept("病人基本信息")
    again.skip("zz")
    assert "zz" not in again.waiting()
    assert set(again.finish()) == {"诊断", "病人基本信息"}
    assert ("diag_name", "诊断名称") in {(entry.element, entry.name) for entry in site_entries(workspace)}
    versions = [version_files(workspace, SOURCE, n) for n in range(1, load(workspace, SOURCE).version + 1)]
    assert all(one != other for one, other in pairwise(versions))


def test_a_word_that_is_none_names_the_nearest(workspace: Workspace, export: Path) -> None:
    ingest(workspace, export, SOURCE)
    review = Review(workspace, SOURCE, machine_user())
    with pytest.raises(NotFoundError) as told:
        review.say_slot("诊断", "诊断名称", "diag.nam")
    assert "diag.name" in str(told.value.fix)


def test_who_may_not_see_raw_records_approves_nothing(workspace: Workspace, export: Path) -> None:
    ingest(workspace, export, SOURCE)
    with pytest.raises(AccessError):
        approve(workspace, SOURCE, "somebody")


def test_a_file_for_each_patient_is_one_table_and_nobody_is_in_its_name(
    workspace: Workspace, export: Path, tmp_path: Path
) -> None:
    head, *lines = (export / "检验结果_0001.csv").read_text(encoding="gb18030").splitlines()
    folder = tmp_path / "patients"
    folder.mkdir()
    for number, name in enumerate(("赵一鸣", "钱二娟", "孙三泰", "李四光")):
        text = "\n".join((head, *lines[number * 75 : number * 75 + 75], ""))
        (folder / f"检验_{name}.csv").write_text(text, encoding="gb18030")
    ingest(workspace, folder, SOURCE)
    found = automatic(workspace, SOURCE, asks=True)
    assert list(found.drafts) == ["检验"] and found.kept.profiles["检验"].rows == RESULTS
    kept = [*workspace.path.joinpath("propose").rglob("*"), *workspace.path.joinpath("maps").rglob("*")]
    assert kept and not any("赵一鸣" in f.name or (f.is_file() and "赵一鸣" in f.read_text("utf-8")) for f in kept)
    assert approve(workspace, SOURCE, machine_user(), ["检验"]) == ["检验"]
    assert sum(units.quarantined + units.loaded for _, units in workspace.ledger.records.ends().values()) == RESULTS
