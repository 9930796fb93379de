"""A table that is sure does not wait for a list of codes that is not: it comes in without its words, then with them"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from tests.unit.flows.propose.conftest import VISITS, written

from medark.flows.gate.reader import machine_user
from medark.flows.ingest import ingest
from medark.flows.propose.approving import approve, automatic, withdraw
from medark.flows.workspace import Workspace

SOURCE = "south/ward"
ROUTES = {"1": "口服", "2": "静脉滴注", "3": "皮下注射", "4": "肌内注射"}  # too few rows to be mapped without asking
DRUGS = (
    ("A01", "阿司匹林肠溶片", "100mg", "mg"),
    ("B02", "氯化钠注射液", "250ml", "ml"),
    ("C03", "二甲双胍片", "0.5g", "g"),
)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    folder = written(tmp_path / "export")
    with (folder / "诊断_0001.csv").open(encoding="gb18030") as file:
        visits = [row[:2] for row in csv.reader(file)][1:]
    rows = []
    for i in range(VISITS * 3):
        code, name, spec, unit = DRUGS[i % 3]
        day = f"2024-02-{1 + i % 27:02d}"
        taken = [f"{1 + i % 4}", ("bid", "qd", "tid")[i % 3]]
        rows.append([f"Y{i:06d}", *visits[i % VISITS], code, name, spec, "1", unit, *taken, f"{day} 09:00:00"])
    orders = [
        "医嘱号",
        "就诊流水号",
        "病人ID",
        "药品编码",
        "药品名称",
        "规格",
        "单次剂量",
        "剂量单位",
        "给药途径",
        "频次",
        "开始时间",
    ]
    _write(folder / "药品医嘱_0001.csv", orders, rows)
    _write(folder / "给药途径字典_0001.csv", ["途径代码", "途径名称"], [[*one] for one in ROUTES.items()])
    return folder


def _write(path: Path, columns: list[str], rows: list[list[str]]) -> None:
    with path.open("w", newline="", encoding="gb18030") as out:
        csv.writer(out).writerows([columns, *rows])


def routes(workspace: Workspace) -> dict[str | None, int]:
    """How many drugs were given by which route."""
    with workspace.engine.session() as session:
        workspace.lake.snapshot().bind(session, "drug_exposure")
        found = session.query("select route_source_value as route from drug_exposure")
    return dict(Counter(found.column("route").to_pylist()))


def test_it_comes_in_and_takes_the_words_once_the_list_is_approved(workspace: Workspace, export: Path) -> None:
    ingest(workspace, export, SOURCE)
    found = automatic(workspace, SOURCE)
    assert found.kept.approvals["药品医嘱"].by == "medark"
    assert "给药途径字典" not in found.kept.approvals
    assert routes(workspace) == {None: 3 * VISITS}
    approve(workspace, SOURCE, machine_user(), ["给药途径字典"])
    assert routes(workspace) == dict.fromkeys(ROUTES.values(), 3 * VISITS // len(ROUTES))
    assert withdraw(workspace, SOURCE, machine_user(), ["给药途径字典"]) == ["给药途径字典"]
    assert routes(workspace) == {None: 3 * VISITS}
