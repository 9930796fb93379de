"""An ingest that is stopped while tables are explained goes on where it was; nothing waits unseen."""

from __future__ import annotations

from pathlib import Path

import pytest

from medark.bootstrap import init_workspace
from medark.flows.ingest import ingest
from medark.flows.propose import approving, has_tables, waiting_batches
from medark.flows.propose.explaining import explain
from medark.flows.propose.keeping import load
from medark.flows.propose.proposing import propose
from medark.flows.workspace import Workspace

SOURCE = "north/his"


def loaded(workspace: Workspace) -> dict[str, int]:
    snapshot = workspace.lake.snapshot()
    return {name: snapshot.rows(name) for name in ("person", "visit_occurrence", "condition_occurrence", "measurement")}


@pytest.fixture
def whole(workspace: Workspace, export: Path) -> dict[str, int]:
    """What an ingest that nobody stops brings in."""
    ingest(workspace, export, SOURCE)
    explain(workspace, SOURCE)
    return loaded(workspace)


def test_stopped_before_anything_was_proposed(whole: dict[str, int], export: Path, tmp_path: Path) -> None:
    with again(tmp_path) as workspace:
        ingest(workspace, export, SOURCE)
        assert has_tables(workspace, SOURCE) and not has_tables(workspace, "south/his")
        assert not ingest(workspace, export, SOURCE).waiting, "the second delivery itself brought nothing"
        done = explain(workspace, SOURCE)
        assert done.batches == {1}
        assert loaded(workspace) == whole


def test_stopped_between_the_map_and_the_rows(
    whole: dict[str, int], export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with again(tmp_path) as workspace:
        ingest(workspace, export, SOURCE)
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(approving, "bring_in", stopped)
            explain(workspace, SOURCE)
        assert loaded(workspace)["person"] == 0 and propose(workspace, SOURCE).kept.approvals
        explain(workspace, SOURCE)
        assert loaded(workspace) == whole


def test_what_waits_for_an_answer_is_left_as_it_is(whole: dict[str, int], workspace: Workspace) -> None:
    before = workspace.ledger.records.ends()
    done = explain(workspace, SOURCE)
    assert not done.batches and waiting_batches(workspace, SOURCE) == {1}, "zz waits for a person"
    assert workspace.ledger.records.ends() == before and loaded(workspace) == whole


def again(folder: Path) -> Workspace:
    """A second workspace."""
    return init_workspace(folder / "again", buckets=2, time_zone="Asia/Shanghai")


def test_what_only_looks_like_a_table_in_effect_waits_for_a_person(
    workspace: Workspace, export: Path, tmp_path: Path
) -> None:
    ingest(workspace, export, SOURCE)
    explain(workspace, SOURCE)
    before = loaded(workspace)
    (tmp_path / "more").mkdir()
    copied = (export / "检验结果_0001.csv").read_bytes().replace(b"L0", b"K0")
    (tmp_path / "more" / "外送检验.csv").write_bytes(copied)
    ingest(workspace, tmp_path / "more", SOURCE)
    found = explain(workspace, SOURCE).found
    if "外送检验" in found.drafts and "外送检验" not in found.kept.approvals:
        assert loaded(workspace) == before


def test_what_has_changed_is_told_and_kept(workspace: Workspace, export: Path, tmp_path: Path) -> None:
    ingest(workspace, export, SOURCE)
    assert explain(workspace, SOURCE).found.drifts == ()
    (tmp_path / "more").mkdir()
    text = (export / "诊断_0001.csv").read_text("gb18030").replace("诊断时间", "确诊时间").replace("V0", "W0")
    (tmp_path / "more" / "诊断_0002.csv").write_text(text, "gb18030")
    ingest(workspace, tmp_path / "more", SOURCE)
    told = {(one.column, one.what) for one in explain(workspace, SOURCE).found.drifts}
    assert {("确诊时间", "a new column"), ("诊断时间", "the column is gone")} <= told
    assert {(one.column, one.what) for one in load(workspace, SOURCE).drifts} == told, "for who looks later"
