"""Achilles' analyses beside an oracle in plain Python: over others' lakes, tables full of mistakes, and by hand."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from medark.check.achilles import STRATA, analyses, parts
from medark.check.achilles.event_tables import TABLES
from medark.check.achilles.packed import Packed
from medark.check.achilles.shape import PERCENTILES
from medark.flows.characterise.counted import counted
from medark.flows.characterise.summed import summed
from medark.model.arrow import arrow_schema
from medark.model.omop import VOCABULARY_TABLES, lake_columns, tables
from medark.sql.linter import lint
from medark.store.duckdb import DuckDB
from medark.store.engine import Session
from medark.store.spark import Spark
from support import omop_samples
from support.achilles_drawn import drawn
from support.achilles_oracle import Oracle
from support.achilles_people import deviation, percentile

Tables = dict[str, list[dict[str, Any]]]
NAMES = [name for name in tables() if name not in VOCABULARY_TABLES]
BY_ID = {one.analysis_id: one for one in analyses()}


@pytest.fixture(scope="module")
def duckdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with DuckDB(tmp_path_factory.mktemp("duckdb"), threads=1).session() as session:
        yield session


def results(session: Session, held: Mapping[str, pa.Table], small: Session | None = None) -> list[pa.Table]:
    """Counts and distributions of all parts."""
    for name, rows in held.items():
        session.bind_arrow(name, rows)
    for name in ("spans", "calendar_months", "calendar_years"):
        session.drop(name)
    found = [counted(session, part, small=small) for part in parts()]
    return [pa.concat_tables(side) for side in zip(*found, strict=True)]


def keyed(rows: pa.Table) -> dict[tuple[Any, ...], dict[str, Any]]:
    found = {}
    for row in rows.to_pylist():
        strata = [row[name] for name in STRATA]
        while strata and strata[-1] is None:
            strata.pop()
        key = (row["analysis_id"], *strata)
        assert key not in found, "each stratum once"
        found[key] = row
    return found


def as_told(key: tuple[Any, ...]) -> tuple[Any, ...]:
    strata = [None if one is None else str(one) for one in key[1:]]
    while strata and strata[-1] is None:
        strata.pop()
    return (key[0], *strata)


def compare(held: Mapping[str, pa.Table], found: list[pa.Table]) -> Oracle:
    """Every count and every distribution is the oracle's."""
    oracle = Oracle({name: rows.to_pylist() for name, rows in held.items()})
    wanted = {as_told(key): n for key, n in [*oracle.counts.items(), *oracle.at_least_counts()]}
    counts = {key: row["count_value"] for key, row in keyed(found[0]).items()}
    wrong = {key: (counts.get(key), wanted.get(key)) for key in wanted.keys() | counts.keys()
             if counts.get(key) != wanted.get(key)}  # fmt: skip
    assert not wrong, dict(list(wrong.items())[:10])
    values = {as_told(key): some for key, some in oracle.values.items()}
    distributions = keyed(found[1])
    assert distributions.keys() == values.keys()
    for key, row in distributions.items():
        of = values[key]
        assert (row["count_value"], row["min_value"], row["max_value"]) == (len(of), min(of), max(of)), key
        assert math.isclose(row["avg_value"], sum(of) / len(of), rel_tol=1e-9, abs_tol=1e-9), key
        spread = deviation(of)
        assert (row["stdev_value"] is None) == (spread is None), key
        assert spread is None or math.isclose(row["stdev_value"], spread, rel_tol=1e-9, abs_tol=1e-9), key
        assert {name: row[f"{name}_value"] for name in PERCENTILES} == {
            name: percentile(of, per_cent) for name, per_cent in PERCENTILES.items()
        }, key
    return oracle


def test_there_are_all_analyses_but_pairs_of_concepts() -> None:
    assert len(BY_ID) == len(analyses()) == 289
    assert not {424, 624, 724, 824, 1824} & BY_ID.keys()
    assert BY_ID[1804].strata == ("measurement_concept_id", "calendar year", "gender_concept_id", "age decile")
    assert sum(one.is_distribution for one in analyses()) == 60
    assert BY_ID[400].name == "condition_occurrence: people by concept"
    assert BY_ID[400].in_("zh") == "condition_occurrence: 人数（按概念）"


def test_every_analysis_is_counted_by_one_part_and_what_it_counts_is_portable() -> None:
    asked = [
        sql
        for part in parts()
        for sql in (*part.counts, *(one.sql for some in (part.made, part.sums, part.values) for one in some))
    ]
    assert {sql: lint(sql) for sql in asked if lint(sql)} == {}
    distributed = {one.analysis_id for part in parts() for one in part.values}
    assert distributed == {one.analysis_id for one in analyses() if one.is_distribution}
    assert distributed | {int(sql.split()[1]) for part in parts() for sql in part.counts} == BY_ID.keys()


