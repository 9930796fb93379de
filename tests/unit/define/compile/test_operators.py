"""Each operator as SQL, on values drawn by hand: every engine must give these"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from medark.define.compile import compile_dataset
from medark.define.definitions import Dataset
from medark.define.definitions.variables import Variable
from medark.define.kinds import Kind
from medark.define.nodes import Call, Everyone, Literal, Missing, Value, literal
from medark.define.operators import OPERATORS
from medark.store.duckdb import DuckDB
from medark.store.engine import Session
from medark.store.spark import Spark
from unit.define.compile.running import bind, run

day, at = dt.date, dt.datetime
NO_NUMBER, NO_TEXT, NO_TRUTH, NO_DAY = (Missing(k) for k in (Kind.NUMBER, Kind.TEXT, Kind.TRUTH, Kind.DATE))
# operator, arguments, answer
CASES: list[tuple[str, tuple[Any, ...], Any]] = [
    ("add", (2, 3), 5), ("add", (2, 0.5), 2.5), ("add", (0.1, 0.2), 0.1 + 0.2),
    ("add", (2_000_000_000, 2_000_000_000), 4_000_000_000),
    ("add", (1.7e308, 1.7e308), None), ("add", (1.0, NO_NUMBER), None),
    ("subtract", (2, -3), 5), ("multiply", (-4, 2), -8), ("multiply", (1e200, 1e200), None),
    ("divide", (7, 2), 3.5), ("divide", (1, 0), None), ("divide", (1e300, 1e-300), None), ("divide", (-1.0, 3), -1 / 3),
    ("negate", (-2,), 2), ("negate", (2.5,), -2.5), ("absolute", (-2,), 2), ("absolute", (-2.5,), 2.5),
    ("round", (2.5, 0), 3.0), ("round", (-2.5, 0), -3.0), ("round", (1.005, 2), 1.0), ("round", (1234, -2), 1200.0),
    ("round", (1e300, 20), None),
    ("floor", (2.9,), 2), ("floor", (-2.1,), -3), ("floor", (1e300,), None), ("floor", (7,), 7),
    ("ln", (0.0,), None), ("ln", (1,), 0.0), ("ln", (-1,), None), ("exp", (0,), 1.0), ("exp", (1000,), None),
    ("exp", (-1000.0,), 0.0),
    ("power", (2, 10), 1024.0), ("power", (-8, 0.5), None), ("power", (0, -1), None), ("power", (0, 0), 1.0),
    ("equal", (1, 1.0), True), ("equal", ("a", "A"), False), ("not_equal", ("a", NO_TEXT), None),
    ("less", (day(2024, 2, 29), day(2024, 3, 1)), True), ("less", ("B", "a"), True), ("at_most", (2, 2), True),
    ("greater", ("é", "z"), True), ("at_least", (at(2024, 1, 1, 8), at(2024, 1, 1, 8, 0, 0, 1)), False),
    ("and", (False, NO_TRUTH), False), ("and", (True, NO_TRUTH), None), ("and", (True, True), True),
    ("or", (True, NO_TRUTH), True), ("or", (False, NO_TRUTH), None), ("not", (NO_TRUTH,), None),
    ("not", (False,), True),
    ("is_missing", (NO_DAY,), True), ("is_missing", (1,), False), ("if_missing", (NO_NUMBER, 3), 3.0),
    ("if_missing", ("", "b"), ""), ("least", (3, NO_NUMBER, 1.5), 1.5), ("least", ("b",), "b"),
    ("greatest", (NO_DAY, day(2024, 1, 1)), day(2024, 1, 1)), ("greatest", (NO_DAY, NO_DAY), None),
    ("lower", ("ÄBZ",), "Äbz"), ("contains", ("100%", "0%"), True), ("contains", ("a", ""), True),
    ("contains", ("a_b", "A"), False), ("contains", (NO_TEXT, ""), None), ("beginning", ("心梗死", 2), "心梗"),
    ("beginning", ("ab", 5), "ab"), ("beginning", ("ab", -1), ""), ("without", ("a.b.c", "."), "abc"),
    ("without", ("abc", ""), "abc"),
    ("date", (at(2024, 2, 29, 23, 59),), day(2024, 2, 29)), ("at_midnight", (day(2024, 2, 29),), at(2024, 2, 29)),
    ("year", (day(2024, 2, 29),), 2024), ("month", (at(2024, 2, 29, 5),), 2), ("day", (day(2024, 2, 29),), 29),
    ("hour", (at(2024, 2, 29, 23, 59),), 23),
    ("date_of", (2024, 2, 29), day(2024, 2, 29)), ("date_of", (2023, 2, 29), None), ("date_of", (0, 1, 1), None),
    ("days_between", (at(2024, 3, 1), day(2024, 2, 28)), 2),
    ("days_between", (day(2024, 2, 28), at(2024, 3, 1, 1)), -2),
    ("months_between", (day(2024, 3, 30), day(2024, 1, 31)), 1),
    ("months_between", (day(2024, 1, 31), day(2024, 3, 30)), -1),
    ("years_between", (day(2023, 2, 28), day(2000, 2, 29)), 22),
    ("years_between", (day(2023, 3, 1), day(2000, 2, 29)), 23),
    ("years_between", (day(2000, 2, 29), day(2023, 2, 28)), -22),
    ("seconds_between", (at(2024, 1, 1, 0, 0, 1, 500000), at(2024, 1, 1)), 1.5),
    ("seconds_between", (at(2024, 1, 1), at(2024, 1, 1, 0, 0, 0, 1)), -1e-6),
    ("plus_days", (day(2024, 2, 28), 2), day(2024, 3, 1)), ("plus_days", (at(2024, 3, 1, 8), -2), at(2024, 2, 28, 8)),
    ("plus_months", (day(2024, 1, 31), 1), day(2024, 2, 29)),
    ("plus_months", (at(2024, 3, 31, 8), -1), at(2024, 2, 29, 8)),
    ("plus_days", (day(9999, 12, 31), 1), None), ("plus_months", (day(1, 1, 1), -1), None),
    ("plus_seconds", (at(9999, 12, 31, 23, 59, 59), 1), None),
    ("plus_seconds", (at(2024, 2, 28, 23, 59, 59), 86401), at(2024, 3, 1)),
]  # fmt: skip


def test_every_operator_has_a_case() -> None:
    assert {operator for operator, _, _ in CASES} == OPERATORS.keys()


def test_operators_on_duckdb(duckdb_session: Session) -> None:
    assert answers(duckdb_session) == [answer for _, _, answer in CASES]


def test_operators_on_spark(spark: Spark) -> None:
    with spark.session() as session:
        bind(session, {"person": {"person_id": [1]}})
        assert answers(session) == [answer for _, _, answer in CASES]


def answers(session: Session) -> list[Any]:
    columns = tuple(Variable(f"v{at}", Call(name, tuple(map(node, of)))) for at, (name, of, _) in enumerate(CASES))
    (row,) = run(session, compile_dataset(Dataset(Everyone(), columns), {}, today=day(2024, 1, 1)))
    return [row[column.name] for column in columns]


def node(value: Any) -> Value:
    return value if isinstance(value, Missing | Literal) else literal(value)


@pytest.fixture
def duckdb_session(tmp_path: Any) -> Iterator[Session]:
    with DuckDB(tmp_path, threads=1).session() as session:
        bind(session, {"person": {"person_id": [1]}})
        yield session
