"""Operators: every one of them, with its missing values, ends and ties"""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pytest

from medark.define.kinds import Kind
from medark.define.memory.operations import OPERATIONS
from medark.define.memory.parts import LENIENT, Constant, applied
from medark.define.operators import OPERATORS
from unit.define.memory.people import d

T, F, M = True, False, None
CASES: list[tuple[str, tuple[Any, ...], Any]] = [
    ("add", (1, 2), 3), ("add", (0.5, 1), 1.5), ("add", (1e308, 1e308), M), ("add", (2**62, 2**62), M),
    ("subtract", (1, 3), -2), ("subtract", (-1e308, 1e308), M),
    ("multiply", (3, 0.5), 1.5), ("multiply", (1e200, 1e200), M), ("multiply", (2**40, 2**40), M),
    ("divide", (7, 2), 3.5), ("divide", (1, 0), M), ("divide", (0.0, 0.0), M), ("divide", (1e308, 1e-10), M),
    ("negate", (2,), -2), ("negate", (-0.5,), 0.5), ("absolute", (-2,), 2), ("absolute", (2.5,), 2.5),
    ("round", (2.5, 0), 3.0), ("round", (-2.5, 0), -3.0), ("round", (1.005, 2), 1.0), ("round", (15, -1), 20.0),
    ("round", (1.0, 400), M), ("round", (1.0, -400), M), ("round", (0.4, 0), 0.0),
    ("floor", (2.7,), 2), ("floor", (-2.1,), -3), ("floor", (5,), 5), ("floor", (9e15,), 9 * 10**15),
    ("floor", (1e16,), M),
    ("ln", (math.e,), 1.0), ("ln", (0.0,), M), ("ln", (-1,), M),
    ("exp", (0,), 1.0), ("exp", (1000,), M), ("exp", (-1000.0,), 0.0),
    ("power", (2, 3), 8.0), ("power", (-8.0, 1 / 3), M), ("power", (0, -1), M), ("power", (0.0, 0.0), 1.0),
    ("power", (10.0, 400), M), ("power", (-2.0, 3), -8.0),
    ("equal", (1, 1.0), T), ("equal", ("a", "A"), F), ("equal", (0.0, -0.0), T), ("not_equal", (1, 2), T),
    ("less", ("B", "a"), T), ("less", (1, 1), F), ("at_most", (1, 1), T), ("greater", ("é", "z"), T),
    ("greater", (d(1, 2), d(1, 1)), T), ("at_least", (d(1, 1, 0), d(1, 1, 0)), T),
    ("and", (T, T), T), ("and", (F, M), F), ("and", (M, F), F), ("and", (T, M), M), ("and", (M, M), M),
    ("or", (F, F), F), ("or", (T, M), T), ("or", (M, T), T), ("or", (F, M), M), ("or", (M, M), M),
    ("not", (T,), F), ("not", (F,), T),
    ("is_missing", (M,), T), ("is_missing", (0,), F), ("is_missing", ("",), F),
    ("if_missing", (M, 2), 2), ("if_missing", (0, 2), 0), ("if_missing", (F, T), F), ("if_missing", (M, M), M),
    ("least", (3, M, 1), 1), ("least", (M,), M), ("greatest", (M, M), M), ("greatest", ("a", "b"), "b"),
    ("lower", ("ÄBZ",), "Äbz"),
    ("contains", ("aB", ""), T), ("contains", ("aB", "b"), F), ("contains", ("100%", "%"), T),
    ("contains", ("a", "_"), F),
    ("beginning", ("I21.4", 3), "I21"), ("beginning", ("I2", 3), "I2"), ("beginning", ("I2", 0), ""),
    ("beginning", ("I2", -1), ""),
    ("without", ("I21.4.1", "."), "I2141"), ("without", ("ab", ""), "ab"), ("without", ("aaa", "aa"), "a"),
    ("date", (d(2, 29, 23, 59),), d(2, 29)), ("at_midnight", (d(2, 29),), d(2, 29, 0)),
    ("year", (d(2, 29),), 2024), ("month", (d(2, 29, 5),), 2), ("day", (d(2, 29),), 29),
    ("hour", (d(2, 29, 23, 59),), 23),
    ("date_of", (2024, 2, 29), d(2, 29)), ("date_of", (2023, 2, 29), M), ("date_of", (0, 1, 1), M),
    ("date_of", (2024, 13, 1), M), ("date_of", (2024, 1, 10**30), M),
    ("days_between", (d(3, 1), d(2, 28)), 2), ("days_between", (d(3, 1, 0), d(2, 29, 23)), 1),
    ("days_between", (d(2, 28), d(3, 1)), -2), ("days_between", (d(3, 1), d(3, 1, 23)), 0),
    ("months_between", (d(3, 30), d(1, 31)), 1), ("months_between", (d(3, 31), d(1, 31)), 2),
    ("months_between", (d(1, 31), d(3, 30)), -1), ("months_between", (d(2, 1, 0), d(1, 1, 23)), 1),
    ("years_between", (dt.date(2025, 2, 28), d(2, 29)), 0), ("years_between", (dt.date(2025, 3, 1), d(2, 29)), 1),
    ("years_between", (d(2, 29), dt.date(2025, 3, 1)), -1), ("years_between", (d(1, 1), d(1, 1, 23)), 0),
    ("seconds_between", (d(1, 2, 0), d(1, 1, 23)), 3600.0), ("seconds_between", (d(1, 1, 0), d(1, 1, 1)), -3600.0),
    ("seconds_between", (dt.datetime(2024, 1, 1, microsecond=1), d(1, 1, 0)), 1e-6),
    ("plus_days", (d(2, 28), 2), d(3, 1)), ("plus_days", (d(3, 1, 6), -1), d(2, 29, 6)),
    ("plus_days", (d(1, 1), 10**7), M),
    ("plus_days", (d(1, 1), 10**12), M), ("plus_seconds", (d(2, 28, 23, 59), 60), d(2, 29, 0)),
    ("plus_seconds", (d(1, 1, 0), -1), dt.datetime(2023, 12, 31, 23, 59, 59)),
    ("plus_seconds", (d(1, 1, 0), 10**12), M),
    ("plus_months", (d(1, 31), 1), d(2, 29)), ("plus_months", (d(3, 31, 7), -1), d(2, 29, 7)),
    ("plus_months", (d(1, 31), 13), dt.date(2025, 2, 28)), ("plus_months", (d(1, 1), 10**6), M),
]  # fmt: skip