def test_gibleed_is_counted_as_by_hand(duckdb: Session, shared_data: Callable[[str], Path]) -> None:
    held = omop_samples.from_parquet(shared_data("eunomia") / "eunomia" / "GiBleed")
    found = results(duckdb, held)
    compare(held, found)
    counts = {key: row["count_value"] for key, row in keyed(found[0]).items()}
    assert counts[1,] == 2694 and counts[2, "8507"] + counts[2, "8532"] == 2694
    assert sum(n for key, n in counts.items() if key[0] == 401) == counts[430,]


def test_mimic_is_counted_as_by_hand(duckdb: Session, shared_data: Callable[[str], Path]) -> None:
    folder = shared_data("omop_mimic_iv_demo") / "omop_mimic_iv_demo" / "1_omop_data_csv"
    held = omop_samples.from_csv(folder)
    found = results(duckdb, held)
    compare(held, found)
    assert keyed(found[0])[1,]["count_value"] == 100


@pytest.mark.parametrize("seed", range(4))
def test_tables_full_of_mistakes_are_counted_as_by_hand(duckdb: Session, seed: int) -> None:
    held = drawn(seed)
    compare(held, results(duckdb, held))


def test_what_is_drawn_has_something_for_every_analysis(duckdb: Session) -> None:
    found = [table for seed in range(4) for table in results(duckdb, drawn(seed))]
    there = {number for table in found for number in table["analysis_id"].to_pylist()}
    assert BY_ID.keys() - there == set()


def test_what_is_counted_of_some_people_and_of_others_adds_up(duckdb: Session) -> None:
    held = drawn(6)
    whole = results(duckdb, held)
    for part in (one for one in parts() if one.by_person):
        rows = held[part.by_person].to_pylist()
        slices = [[row for row in rows if row["person_id"] % 3 == rest] for rest in range(3)]
        binds = [partial(_bind, duckdb, part.by_person, some) for some in slices]
        found = counted(duckdb, part, binds)
        for side, all_ in zip(found, whole, strict=True):
            every = keyed(all_)
            for key, row in keyed(side).items():
                assert row == pytest.approx(every[key]), key
        duckdb.bind_arrow(part.by_person, held[part.by_person])


@pytest.mark.parametrize("seed", range(7, 10))
def test_arrays_and_sql_say_the_same(duckdb: Session, seed: int) -> None:
    held = drawn(seed, most=200)
    for name, rows in held.items():
        duckdb.bind_arrow(name, rows)
    duckdb.drop("spans")
    for part in (one for one in parts() if one.sums):
        by_arrays, by_sql = (summed(duckdb, part, is_by_arrays=either) for either in (True, False))
        assert by_arrays.keys() == by_sql.keys()
        for one in part.sums:
            here, there = (_sorted(found[one.name], one.keys) for found in (by_arrays, by_sql))
            assert here == there, one.name
    assert any(rows.num_rows for rows in by_arrays.values())


_WHOLE = (pa.int32(), pa.int64())


@pytest.mark.parametrize("value", [None, 7])
def test_columns_in_which_all_rows_are_alike_need_not_be_read(duckdb: Session, value: int | None) -> None:
    held = drawn(11, most=200)
    duckdb.drop("spans")
    for events in TABLES:
        for cell in (cell.removeprefix("t.") for cell in events.told.values()):
            rows = held[events.table]
            if cell in rows.column_names:
                same = pa.array([value] * rows.num_rows, rows.schema.field(cell).type)
                held[events.table] = rows.set_column(rows.column_names.index(cell), cell, same)
    for name, rows in held.items():
        duckdb.bind_arrow(name, rows)
    many = 0
    for part in (one for one in parts() if one.by_person):
        rows = held[part.by_person]
        columns = {name: rows[name] for name in rows.column_names if rows.schema.field(name).type in _WHOLE}
        alike = {name: one[0].as_py() for name, one in columns.items() if len(one.unique()) == 1}
        many += len(alike)
        by_arrays, by_sql = summed(duckdb, part, alike=alike), summed(duckdb, part, is_by_arrays=False)
        for one in part.sums:
            assert _sorted(by_arrays[one.name], one.keys) == _sorted(by_sql[one.name], one.keys), one.name
    assert many


def test_a_record_of_a_visit_that_is_there_twice_is_counted_as_sql_does(duckdb: Session) -> None:
    visit = {"visit_start_date": dt.date(2020, 1, 5), "visit_end_date": dt.date(2020, 1, 6), "visit_type_concept_id": 1}
    held = lake(
        person=[person(1)],
        observation_period=[period(1, 1, "2020-01-01", "2020-12-31")],
        visit_occurrence=[
            {"visit_occurrence_id": 8, "person_id": 1, "visit_concept_id": concept, **visit} for concept in (9201, 9202)
        ],
        condition_occurrence=[{**condition(1, 1, "2020-01-05"), "visit_occurrence_id": 8}],
    )
    for name, rows in held.items():
        duckdb.bind_arrow(name, rows)
    duckdb.drop("spans")
    (part,) = (one for one in parts() if one.name == "condition_occurrence")
    by_arrays, by_sql = (summed(duckdb, part, is_by_arrays=either) for either in (True, False))
    for one in part.sums:
        assert _sorted(by_arrays[one.name], one.keys) == _sorted(by_sql[one.name], one.keys), one.name
    assert by_sql["condition_occurrence_cells"].num_rows == 2  # type: ignore[union-attr]


