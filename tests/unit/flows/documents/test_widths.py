"""Widths of columns: what fits is as wide as it is written; long words share what is left, and nothing overlaps."""

from __future__ import annotations

import pypdfium2
import pytest

from medark.flows.documents.paper import pdf
from medark.flows.documents.widths import LYING, UPRIGHT, measure, shares
from medark.model.page import DataTable, TableColumn
from unit.flows.documents.conftest import document

NUMBER, LONG = "100000000000007919", "7月1日曾在学校食堂就餐，同班同学3人发热，家属无症状；已电话随访，嘱居家观察" * 2


@pytest.mark.parametrize(
    ("row", "width", "expected"),
    [
        (["短", "12"], UPRIGHT, [0, 0]),
        ([NUMBER, LONG, "女"], UPRIGHT, [0, 40, 0]),
        ([NUMBER, LONG, "青禾社区卫生服务中心"], LYING, [0, 40, 20]),
        ([LONG, "x" * 40], UPRIGHT, [40, 0]),  # a word that is not broken is as wide as it is
        ([LONG, "x" * 90], UPRIGHT, [40, 40]),  # longer ones are
    ],
)
def test_who_shares_what_is_left(row: list[str], width: float, expected: list[int]) -> None:
    assert shares(measure([row]), width) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["a"] * 8], False), ([["a"] * 9], True), ([[NUMBER, LONG]], False), ([[LONG] * 4], True), ([], False),
        ([["短", LONG], [LONG, "短"]], False),
    ],
)  # fmt: skip
def test_a_crowd_of_words_or_columns_goes_on_its_side(rows: list[list[str]], expected: bool) -> None:
    assert measure(rows).wants_side == expected


def test_no_cell_is_written_over_another() -> None:
    columns = tuple(TableColumn(f"c{n}", f"列{n}") for n in range(8))
    row = (
        NUMBER,
        "女",
        "8",
        "2024-07-02",
        "青禾社区卫生服务中心",
        "细菌性痢疾(疑似)，待实验室确认",
        "青禾街道幸福里社区",
        LONG,
    )
    page = pypdfium2.PdfDocument(pdf(document((DataTable(columns, (row,)),))))[0]
    text = page.get_textpage()
    ends = 0.0
    for cell in (NUMBER, "女", "8", "2024-07-02"):
        found = text.search(cell, match_whole_word=True).get_next()
        left, *_ = text.get_charbox(found[0])
        assert left > ends
        _, _, ends, _ = text.get_charbox(found[0] + len(cell) - 1)
