"""Documents as workbooks: a sheet a table, cells of their kind, nothing that Excel would run."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from medark.flows.documents.nouns import DocumentError
from medark.flows.documents.workbook import workbook
from medark.model.page import DataTable, TableColumn
from unit.flows.documents.conftest import FORMULA, HOSTILE, document


@pytest.fixture(scope="module")
def content() -> bytes:
    return workbook(document())


@pytest.fixture(scope="module")
def book(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def test_a_sheet_for_each_table_and_each_figures_numbers(book: Workbook) -> None:
    assert book.sheetnames == ["About", "线索名单", "控制情况", "两点", "等级", "线索名单 2"]
    assert [[cell.value for cell in row] for row in book["控制情况"]] == [
        ["血糖", "例数"], ["达标", 28], ["未达标", 1200], ["未检测", None],
    ]  # fmt: skip
    assert [[cell.value for cell in row] for row in book["两点"]] == [["a", "b"], [1, "甲"], [2, None]]
    assert book["等级"]["A2"].value == "红色"


def test_cells_are_of_their_kind_and_headings_stay(book: Workbook) -> None:
    sheet = book["线索名单"]
    assert [cell.value for cell in sheet[1]] == ["患者", "就诊日期", "血钾 (mmol/L)", "备注"]
    who, seen, potassium, _note = (cell.value for cell in sheet[2])
    assert (who, seen, potassium) == (str(10**18), dt.datetime(2024, 7, 1), 3)
    assert sheet["B2"].number_format == "yyyy-mm-dd"
    assert sheet["C5"].value is None  # what may not be told
    assert sheet.max_row == 151
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("A2", "A1:D151", "$1:$1")


def test_nothing_is_a_formula_or_a_link(book: Workbook, content: bytes) -> None:
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert book["线索名单"]["D2"].value == FORMULA
    assert {cell.data_type for cell in cells} <= {"s", "n", "d", "b"}
    assert not any(cell.hyperlink for cell in cells)
    assert HOSTILE in [cell.value for cell in cells]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert b"<f>" not in b"".join(parts.read(name) for name in parts.namelist())


def test_the_first_sheet_says_what_it_is(book: Workbook) -> None:
    lines = [[cell.value for cell in row if cell.value is not None] for row in book["About"]]
    assert lines[0] == ["多点触发预警 & 报告"]
    for line in (["导出人", "olga"], ["内部保密 & 勿外传"], ["人数", 12345, "人"],
                 ["隐去的", "too few to be told, or not known"], ["粗体，世界卫生组织，本地，<b>x</b>"]):  # fmt: skip
        assert line in lines
    assert [line[:2] for line in lines if line[:1] == ["线索名单"]] == [["线索名单", "线索名单"]]
    assert book.properties.title == "多点触发预警 & 报告"
    assert book["About"].oddFooter.left.text == "内部保密 && 勿外传"


def test_names_of_sheets_are_such_as_excel_takes() -> None:
    titles = ("a/b:[c]*?\\", "'quoted'", "History", "About", "x" * 40, "X" * 40, "", "=1+1")
    tables = tuple(DataTable((TableColumn("a", "a"),), ((1,),), title) for title in titles)
    names = openpyxl.load_workbook(io.BytesIO(workbook(document(tables)))).sheetnames[1:]
    assert names == ["a b  c", "quoted", "History 2", "About 2", "x" * 31, f"{'X' * 29} 2", "Table", "=1+1"]


def test_what_has_no_room_is_refused() -> None:
    rows = ((1,) * 50,) * 7_000
    with pytest.raises(DocumentError, match="too much for a workbook"):
        workbook(document((DataTable(tuple(TableColumn(f"c{n}", "c") for n in range(50)), rows),)))
