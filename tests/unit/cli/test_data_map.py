"""The data map on a terminal and as JSON."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from medark.catalog import ColumnProfile, DataMap, FileEntry, Flow, SourceEntry, TableEntry, TopValue
from medark.cli import data_map
from medark.errors import NotFoundError
from medark.model.account import UnitAccount

GENDER = ColumnProfile("gender_source_value", "VARCHAR", 10, 2, "F", "M", (TopValue("F", 160), TopValue("M", 142)))
KEY = ColumnProfile("person_id", "BIGINT", 0, 312, masked="a key")
MAP = DataMap(
    version=4,
    made_ms=0,
    vocabulary="shipped",
    people=312,
    sources=(
        SourceEntry(
            "north/his",
            "Asia/Shanghai",
            2,
            (FileEntry(1, "delimited", 5_000_000, "done", UnitAccount(100, 90, 10)),),
            (TableEntry("[LABS].csv", 100, (), 1, "waiting for a map"),),
        ),
    ),
    tables=(TableEntry("person", 312, (KEY, GENDER)), TableEntry("death", 0, ())),
    flows=(Flow("north/his", "delimited", "person", 312),),
)


def drawn(view: object) -> str:
    page = io.StringIO()
    Console(file=page, width=160, highlight=False).print(view)
    return page.getvalue()


def test_the_map_says_sources_files_and_where_rows_came_from():
    page = drawn(data_map.map_view(MAP))
    for text in (
        "north/his",
        "5.0 MB",
        "[LABS].csv",
        "waiting for a map",
        "The lake, version 4",
        "north/his (delimited)",
    ):
        assert text in page, text
    assert "death" not in page


def test_one_tables_columns_say_how_they_are_filled_and_what_is_hidden():
    page = drawn(data_map.columns_view(MAP, "PERSON"))
    for text in ("97 %", "F … M", "F (160), M (142)", "a key"):
        assert text in page, text


def test_a_table_that_came_as_a_file_has_columns_too_and_an_empty_one_no_share():
    assert "[LABS].csv" in drawn(data_map.columns_view(MAP, "[labs].csv"))
    assert "%" not in drawn(data_map.columns_view(MAP, "death"))
    with pytest.raises(NotFoundError):
        data_map.columns_view(MAP, "nothing")


def test_the_json_is_the_whole_map_or_one_table():
    plain = json.loads(json.dumps(data_map.map_json(MAP)))
    assert list(plain) == ["version", "made_ms", "vocabulary", "people", "sources", "tables", "flows"]
    assert plain["tables"][0]["columns"][1]["top"] == [{"value": "F", "rows": 160}, {"value": "M", "rows": 142}]
    assert data_map.map_json(MAP, "person")["rows"] == 312
