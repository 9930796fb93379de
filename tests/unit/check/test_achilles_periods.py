"""Sums of periods and of who is in which tables, over arrays beside SQL, of tables with every kind of mistake."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medark.check.achilles import Part, parts, periods
from medark.check.achilles.packed import Packed
from medark.check.achilles.spans import Periods, rows_of
from medark.flows.characterise.forward.adding import with_more as together
from medark.flows.characterise.referring import Referring
from medark.flows.characterise.summed import Sums, summed
from medark.model.arrow import arrow_schema
from medark.model.omop import VOCABULARY_TABLES, lake_columns, tables
from medark.sql.render import plain
from medark.store.duckdb import DuckDB
from medark.store.engine import Session

Row = tuple[Any, ...]
NAMES = [name for name in tables() if name not in VOCABULARY_TABLES]
PARTS = {part.name: part for part in parts()}
SOON = st.dates(dt.date(2019, 12, 28), dt.date(2020, 3, 3))
FAR = st.sampled_from([dt.date(1, 1, 1), dt.date(1, 2, 3), dt.date(9999, 12, 31), dt.date(9999, 11, 30)])
EDGES = st.sampled_from([dt.date(2019, 12, 31), dt.date(2020, 1, 1), dt.date(2020, 12, 31), dt.date(2021, 1, 1)])
DAY = st.one_of(st.none(), SOON, SOON, EDGES, FAR)
WHO = st.sampled_from([None, 1, 2, 3, 4, -7, 2**62])
PERSON = st.tuples(st.sampled_from([None, 8507, 8532]), st.sampled_from([None, 0, 1960, 2020, 9999]))
PERIOD = st.tuples(WHO, DAY, DAY, st.sampled_from([None, 0, 44814724]))


@pytest.fixture(scope="module")
def duckdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with DuckDB(tmp_path_factory.mktemp("duckdb"), threads=1).session() as session:
        yield session


def bound(session: Session, **held: list[dict[str, Any]]) -> None:
    for name in NAMES:
        kinds = arrow_schema(lake_columns(name))
        session.bind_arrow(name, pa.Table.from_pylist(held.get(name, []), pa.schema([(f.name, f.type) for f in kinds])))
    for name in ("spans", "calendar_months", "calendar_years"):
        session.drop(name)


def both(session: Session, part: Part, referring: Referring | None = None) -> None:
    """Arrays say what SQL does, in its types."""
    here = summed(session, part, is_by_arrays=True, referring=referring)
    there = summed(session, part, is_by_arrays=False)
    assert here.keys() == there.keys()
    for one in part.sums:
        mine, theirs = (_table(found[one.name]) for found in (here, there))
        assert _rows(mine) == _rows(theirs), one.name
        if theirs.num_rows:
            assert mine.schema.types == theirs.schema.types, one.name


def _table(rows: pa.Table | Packed) -> pa.Table:
    return rows.table() if isinstance(rows, Packed) else rows


def _rows(rows: pa.Table) -> list[dict[str, Any]]:
    return sorted(rows.to_pylist(), key=repr)


def people(told: dict[int, Row]) -> list[dict[str, Any]]:
    return [{"person_id": who, "gender_concept_id": sex, "year_of_birth": born} for who, (sex, born) in told.items()]


def named(table: str, rows: list[Row]) -> list[dict[str, Any]]:
    names = ("person_id", f"{table}_start_date", f"{table}_end_date", periods.KIND[table])
    return [{f"{table}_id": place, **dict(zip(names, row, strict=True))} for place, row in enumerate(rows)]


@settings(deadline=None, max_examples=60)  # the first call compiles
@given(st.dictionaries(st.sampled_from([1, 2, 3, -7]), PERSON), st.lists(PERIOD, max_size=25), st.randoms())
def test_sums_of_periods_are_those_of_sql(duckdb: Session, told: dict[int, Row], rows: list[Row], chance: Any) -> None:
    table = chance.choice(periods.PERIODS)
    given_ = named(table, rows)
    chance.shuffle(given_)
    bound(duckdb, person=people(told), **{table: given_})
    both(duckdb, PARTS[table])


@settings(deadline=None, max_examples=40)
@given(st.dictionaries(st.sampled_from([1, 2, 3, -7]), PERSON), *[st.lists(PERIOD, max_size=12)] * 3)
def test_what_people_had_is_taken_away_and_what_they_have_is_added(
    duckdb: Session, told: dict[int, Row], others: list[Row], before: list[Row], after: list[Row]
) -> None:
    part = PARTS["observation_period"]

    def sums(rows: list[Row]) -> Sums:
        bound(duckdb, person=people(told), observation_period=named("observation_period", rows))
        return summed(duckdb, part)

    others = [row for row in others if row[0] in (None, 2, 4)]
    before, after = ([row for row in rows if row[0] not in (None, 2, 4)] for rows in (before, after))
    brought = together(part, together(part, sums([*others, *before]), sums(before), -1), sums(after), 1)
    whole = sums([*others, *after])
    for one in part.sums:
        here, there = (
            [row for row in _rows(_table(found[one.name])) if any(row[name] for name in one.measures)]
            for found in (brought, whole)
        )
        assert here == there, one.name


@settings(deadline=None, max_examples=60)
@given(st.lists(PERIOD, max_size=25))
def test_periods_that_overlap_are_one_span_and_those_that_touch_are_two(duckdb: Session, rows: list[Row]) -> None:
    bound(duckdb, observation_period=named("observation_period", rows))
    who, first, last = Periods.of(duckdb.query(rows_of("observation_period"))).spans()
    sql = f"select coalesce(person_id, {-(2**63)}) as a, first_no as b, last_no as c from ({periods.spans_in_days()})"
    found = duckdb.query(plain(sql, duckdb.dialect))
    days = [found[name].cast(pa.int32()).to_pylist() for name in ("b", "c")]
    wanted = sorted(zip(found["a"].to_pylist(), *days, strict=True))
    assert list(zip(who.tolist(), first.tolist(), last.tolist(), strict=True)) == wanted


def test_spans_of_nobody_are_nobodys(duckdb: Session) -> None:
    day = dt.date(2020, 1, 5)
    bound(duckdb, observation_period=named("observation_period", [(None, day, day, 0), (3, day, day, 0)]))
    spans = Periods.of(duckdb.query(rows_of("observation_period"))).known()
    assert [spans.first.tolist(), spans.last.tolist()] == [[18266], [18266]]


@pytest.mark.parametrize("day", [dt.date(9999, 12, 31), dt.date(1, 1, 1)])
def test_of_years_that_are_not_told_with_four_digits_sql_tells(duckdb: Session, day: dt.date) -> None:
    rows = named("observation_period", [(1, day, day, 0), (2, dt.date(2020, 1, 1), dt.date(2020, 2, 2), 0)])
    bound(duckdb, person=people({1: (8507, 1960), 2: (8532, 1970)}), observation_period=rows)
    sign = "+" if day.year > 1 else "-"
    duckdb.table("o", f"select * replace (observation_period_end_date {sign} 40 as observation_period_end_date,"
                      f" observation_period_start_date {sign} 40 as observation_period_start_date)"
                      " from observation_period")  # fmt: skip
    duckdb.bind_arrow("observation_period", duckdb.query("select * from o"))
    duckdb.drop("o")
    both(duckdb, PARTS["observation_period"])


def test_who_is_a_person_twice_is_counted_as_sql_does(duckdb: Session) -> None:
    rows = named("observation_period", [(1, dt.date(2020, 1, 1), dt.date(2020, 2, 2), 0)])
    bound(duckdb, person=[*people({1: (8507, 1960)}), *people({1: (8532, 1970)})], observation_period=rows)
    both(duckdb, PARTS["observation_period"])


RECORD = st.tuples(st.sampled_from(["condition_occurrence", "drug_exposure", "visit_occurrence", "death",
                                    "procedure_occurrence", "device_exposure", "measurement", "observation"]),
                   WHO, st.one_of(st.none(), SOON))  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.lists(RECORD, max_size=40), st.lists(PERIOD, max_size=5), st.booleans())
def test_who_is_in_which_tables_and_what_comes_after_a_death_is_as_sql_says(
    duckdb: Session, records: list[Row], rows: list[Row], is_met: bool
) -> None:
    held: dict[str, list[dict[str, Any]]] = {"observation_period": named("observation_period", rows)}
    for table, who, day in records:
        days = {column.name: day for column in lake_columns(table) if column.name.endswith("_date")}
        held.setdefault(table, []).append({"person_id": who, **days})
    bound(duckdb, **held)
    referring = Referring(duckdb)
    for part in (one for one in parts() if one.by_person and is_met):
        summed(duckdb, part, referring=referring)
    for name in ("overlaps", "ends"):
        both(duckdb, PARTS[name], referring)
