"""Tables in every form: the same rows come back, and no cell is a formula."""

from __future__ import annotations

import csv
import datetime as dt
import io

import openpyxl
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medark.errors import UsageError
from medark.serve.datasets.filters import filtered
from medark.serve.datasets.forms import Form, form_of, written

TABLE = pa.table(
    {
        "person_id": pa.array([1, (1 << 60) + 1, None], pa.int64()),
        "stage": ["a,b", '=HYPERLINK("http://x","y")', None],
        "value": [1.5, float("nan"), -3.0],
        "day": pa.array([dt.date(2024, 2, 29), None, None], pa.date32()),
        "at": pa.array([dt.datetime(2024, 2, 29, 8), None, None], pa.timestamp("us")),
        "list": pa.array([[1, 2], None, []], pa.list_(pa.int64())),
        "ok": [True, False, None],
    }
)
DANGEROUS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "=cmd|' /C calc'!A0")


def content(table, form):
    """All that is sent."""
    return b"".join(written(table, form, "name").pieces)


def test_programs_get_the_same_table_back():
    table = TABLE.drop_columns("value")  # no NaN is equal to itself
    assert pa.ipc.open_stream(content(table, Form.ARROW)).read_all().equals(table)
    assert pq.read_table(io.BytesIO(content(table, Form.PARQUET))).equals(table)


def test_json_has_the_same_rows_and_null_for_what_is_no_number():
    lines = [orjson.loads(line) for line in content(TABLE, Form.NDJSON).splitlines()]
    assert orjson.loads(content(TABLE, Form.JSON)) == lines
    assert lines[1] == {
        "person_id": str((1 << 60) + 1), "stage": '=HYPERLINK("http://x","y")', "value": None, "day": None, "at": None,
        "list": None, "ok": False,
    }  # fmt: skip
    assert lines[0]["day"] == "2024-02-29"
    assert orjson.loads(content(TABLE.slice(0, 0), Form.JSON)) == []


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_spreadsheet_runs_nothing(text):
    table = pa.table({text: [text], "list": pa.array([[text]])})
    header, row = csv.reader(io.StringIO(content(table, Form.CSV).decode("utf-8-sig"), newline=""))
    assert header[0][0] == row[0][0] == "'"
    assert row[0][1:] == text
    sheet = openpyxl.load_workbook(io.BytesIO(content(table, Form.XLSX))).active
    assert all(cell.data_type == "s" for line in sheet.iter_rows() for cell in line)


def test_excel_keeps_long_numbers_days_and_truth():
    rows = list(openpyxl.load_workbook(io.BytesIO(content(TABLE, Form.XLSX))).active.values)
    assert rows[0] == tuple(TABLE.column_names)
    assert rows[1][:6] == (1, "a,b", 1.5, dt.datetime(2024, 2, 29), dt.datetime(2024, 2, 29, 8), "[1,2]")
    assert rows[2][0] == str((1 << 60) + 1)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.none() | st.text(st.characters(exclude_categories=("Cs", "Cc"))), max_size=5))
def test_csv_gives_every_text_back_but_for_the_sign_before_formulas(texts):
    table = pa.table({"n": list(range(len(texts))), "t": pa.array(texts, pa.string())})
    told = list(csv.reader(io.StringIO(content(table, Form.CSV).decode("utf-8-sig"), newline="")))[1:]
    for text, (_, cell) in zip(texts, told, strict=True):
        assert cell in ((text or ""), f"'{text}")
        assert not cell.startswith(("=", "+", "-", "@", "＝"))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (["person_id:eq:1"], [1]),
        (["value:lt:0"], [None]),
        (["stage:null"], [None]),
        (["stage:notnull", "person_id:gt:1"], [(1 << 60) + 1]),
        (["person_id:in:1,2"], [1]),
        (["day:ge:2024-01-01"], [1]),
        (["ok:eq:true"], [1]),
    ],
)
def test_filters(filters, expected):
    assert filtered(TABLE, filters)["person_id"].to_pylist() == expected


@pytest.mark.parametrize(
    "told", ["nobody:eq:1", "value:like:1", "value:eq:x", "person_id", "day:eq:yesterday", "list:eq:1"]
)
def test_what_is_no_filter_is_refused(told):
    with pytest.raises(UsageError) as caught:
        filtered(TABLE, [told])
    assert "yesterday" not in str(caught.value)


def test_a_form_is_named_or_accepted():
    assert form_of("", "text/csv;q=0.9, */*", Form.JSON) is Form.CSV
    assert form_of("application/vnd.apache.arrow.stream", "", Form.JSON) is Form.ARROW
    assert form_of("", "*/*", Form.JSON) is Form.JSON
    with pytest.raises(UsageError):
        form_of("pdf", "", Form.JSON)