def _sorted(found: pa.Table | Packed, keys: tuple[str, ...]) -> list[dict[str, Any]]:
    rows = found.table() if isinstance(found, Packed) else found
    return sorted(rows.to_pylist(), key=lambda row: [(row[key] is not None, str(row[key])) for key in keys])


def _bind(session: Session, table: str, rows: list[dict[str, Any]]) -> None:
    session.bind_arrow(table, pa.Table.from_pylist(rows, arrow_schema(lake_columns(table))))


def test_spark_counts_the_same(spark: Spark, duckdb: Session) -> None:
    held = drawn(5, most=30)
    here = results(duckdb, held)
    with spark.session() as session:
        for setting in ("codegen.wholeStage = false", "adaptive.enabled = false", "shuffle.partitions = 1"):
            session.query(f"set spark.sql.{setting}")  # of few rows most of the time goes into planning
        there = results(session, held, small=duckdb)
    assert keyed(here[0]) == keyed(there[0]) and len(keyed(here[0])) >= 900
    told, again = keyed(here[1]), keyed(there[1])
    assert told.keys() == again.keys() and len(told) >= 100
    for key, row in told.items():
        assert all(again[key][name] == pytest.approx(value) for name, value in row.items()), key


def lake(**given: list[dict[str, Any]]) -> dict[str, pa.Table]:
    return {name: pa.Table.from_pylist(given.get(name, []), arrow_schema(lake_columns(name))) for name in NAMES}


def person(person_id: int, born: int = 1960) -> dict[str, Any]:
    return {"person_id": person_id, "gender_concept_id": 8507, "year_of_birth": born, "race_concept_id": 0,
            "ethnicity_concept_id": 0}  # fmt: skip


def period(number: int, person_id: int, start: str, end: str) -> dict[str, Any]:
    days = {"observation_period_start_date": dt.date.fromisoformat(start),
            "observation_period_end_date": dt.date.fromisoformat(end)}  # fmt: skip
    return {"observation_period_id": number, "person_id": person_id, "period_type_concept_id": 1, **days}


def condition(number: int, person_id: int, day: str) -> dict[str, Any]:
    return {"condition_occurrence_id": number, "person_id": person_id, "condition_concept_id": 201826,
            "condition_start_date": dt.date.fromisoformat(day), "condition_type_concept_id": 1}  # fmt: skip


def test_only_records_inside_a_period_count_its_first_and_last_day_among_them(duckdb: Session) -> None:
    held = lake(
        person=[person(1), person(2)],
        observation_period=[period(1, 1, "2020-01-10", "2020-02-20")],
        condition_occurrence=[
            condition(1, 1, "2020-01-09"), condition(2, 1, "2020-01-10"), condition(3, 1, "2020-02-20"),
            condition(4, 1, "2020-02-21"), condition(5, 2, "2020-01-15"),
        ],
    )  # fmt: skip
    counts = {key: row["count_value"] for key, row in keyed(results(duckdb, held)[0]).items()}
    assert counts[400, "201826"] == 1, "the other has no period"
    assert (counts[401, "201826"], counts[430,], counts[410,]) == (2, 2, 3)
    assert (counts[420, "202001"], counts[420, "202002"]) == (1, 1)
    assert counts[431, "1.000000", "2", "2"] == 1 and counts[432, "0.600000", "3", "5"] == 1


def test_of_two_periods_each_counts_and_what_both_cover_counts_once(duckdb: Session) -> None:
    held = lake(
        person=[person(1)],
        observation_period=[
            period(1, 1, "2019-06-01", "2020-02-10"), period(2, 1, "2020-02-01", "2020-03-31"),
            period(3, 1, "2021-05-05", "2021-05-09"),
        ],
        condition_occurrence=[
            condition(1, 1, "2020-02-05"), condition(2, 1, "2021-05-09"), condition(3, 1, "2020-04-01"),
        ],
    )  # fmt: skip
    found = results(duckdb, held)
    counts = {key: row["count_value"] for key, row in keyed(found[0]).items()}
    assert (counts[401, "201826"], counts[410,], counts[113, "3"]) == (2, 1, 1)
    whole = {key[1] for key in counts if key[0] == 110}
    assert whole == {"201906", "202002"}, "May 2021 is not covered from its first day to its last"
    some_day = {key[1] for key in counts if key[0] == 117}
    assert {"202003", "202105"} <= some_day and not {"202004", "202104"} & some_day
    length = keyed(found[1])[105,]
    assert (length["count_value"], length["median_value"], length["stdev_value"]) == (1, 254.0, None)