@pytest.mark.parametrize(("operator", "arguments", "answer"), CASES)
def test_what_it_gives(operator: str, arguments: tuple[Any, ...], answer: Any) -> None:
    parts = [lambda _, value=value: value for value in arguments]
    found = applied(operator, parts)(None)
    assert (type(found), found) == (type(answer), answer)
    constant = applied(operator, [Constant(value) for value in arguments])
    assert constant == Constant(answer)


@pytest.mark.parametrize("operator", sorted(OPERATIONS))
def test_without_an_argument_it_is_missing(operator: str) -> None:
    arguments = next(arguments for name, arguments, _ in CASES if name == operator)
    for place in range(len(arguments)):
        there = [None if at == place else value for at, value in enumerate(arguments)]
        assert applied(operator, [lambda _, value=value: value for value in there])(None) is None
        assert applied(operator, [Constant(value) for value in there]) == Constant(None)


def test_every_operator_is_there_and_has_cases() -> None:
    assert OPERATIONS.keys() | LENIENT.keys() == OPERATORS.keys()
    assert not OPERATIONS.keys() & LENIENT.keys()
    assert {name for name, _, _ in CASES} == set(OPERATORS)


def test_a_number_is_never_made_of_what_is_none() -> None:
    """Of kinds: what operators answer as whole numbers are Python ints, numbers are floats."""
    for name, arguments, answer in CASES:
        kinds = [_kind(value) for value in arguments]
        if answer is not None and None not in kinds and (kind := OPERATORS[name].answer(kinds)) is not None:  # type: ignore[arg-type]
            assert _kind(answer) in (kind, Kind.KEY), (name, arguments)


def _kind(value: Any) -> Kind | None:
    kinds = {
        bool: Kind.TRUTH,
        int: Kind.WHOLE,
        float: Kind.NUMBER,
        str: Kind.TEXT,
        dt.date: Kind.DATE,
        dt.datetime: Kind.DATETIME,
    }
    return kinds.get(type(value))
