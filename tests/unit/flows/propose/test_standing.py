"""What a person is asked: no dictionaries of no use, no empty tables; and nothing is said by accident."""

from __future__ import annotations

import csv
from pathlib import Path

from medark.flows.gate.reader import machine_user
from medark.flows.ingest import ingest
from medark.flows.propose.approving import automatic
from medark.flows.propose.columns import LEAST, columns
from medark.flows.propose.overview import tables
from medark.flows.propose.review import Review
from medark.flows.propose.standing import asked_tables, is_idle, is_kind_open, would_be
from medark.flows.workspace import Workspace

SOURCE = "north/his"


def write(folder: Path, name: str, *rows: tuple[str, ...]) -> None:
    folder.mkdir(exist_ok=True)
    with (folder / name).open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows(rows)


def lines(folder: Path) -> None:
    """What was prescribed, without for whom: the heads of the prescriptions did not come."""
    head = ("处方明细号", "处方号", "药品编码", "药品名称", "用药途径", "使用频次")
    drugs = (("Y01", "阿司匹林肠溶片"), ("Y02", "二甲双胍片"), ("Y03", "阿莫西林胶囊"))
    body = [(f"M{n:05d}", f"CF{n // 2:05d}", *drugs[n % 3], "口服", "bid") for n in range(60)]
    write(folder, "处方明细.csv", head, *body)


def test_a_dictionary_that_none_looks_into_and_a_table_without_rows_are_no_question(
    workspace: Workspace, tmp_path: Path
) -> None:
    write(tmp_path / "one", "代码字典.csv", ("字典编码", "字典名称"), *((f"{n:02d}", f"名称{n}") for n in range(30)))
    write(tmp_path / "one", "退费记录.csv", ("退费号", "退费日期", "金额"))
    ingest(workspace, tmp_path / "one", SOURCE)
    found = automatic(workspace, SOURCE, asks=True)
    states = {one.name: (one.state, one.waits) for one in tables(found)}
    assert states["退费记录"] == ("idle", False)
    assert is_idle(found, "代码字典") is (found.drafts["代码字典"].kind_chance >= LEAST)
    asked = [task.key for task in workspace.ledger.tasks.all(is_open=True) if task.kind == "mapping"]
    assert asked == [f"map:{SOURCE}:{name}" for name in asked_tables(found)]
    review = Review(workspace, SOURCE, machine_user())
    assert "退费记录" not in review.waiting()
    review.say_kind("退费记录", "fee")
    assert "退费记录" in review.waiting(), "what somebody speaks of is theirs"


def test_columns_of_a_table_that_lacks_something_are_shown_as_what_they_surely_are(
    workspace: Workspace, tmp_path: Path
) -> None:
    lines(tmp_path / "one")
    ingest(workspace, tmp_path / "one", SOURCE)
    automatic(workspace, SOURCE, asks=True)
    review = Review(workspace, SOURCE, machine_user())
    review.say_kind("处方明细", "drug")
    found = review.found
    assert found.drafts["处方明细"].missing == ("person_key",) and not is_kind_open(found, "处方明细")
    shown = {one.name: would_be(found, "处方明细", one) for one in columns(found, "处方明细")}
    assert (shown["药品编码"], shown["药品名称"]) == ("drug.code", "drug.name")
