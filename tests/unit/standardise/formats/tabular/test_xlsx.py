"""Workbooks: sheets, days, long numbers, leading zeros."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pyarrow as pa
import pytest
import xlsxwriter

from medark.errors import RefusedInput
from medark.model.record import Format
from medark.standardise.formats import tabular
from medark.standardise.formats.tabular.xlsx import SHEET_ROWS

PEOPLE = [
    ("110101199003070017", "007", dt.date(1990, 3, 7), 36.5, "=1+1"),
    ("11010119910408002X", "012", dt.date(1991, 4, 8), 37.0, ""),
]


@pytest.fixture
def workbook() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    people = book.add_worksheet("people")
    people.write_string(0, 0, "病人名单 2024")
    for column, name in enumerate(["身份证号", "床号", "生日", "体温", "备注"]):
        people.write_string(2, column, name)
    for row, (number, bed, born, temp, note) in enumerate(
        [
            ("110101199003070017", "007", dt.date(1990, 3, 7), 36.5, "=1+1"),
            ("11010119910408002X", "012", dt.date(1991, 4, 8), 37.0, ""),
        ]
    ):
        people.write_string(3 + 2 * row, 0, number)  # every second row is empty
        people.write_string(3 + 2 * row, 1, bed)
        people.write_datetime(3 + 2 * row, 2, dt.datetime.combine(born, dt.time()), day)
        people.write_number(3 + 2 * row, 3, temp)
        people.write_string(3 + 2 * row, 4, note)
    book.add_worksheet("empty")
    visits = book.add_worksheet("visits")
    visits.write_row(0, 0, ["no", "when"])
    visits.write_number(1, 0, 20240102000017)
    visits.write_datetime(1, 1, dt.datetime(2024, 1, 2, 3, 4, 5), book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
    book.close()
    return out.getvalue()


def read(content: bytes) -> dict[str, pa.Table]:
    return {
        shape.sheet: pa.concat_tables(tabular.rows(io.BytesIO(content), shape))
        for shape in tabular.shapes(io.BytesIO(content), Format.XLSX)
    }


def test_sheets_are_tables_and_cells_are_text(workbook):
    found = read(workbook)
    assert list(found) == ["people", "visits"]
    assert found["people"].to_pylist() == [
        {
            "身份证号": "110101199003070017",
            "床号": "007",
            "生日": "1990-03-07",
            "体温": "36.5",
            "备注": "=1+1",
            "row_no": 0,
        },
        {"身份证号": "11010119910408002X", "床号": "012", "生日": "1991-04-08", "体温": "37", "备注": "", "row_no": 2},
    ]
    assert found["visits"].to_pylist() == [
        {"no": "20240102000017", "when": "2024-01-02T03:04:05", "row_no": 2 * SHEET_ROWS}
    ]


@pytest.mark.parametrize("spoil", ["cut", "noise", "not a workbook", "bomb"])
def test_a_broken_workbook_is_refused(workbook, spoil):
    if spoil == "cut":
        content = workbook[: len(workbook) // 2]
    elif spoil == "noise":
        content = b"PK\x03\x04" + b"\xff" * 500
    else:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", b" " * (30_000_000 if spoil == "bomb" else 10))
        content = out.getvalue()
    with pytest.raises(RefusedInput):
        tabular.shapes(io.BytesIO(content), Format.XLSX)
