"""A condition says the same as SQL, as a mask, and in plain Python."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medark.flows.fhir.conditions import (
    AllOf,
    AnyOf,
    Born,
    Compare,
    During,
    IsIn,
    IsThere,
    Not,
    Sets,
    UnseenError,
    asked,
    mask,
    sql,
    within,
)


def midnight(day):
    return dt.datetime.combine(day, dt.time())


DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2024, 1, 6))
TIMES = st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 6)).map(lambda t: t.replace(microsecond=0))
SCHEMA = pa.schema([
    ("a", pa.int32()), ("b", pa.int64()), ("word", pa.string()), ("day", pa.date32()), ("moment", pa.timestamp("us")),
    ("until", pa.date32()), ("ended", pa.timestamp("us")),
    ("y", pa.int32()), ("m", pa.int32()), ("d", pa.int32()),
])  # fmt: skip
ROWS = st.fixed_dictionaries({
    "a": st.none() | st.integers(0, 3), "b": st.none() | st.integers(0, 3), "word": st.none() | st.sampled_from("x'y"),
    "day": DAYS, "moment": st.none() | TIMES, "until": st.none() | DAYS, "ended": st.none() | TIMES,
    "y": st.integers(2023, 2024), "m": st.none() | st.integers(1, 2), "d": st.none() | st.integers(1, 28),
})  # fmt: skip
SIGNS = st.sampled_from(["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb"])
LEAVES = st.one_of(
    st.builds(
        lambda columns, sign, day, long: Born(columns, sign, midnight(day), midnight(day) + dt.timedelta(days=long)),
        st.sampled_from([("y", "m", "d"), ("y", "m", ""), ("y", "", "")]), SIGNS,
        st.dates(dt.date(2023, 1, 1), dt.date(2024, 3, 1)), st.sampled_from([1, 31, 366]),
    ),
    st.builds(IsIn, st.sampled_from([("a",), ("a", "b")]), st.frozensets(st.integers(0, 3), max_size=3)),
    st.builds(IsIn, st.just(("word",)), st.frozensets(st.sampled_from("x'y"), max_size=2)),
    st.builds(Compare, st.just("b"), st.sampled_from(["ge", "lt"]), st.integers(0, 3)),
    st.builds(IsThere, st.sampled_from(["a", "until"])),
    st.builds(
        lambda ends, sign, low, long: During(("day", "moment"), ends, sign, low, low + dt.timedelta(hours=long)),
        st.sampled_from([None, ("until", "ended")]), SIGNS,
        TIMES, st.integers(1, 50),
    ),
)  # fmt: skip
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, max_size=3).map(lambda found: AnyOf(tuple(found))),
        st.lists(inner, max_size=3).map(lambda found: AllOf(tuple(found))),
    ),
    max_leaves=5,
)


def holds(condition: Any, row: dict[str, Any]) -> bool:
    """The oracle."""
    match condition:
        case IsIn(columns, values):
            return any(row[column] in values for column in columns)
        case Compare(column, sign, value):
            return row[column] is not None and (row[column] >= value if sign == "ge" else row[column] < value)
        case IsThere(column):
            return row[column] is not None
        case Not(inner):
            return not holds(inner, row)
        case AnyOf(inner):
            return any(holds(one, row) for one in inner)
        case AllOf(inner):
            return all(holds(one, row) for one in inner)
    return born(condition, row) if isinstance(condition, Born) else during(condition, row)


def born(asked: Born, row: dict[str, Any]) -> bool:
    """All days that it may have been, against all days that are asked for."""
    year, month, day = (row[column] if column else None for column in asked.columns)
    first = (year, month or 1, day or 1)
    last = (year, month or 12, day or 31)
    final = asked.high - dt.timedelta(days=1)
    low, high = (asked.low.year, asked.low.month, asked.low.day), (final.year, final.month, final.day)
    inside = low <= first and last <= high
    return {
        "eq": inside, "ne": not inside, "gt": last > high, "lt": first < low, "ge": last > high or inside,
        "le": first < low or inside, "sa": first > high, "eb": last < low,
    }[asked.sign]  # fmt: skip


def during(asked: During, row: dict[str, Any]) -> bool:
    """FHIR's words for dates, one by one."""
    midnight = dt.time()
    begins = row["moment"] or dt.datetime.combine(row["day"], midnight)
    if asked.ends is None:
        ends = row["moment"] + dt.timedelta(seconds=1) if row["moment"] else begins + dt.timedelta(days=1)
    elif row["ended"]:
        ends = row["ended"] + dt.timedelta(seconds=1)
    elif row["until"]:
        ends = dt.datetime.combine(row["until"], midnight) + dt.timedelta(days=1)
    else:
        ends = dt.datetime(9999, 12, 31)
    inside = begins >= asked.low and ends <= asked.high
    return {
        "eq": inside, "ne": not inside, "gt": ends > asked.high, "lt": begins < asked.low,
        "ge": ends > asked.high or inside, "le": begins < asked.low or inside, "sa": begins >= asked.high,
        "eb": ends <= asked.low,
    }[asked.sign]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=12), CONDITIONS)
def test_sql_and_mask_say_what_plain_python_says(rows, condition):
    table = pa.Table.from_pylist(rows, SCHEMA)
    expected = [holds(condition, row) for row in rows]
    found = mask(condition, table)
    assert found.to_pylist() == expected
    with duckdb.connect() as session:
        session.register("t", table)
        told = session.sql(f"SELECT {sql(condition, Sets())} AS holds FROM t").fetchall()
    assert [row[0] for row in told] == expected


def test_a_large_set_is_a_relation_beside_the_query():
    sets = Sets()
    text = sql(IsIn(("a",), frozenset(range(5000))), sets)
    assert "4999" not in text
    [(name, held)] = sets.tables.items()
    assert name in text
    assert held.num_rows == 5000


def test_what_is_not_shown_is_not_searched():
    both = IsIn(("a", "b"), frozenset((1,)))
    assert within(both, {"b"}) == IsIn(("b",), frozenset((1,)))
    time = During(("day", "moment"), None, "eq", dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 2))
    assert asked(within(time, {"day"})) == {"day"}
    for condition in (both, Not(IsThere("a")), AllOf((Compare("b", "ge", 1),)), AnyOf((time,))):
        with pytest.raises(UnseenError):
            within(condition, set())
