"""A tally on DuckDB: rows worked out by hand, and of rows drawn at random what plain Python says of them"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest

from medark.define import Tally
from medark.define.answers import describe, reads
from medark.define.compile import compile_tally
from medark.define.dummy.population import dummy_population
from medark.define.memory import tallied
from medark.errors import DefinitionError
from medark.flows.definitions.plans import make, rows
from medark.model.arrow import arrow_schema
from medark.model.omop import lake_columns
from medark.sql.linter import lint
from medark.store.duckdb import DuckDB

DAY = dt.date(2024, 3, 1)
CLASSES = Tally({"布洛芬": "antipyretic", "蒙脱石": "antidiarrhoeal", "布洛芬糖浆": "children"}, by="drug_class")
SITES = [
    {"care_site_id": 1, "care_site_name": "甲大药房", "care_site_source_value": "a", "location_id": 1},
    {"care_site_id": 2, "care_site_name": None, "care_site_source_value": "b", "location_id": None},
]
LOCATIONS = [{"location_id": 1, "county": "西湖区"}, {"location_id": 2, "county": "桐庐县"}, {"location_id": 3}]


def count(number: int, item: str | None, site: int | None = None, where: int | None = None, of: float = 1) -> dict:
    return {
        "event_count_id": number, "event_count_concept_id": 0, "event_count_start_date": DAY,
        "event_count_end_date": DAY + dt.timedelta(number % 2), "event_count_type_concept_id": 0, "quantity": of,
        "unit_source_value": "盒", "care_site_id": site, "location_id": where, "event_count_source_value": item,
    }  # fmt: skip


def on_duckdb(tally: Tally, counts: list[dict], tmp_path: Path) -> list[dict[str, Any]]:
    """The rows of the tally over these tables, in the order of their numbers."""
    lake = {"event_count": counts, "care_site": SITES, "location": LOCATIONS}
    with DuckDB(tmp_path, memory="200MB", threads=1).session() as session:
        for table, of in lake.items():
            session.bind_arrow(table, pa.Table.from_pylist(of, arrow_schema(lake_columns(table))))
        plan = compile_tally(tally, today=DAY)
        make(session, plan)
        found: list[dict[str, Any]] = rows(session, plan.result).sort_by("entry_id").to_pylist()
        return found


def test_an_item_is_of_a_kind_and_its_place_tells_the_district(tmp_path: Path) -> None:
    counts = [
        count(1, "布洛芬缓释胶囊", site=1, of=2), count(2, "小儿布洛芬糖浆", site=2), count(3, "奥美拉唑", site=1),
        count(4, None, site=1), count(5, "蒙脱石散", where=2), count(6, "蒙脱石散", site=1, where=2),
        count(7, "布洛芬", site=9),
    ]  # fmt: skip
    told = [
        (row["entry_id"], row["drug_class"], row["quantity"], row["place"], row["district"])
        for row in on_duckdb(CLASSES, counts, tmp_path)
    ]
    assert told == [
        (1, "antipyretic", 2.0, "甲大药房", "西湖区"),
        (2, "children", 1.0, "b", None),  # of names that begin together, the longest
        (5, "antidiarrhoeal", 1.0, None, "桐庐县"),
        (6, "antidiarrhoeal", 1.0, "甲大药房", "桐庐县"),  # its own location goes before its shop's
        (7, "antipyretic", 1.0, None, None),
    ]


@pytest.mark.parametrize("seed", range(3))
def test_duckdb_says_what_plain_python_says(seed: int, tmp_path: Path) -> None:
    chance = Random(seed)
    items = ("布洛芬缓释胶囊", "布洛芬糖浆", "蒙脱石散", "", None, "a蒙脱石布洛芬", "奥美拉唑")
    counts = [
        count(number, chance.choice(items), chance.choice((None, 1, 2, 9)), chance.choice((None, 1, 2, 3)), number / 4)
        for number in range(200)
    ]
    sites = {row["care_site_id"]: row for row in SITES}
    told = list(tallied(CLASSES, counts, sites, {row["location_id"]: row for row in LOCATIONS}))
    found = on_duckdb(CLASSES, counts, tmp_path)
    assert found == told and 50 < len(found) < 200


def test_its_sql_is_portable() -> None:
    steps = compile_tally(CLASSES, today=DAY).steps
    assert [lint(step.sql) for step in steps] == [()] * 2


def test_what_it_reads_is_known_unrun() -> None:
    assert set(reads(CLASSES)) == {"event_count", "care_site", "location"}
    assert "person_id" not in {column for of in reads(CLASSES).values() for column in of}


def test_nobody_is_made_up_for_it() -> None:
    with pytest.raises(DefinitionError, match="of nobody"):
        dummy_population(CLASSES)


def test_it_is_told_in_words() -> None:
    assert "antipyretic: 布洛芬" in describe(CLASSES, "en")
    assert "不涉及任何个人" in describe(CLASSES, "zh")


@pytest.mark.parametrize(
    ("kinds", "by"), [({}, "kind"), ({"": "x"}, "kind"), ({"a": "x"}, "quantity"), ({"a": "x"}, "a b")]
)
def test_what_can_be_no_tally(kinds: dict[str, str], by: str) -> None:
    with pytest.raises(DefinitionError):
        Tally(kinds, by=by)
