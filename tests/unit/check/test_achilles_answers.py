"""What is asked of sums, over arrays beside SQL: every part, of sums with whatever they may say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medark.check.achilles import Part, Sum, parts
from medark.check.achilles.cells import values_of
from medark.check.achilles.coders import Coder, Few, Flag, Near
from medark.check.achilles.columns import OfTable
from medark.check.achilles.judged import judged
from medark.check.achilles.packed import MOST_BITS, Packed
from medark.check.achilles.terms import AllOf, AnyOf, Condition, Holds, Is, Known, Not
from medark.check.achilles.windows import Windows
from medark.flows.characterise.counted import COUNTS, DISTRIBUTIONS, needs_tables, told, told_by_sql
from medark.flows.characterise.summed import summed
from medark.model.arrow import arrow_schema
from medark.model.omop import VOCABULARY_TABLES, lake_columns, tables
from medark.store.duckdb import DuckDB
from medark.store.engine import Session

PARTS = {part.name: part for part in parts() if part.sums}
PEOPLE = 7
ORDER = [(name, "ascending") for name in COUNTS.names]
YEARS, MONTHS = [1799, 1800, 2020, 2299, 2300], [21599, 21600, 24243, 27599, 27600]
NUMBERS = st.sampled_from([None, 0, 1, 2, -7, 12, 29, 30, 31, 8507, *YEARS, *MONTHS])
FLAG = st.sampled_from([None, 0, 1])
OTHERS: Mapping[str, st.SearchStrategy[Any]] = {
    "place": st.sampled_from([None, 0, 1, 2, 3]), "times": st.sampled_from([1, 2, 3, 250]),
    "source_column": st.sampled_from(["a", "b"]),
    "source_value": st.sampled_from([None, "", "x", "ÿ"]), "zip": st.sampled_from([None, "123", ""]),
}  # fmt: skip
MANY = st.sampled_from([1, 2, 3, 7, 250, 1 << 40])


@pytest.fixture(scope="module")
def duckdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with DuckDB(tmp_path_factory.mktemp("duckdb"), threads=1).session() as session:
        for name in tables():
            if name not in VOCABULARY_TABLES:
                session.bind_arrow(
                    name, pa.table({f.name: pa.array([], f.type) for f in arrow_schema(lake_columns(name))})
                )
        yield session


@pytest.fixture(scope="module")
def kinds(duckdb: Session) -> dict[str, pa.Schema]:
    """Of each sum the types of its columns."""
    return {
        name: rows.schema  # type: ignore[union-attr]
        for part in PARTS.values()
        for name, rows in summed(duckdb, part, is_by_arrays=False).items()
    }


def cells(name: str, kind: pa.DataType) -> st.SearchStrategy[Any]:
    if name in OTHERS:
        return OTHERS[name]
    if pa.types.is_boolean(kind):
        return st.sampled_from([None, False, True])
    if pa.types.is_date(kind):
        return st.sampled_from([None, dt.date(2020, 2, 29), dt.date(1, 1, 1)])
    if pa.types.is_string(kind):
        return st.sampled_from([None, "x"])
    if pa.types.is_floating(kind):
        return st.sampled_from([None, 0.0, -1.5, 2.25, 1e6])
    return FLAG if name.startswith(("is_", "has_")) or name.endswith("_lost") else NUMBERS


def drawn(draw: st.DrawFn, one: Sum, kinds: pa.Schema) -> pa.Table:
    key = st.tuples(*(cells(name, kinds.field(name).type) for name in one.keys))
    keys = draw(st.lists(key, unique=True, max_size=12))
    measures = [draw(st.tuples(*[MANY] * len(one.measures))) for _ in keys]
    names = [*one.keys, *one.measures]
    rows = [dict(zip(names, (*key, *many), strict=True)) for key, many in zip(keys, measures, strict=True)]
    return pa.Table.from_pylist(rows, pa.schema([kinds.field(name) for name in names]))


def packed(draw: st.DrawFn, part: Part, one: Sum, rows: pa.Table) -> tuple[pa.Table, pa.Table | Packed]:
    """The same rows, packed where that can be; of what is distributed none is NULL then."""
    if (
        len(one.measures) > 1
        or any(pa.types.is_string(kind) or pa.types.is_date(kind) for kind in rows.schema.types)
        or draw(st.booleans())
    ):
        return rows, rows
    values = {asked.counting.value for asked in part.asked if asked.counting.is_counted}
    for name in values & {*one.keys}:
        rows = rows.filter(rows[name].is_valid())
    coded = [code(draw, rows[name].combine_chunks()) for name in one.keys]
    coders, codes = [coder for coder, _ in coded], [some for _, some in coded]
    bits = [coder.bits for coder in coders]
    if sum(bits) > MOST_BITS:
        return rows, rows
    keys = Windows.whole(bits).packed(codes, rows.num_rows)
    assert keys is not None
    order = np.argsort(keys)
    counts = rows[one.measures[0]].to_numpy()[order]
    return rows, Packed(one.keys, tuple(coders), tuple(bits), keys[order], counts, one.measures[0])


def code(draw: st.DrawFn, column: pa.Array) -> tuple[Coder, np.ndarray]:
    values, nulls = values_of(column)
    coder: Coder = Flag() if values.dtype.kind == "b" else Few(values.dtype)
    if values.dtype.kind == "i" and len(values) and draw(st.integers(0, 9)) == 0:
        coder = Near(values.dtype, bits=17)
    codes = coder.codes(values, nulls)
    assert codes is not None
    return coder, np.full(len(values), codes) if isinstance(codes, int) else codes


@pytest.mark.parametrize("name", PARTS)
@settings(deadline=None, max_examples=25)
@given(st.data())
def test_of_sums_arrays_say_what_queries_say(
    duckdb: Session, kinds: dict[str, pa.Schema], name: str, data: st.DataObject
) -> None:
    part, plain, sums = PARTS[name], dict[str, pa.Table](), dict[str, pa.Table | Packed]()
    for one in part.sums:
        rows = data.draw(st.composite(drawn)(one, kinds[one.name]))
        plain[one.name], sums[one.name] = data.draw(st.composite(packed)(part, one, rows))
    people = data.draw(st.sampled_from([0, PEOPLE]))
    duckdb.bind_arrow("person", pa.table({"person_id": range(people)}))
    here = told(part, sums, lambda table: people, duckdb)
    there = told_by_sql(duckdb, part, plain)
    for mine, theirs, schema in zip(here, there, (COUNTS, DISTRIBUTIONS), strict=True):
        assert mine.schema == theirs.schema == schema
        assert mine.sort_by(ORDER).to_pylist() == theirs.sort_by(ORDER).to_pylist()


def test_only_where_tables_are_asked_is_there_need_of_a_session() -> None:
    assert {part.name for part in parts() if needs_tables(part)} == {"people", "costs", "payer_plan_period"}


LEAVES = st.sampled_from([Holds("flag"), Is("number", 1), Is("number", 0), Known("number"), Known("flag")])
CONDITIONS = st.recursive(
    LEAVES, lambda some: st.one_of(some.map(Not), st.tuples(some, some).map(AllOf), st.tuples(some, some).map(AnyOf)),
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(CONDITIONS)
def test_what_is_not_known_is_neither_true_nor_false(duckdb: Session, condition: Condition) -> None:
    rows = pa.table({
        "flag": [flag for flag in (None, False, True) for _ in range(3)], "number": pa.array([None, 0, 1] * 3),
    })  # fmt: skip
    duckdb.bind_arrow("judged", rows)
    said = duckdb.query(f"select {condition.sql} as said from judged")["said"].to_pylist()
    holds, fails = judged(condition, OfTable(rows))
    assert [True if yes else False if no else None for yes, no in zip(holds, fails, strict=True)] == said
