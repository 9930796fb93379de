"""Tables of a map in effect and out of it at the command line, called as people call them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from medark.bootstrap import init_workspace, open_workspace
from medark.cli.shell import run
from medark.flows.ingest import ingest
from medark.flows.propose.approving import automatic
from unit.flows.propose.conftest import VISITS, written

SOURCE = "north/his"


@pytest.fixture
def place(tmp_path: Path) -> str:
    with init_workspace(tmp_path / "ws", buckets=2, time_zone="Asia/Shanghai") as made:
        ingest(made, written(tmp_path / "export"), SOURCE)
        automatic(made, SOURCE, asks=True)
    return str(tmp_path / "ws")


def test_what_was_approved_is_taken_back(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    tables = [word for name in ("基本信息", "就诊", "诊断") for word in ("--table", name)]
    assert run(["map", "approve", place, SOURCE, *tables, "--json"], {}) == 0
    assert json.loads(capsys.readouterr().out) == ["病人基本信息", "门诊就诊", "诊断"]
    assert run(["map", "withdraw", place, SOURCE, "--table", "诊断", "--json"], {}) == 0
    assert json.loads(capsys.readouterr().out) == ["诊断"]
    with open_workspace(Path(place), {}) as workspace:
        snapshot = workspace.lake.snapshot()
        assert (snapshot.rows("condition_occurrence"), snapshot.rows("visit_occurrence")) == (0, VISITS)


def test_a_wrong_name_is_told(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["map", "show", place, SOURCE, "--table", "Diagnosis"], {}) == 4
    assert "there is no such table in the proposal" in capsys.readouterr().err
    assert run(["map", "propose", place, "nroth/his"], {}) == 4
    assert "north/his" in capsys.readouterr().err
    assert run(["map", "show", place, SOURCE, "--table", "ZZ"], {}) == 0
