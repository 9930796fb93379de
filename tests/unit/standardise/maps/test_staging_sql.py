"""Compiled maps on small tables: empty cells, missing columns and tables, twin rows of a dictionary, issues first."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from medark.sql.render import render
from medark.standardise.maps.reading import read_source
from medark.store.duckdb import DuckDB

SOURCE = 'name = "c"\ntitle = "c"\ndocumentation = "c"\ntime = "c"\ntables = ["lab", "item"]\n'
LAB = """
about = "Laboratory."
needs = ["person", "item", "value"]
may_have = ["unit"]

[join.item]
table = "item"
on = { code = "item" }

[[issue]]
when = "value = 'cancelled'"
outcome = "excluded"
reason = "cancelled"
place = "value"

[[event]]
fixed = { kind = "measurement", alt_system = "LOINC" }
person_key = "person"
code = "item"
alt_code = "item.loinc"
value = "value"
unit = "unit"
"""
ITEM = """
about = "Tests."
needs = ["code", "loinc"]
[every_row]
outcome = "excluded"
reason = "a dictionary"
"""


@pytest.fixture
def staged(tmp_path: Path):
    folder = tmp_path / "c"
    folder.mkdir()
    for name, text in {"source": SOURCE, "lab": LAB, "item": ITEM}.items():
        (folder / f"{name}.toml").write_text(text)
    source = read_source(folder)

    def run(*, counted: bool = False, **tables: dict) -> dict[str, list[dict]]:
        with DuckDB(tmp_path / "scratch").session() as session:
            for number, (name, columns) in enumerate(tables.items()):
                rows = len(next(iter(columns.values())))
                place = {"record_no": [number] * rows, "row_no": list(range(rows))}
                text = {key: pa.array(value, pa.string()) for key, value in columns.items()}
                session.bind_arrow(f"raw_{name}", pa.table(text | place))
            found: dict[str, list[dict]] = {}
            present = {name: list(columns) for name, columns in tables.items()}
            for query in source.staging(present, counted=counted):
                rows = session.query(render(query.sql)).to_pylist()
                found.setdefault(f"{query.reads[0]} {query.staging}", []).extend(rows)
            return found

    return run


def test_a_missing_optional_column_an_absent_dictionary_and_empty_cells_are_null(staged):
    (event,) = staged(lab={"person": ["p"], "item": ["50912"], "value": [""]})["raw_lab event"]
    assert event == {
        "record_no": 0, "row_no": 0, "part_no": 0, "kind": "measurement", "person_key": "p", "code": "50912",
        "alt_code": None, "alt_system": None, "value": None, "unit": None,
    }  # fmt: skip


def test_a_dictionary_with_twin_keys_does_not_multiply_rows(staged):
    lab = {"PERSON": ["p", "q"], "ITEM": ["1", "2"], "VALUE": ["5", "6"]}
    events = staged(lab=lab, item={"code": ["1", "1", "2"], "loinc": ["old", "new", ""]})["raw_lab event"]
    assert sorted((e["person_key"], e["alt_code"], e["alt_system"]) for e in events) == [
        ("p", "new", "LOINC"),
        ("q", None, None),
    ]


def test_a_row_with_an_issue_gives_nothing_and_a_row_that_gives_nothing_is_an_issue(staged):
    found = staged(lab={"person": ["p", "", "p"], "item": ["1", "1", "1"], "value": ["cancelled", "5", "6"]})
    assert [e["row_no"] for e in found["raw_lab event"]] == [2]
    issues = sorted((i["row_no"], i["outcome"], i["reason"], i["place"]) for i in found["raw_lab unit_issue"])
    assert issues == [
        (0, "excluded", "cancelled", "value"),
        (1, "quarantined", "the row lacks what every use of it needs", None),
    ]
    assert found["raw_lab unit_count"][0]["units"] == 3


def test_a_dictionary_is_accounted_for(staged):
    found = staged(item={"code": ["1", "2"], "loinc": ["a", "b"]})
    assert [i["reason"] for i in found["raw_item unit_issue"]] == ["a dictionary"] * 2


def test_excluded_rows_can_be_told_together_and_others_never_are(staged):
    lab = {"person": ["", "p", "p", "", "p"], "item": ["1"] * 5, "value": ["5", "cancelled", "6", "7", "cancelled"]}
    found = staged(lab=lab, item={"code": ["1", "2"], "loinc": ["a", "b"]}, counted=True)
    told = sorted((i["row_no"], i["outcome"], i["units"]) for i in found["raw_lab unit_issue"])
    assert told == [(0, "quarantined", 1), (1, "excluded", 2), (3, "quarantined", 1)]
    (dictionary,) = found["raw_item unit_issue"]
    assert (dictionary["row_no"], dictionary["reason"], dictionary["units"]) == (0, "a dictionary", 2)
