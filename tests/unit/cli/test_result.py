"""Rows of a query on the terminal, as JSON, and in files that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
import datetime
import io
import json
import stat
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from medark.cli import result
from medark.errors import SourceError, StorageError, UsageError

TABLE = pa.table(
    {
        "person_id": pa.array([1, 2**60, None], pa.int64()),
        "note": ["=HYPERLINK(1)", "-5.2", "高钾\n血症"],
        "at": [datetime.datetime(2026, 1, 2, 3, 4, 5), None, None],
        "on": [datetime.date(2026, 1, 2), None, None],
        "total": pa.array([Decimal("5"), Decimal("7"), None], pa.decimal128(38, 0)),
        "codes": [["a", "b"], None, []],
    }
)


def written(path, table=TABLE):
    return result.to_file(table.schema, table.to_batches(), path)


def test_csv_keeps_numbers_and_disarms_formulas(tmp_path):
    assert written(tmp_path / "a.csv") == 3
    text = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["person_id", "note", "at", "on", "total", "codes"]
    assert [row[1] for row in rows[1:]] == ["'=HYPERLINK(1)", "-5.2", "高钾\n血症"]
    assert rows[2][0] == str(2**60)
    assert (rows[1][5], rows[1][4]) == ('["a","b"]', "5")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8), min_size=1))
def test_no_text_of_a_csv_begins_a_formula_unless_it_is_a_number(texts):
    for before, after in zip(texts, result.harmless(pa.array(texts)).to_pylist(), strict=True):
        assert after.removeprefix("'") in (before, before.removeprefix("'"))
        if after[:1] in tuple("=+-@\t\r＝＋－＠"):
            float(after)


def test_xlsx_holds_text_as_text_and_exact_numbers(tmp_path):
    written(tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    rows = list(sheet.iter_rows(min_row=2))
    assert (rows[0][1].value, rows[0][1].data_type) == ("=HYPERLINK(1)", "s")
    assert rows[1][0].value == str(2**60)
    assert rows[0][2].value == datetime.datetime(2026, 1, 2, 3, 4, 5)
    assert rows[0][3].value == datetime.datetime(2026, 1, 2)
    assert rows[2][0].value is None


def test_xlsx_refuses_what_a_sheet_cannot_hold(tmp_path, monkeypatch):
    monkeypatch.setattr(result, "_SHEET_ROWS", 2)
    with pytest.raises(UsageError, match="more rows"):
        written(tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_parquet_and_json_lines_say_the_same_rows(tmp_path):
    assert written(tmp_path / "a.parquet") == written(tmp_path / "a.jsonl") == 3
    assert pq.read_table(tmp_path / "a.parquet").column("note").to_pylist() == TABLE.column("note").to_pylist()
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["note"] for line in lines] == TABLE.column("note").to_pylist()
    assert (lines[0]["total"], lines[0]["at"], lines[0]["on"]) == (5, "2026-01-02T03:04:05", "2026-01-02")


@pytest.mark.parametrize("name", ["a.parquet", "a.csv", "a.xlsx", "a.jsonl"])
def test_a_file_is_its_owners_only_and_columns_of_one_name_are_told_apart(tmp_path, name):
    twice = pa.table([pa.array([1]), pa.array([2])], names=["n", "n"])
    written(tmp_path / name, twice)
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_name_that_says_no_format_is_refused_and_a_place_that_is_none_is_said(tmp_path):
    with pytest.raises(SourceError, match="format"):
        written(tmp_path / "a.txt")
    with pytest.raises(StorageError, match="written"):
        written(tmp_path / "none" / "a.csv")


def test_a_failed_write_leaves_the_old_file(tmp_path):
    (tmp_path / "a.csv").write_text("old")

    def broken():
        yield from TABLE.to_batches()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        result.to_file(TABLE.schema, broken(), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_json_is_a_list_of_objects(capsys):
    result.to_json(TABLE.schema, TABLE.to_batches())
    rows = json.loads(capsys.readouterr().out)
    assert [row["person_id"] for row in rows] == [1, 2**60, None]
    result.to_json(TABLE.schema, [])
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize(("limit", "told"), [(2, "the first 2 rows"), (3, "3 rows"), (0, "3 rows")])
def test_the_terminal_shows_so_many_rows_and_says_if_there_are_more(limit, told):
    page = io.StringIO()
    Console(file=page, width=160).print(result.to_terminal(TABLE.schema, TABLE.to_batches(), limit, 160))
    text = page.getvalue()
    assert told in text
    assert "person_id" in text
    assert str(2**60) in text


def page(table, width):
    """What a terminal of this width shows."""
    drawn = io.StringIO()
    Console(file=drawn, width=width).print(result.to_terminal(table.schema, table.to_batches(), 50, width))
    return drawn.getvalue().splitlines()


def test_a_terminal_shows_the_columns_that_fit_and_names_the_others():
    wide = pa.table({f"item_{no:02}": [no, 1000 + no] for no in range(25)})
    head, *_, rows, more, rest = page(wide, 80)
    assert head.split() == [f"item_{no:02}" for no in range(8)]  # eight of 7 places, and 3 between them: 77
    assert rows == "2 rows"
    assert more.startswith("17 more columns do not fit (item_08, item_09,")
    assert "--out FILE" in more + rest
    assert all(len(line) <= 80 for line in page(wide, 80))
    assert not any("fit" in line for line in page(wide.select(range(8)), 77))
    assert any("1 more column does not fit (item_07)" in line for line in page(wide.select(range(8)), 76))


def test_one_column_is_always_shown_and_long_text_goes_on_in_the_next_line():
    long = pa.table({"note": ["心" * 100], "person_id": [1]})
    assert [line.split()[0] for line in page(long, 12)[:2]] == ["note", "心" * 6]
    head, first, second, *_ = page(long, 60)
    assert head.split() == ["note", "person_id"]
    assert first.split()[1] == "1"
    assert second.startswith("心")


def test_names_are_never_markup():
    (head, *_), told = page(pa.table({"[red]": [1], "x": [1]}), 100), page(pa.table({"x" * 20: [1], "[b]": [1]}), 20)
    assert head.split() == ["[red]", "x"]
    assert any("([b])" in line for line in told)


def test_times_are_days_where_all_are_midnight():
    midnight, later = datetime.datetime(2024, 2, 29), datetime.datetime(2024, 2, 29, 8, 30)
    shown = page(pa.table({"start": [midnight, None], "end": [midnight, later]}), 80)
    assert [line.split() for line in shown[1:3]] == [
        ["2024-02-29", "2024-02-29", "00:00:00"],
        ["∅", "2024-02-29", "08:30:00"],
    ]
