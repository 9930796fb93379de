"""Rows that are made again, by whatever was decided, count once in the account of the batch that brought them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from medark.bootstrap import init_workspace
from medark.flows import terms
from medark.flows.ingest import ingest
from medark.flows.ingest.ingest import account
from medark.flows.propose.approving import approve
from medark.flows.quarantine import retry
from medark.flows.terms.choice import chosen
from medark.flows.workspace import Workspace
from medark.model.account import IngestAccount
from medark.model.progress import Silent
from medark.model.user import User

SOURCE, PEOPLE = "his", 30
Told = dict[str, tuple[int, int, int, int]]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with init_workspace(tmp_path / "ws", buckets=2, time_zone="Asia/Shanghai") as opened:
        opened.ledger.users.add(User("olga", organisation="north", roles=frozenset({"owner"})))
        yield opened


def delivered(workspace: Workspace, folder: Path, month: int) -> IngestAccount:
    """People and their results of a month; a result of nobody, one that was taken back, one that is there twice."""
    folder.mkdir()
    people = [f"B{n:06d}" for n in range(PEOPLE)]
    _write(
        folder / "病人基本信息.csv",
        ["病人ID", "姓名", "性别", "出生日期"],
        [[p, "张伟", "男女"[n % 2], f"19{50 + n}-05-01"] for n, p in enumerate(people)],
    )
    times = [f"2024-{month:02d}-{1 + n % 27:02d} 09:00:00" for n in range(2 * PEOPLE + 1)]
    results = [
        [f"L{month}{n:05d}", p, "ZK", "血钾", f"4.{n % 9}", "mmol/L", times[n], "正常"]
        for n, p in enumerate([*people, *people, "B999999"])
    ]
    results[5][-1] = "作废"
    columns = ["检验流水号", "病人ID", "检验项目代码", "检验项目名称", "检验结果", "结果单位", "检验时间", "记录状态"]
    _write(folder / "检验结果.csv", columns, [*results, results[7]])
    return ingest(workspace, folder, SOURCE)


def _write(path: Path, columns: list[str], rows: list[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([columns, *rows])


def tables(workspace: Workspace, batch_no: int) -> Told:
    told = account(workspace, batch_no)
    assert told.adds_up
    return {t.table: (t.staged, t.loaded, t.replaced, t.quarantined) for t in told.tables}


def reasons(workspace: Workspace, batch_no: int) -> dict[tuple[str, str, str], int]:
    return {(r.outcome, r.reason, r.table): r.count for r in account(workspace, batch_no).reasons}


def test_a_map_a_term_and_a_second_try_count_nothing_twice(workspace: Workspace, tmp_path: Path) -> None:
    for month in (1, 2):
        delivered(workspace, tmp_path / f"m{month}", month)
    approve(workspace, SOURCE, "olga")
    was = {number: (tables(workspace, number), reasons(workspace, number)) for number in (1, 2)}
    asked = [one.term for one in terms.unmapped(workspace, "olga") if one.term.name == "血钾"]
    told = terms.proposed(workspace, asked)
    assert terms.decide(workspace, "olga", [chosen(told[0], 0)]) == 2
    retry(workspace, Silent())
    approve(workspace, SOURCE, "olga")
    assert {number: (tables(workspace, number), reasons(workspace, number)) for number in (1, 2)} == was
