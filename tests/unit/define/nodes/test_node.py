"""Equality of nodes: by value, and each part once however often it is shared"""

from __future__ import annotations

import pickle
from itertools import count
from typing import Any

import pytest

from medark.define.kinds import Kind
from medark.define.nodes import Call, Literal, Node, Value

LEVELS = 30


def number(value: float) -> Literal:
    return Literal(value, Kind.NUMBER)


def doubled(bottom: Value, times: int = LEVELS) -> Value:
    """A graph of as many levels, each of which has the one below twice: as a tree it has 2 ** times leaves."""
    found = bottom
    for _ in range(times):
        found = Call("add", (found, found))
    return found


def test_what_is_shared_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = doubled(number(1.0)), doubled(number(1.0))
    looks, parts = count(1), Node.parts

    def counted(self: Node) -> tuple[Any, ...]:
        assert next(looks) <= 4 * (LEVELS + 1), "a part is looked at again"  # of each node: for its hash, to compare
        return parts(self)

    monkeypatch.setattr(Node, "parts", counted)
    assert one == other
    assert hash(one) == hash(other)
    before = next(looks)
    assert other == one
    assert next(looks) == before + 1  # not looked at again


def test_equal_is_by_class_and_value() -> None:
    first, second, third = (doubled(number(2.0), 2) for _ in range(3))
    assert first == second == third == first
    assert {first: "known"}[third] == "known"
    assert first != doubled(number(3.0), 2)
    assert first != doubled(number(2.0), 3)
    assert first != "2.0"
    assert number(1.0) != Literal(1, Kind.WHOLE)


def test_two_that_have_one_hash_are_not_equal_for_it() -> None:
    minus_one, minus_two = number(-1), number(-2)
    assert hash(minus_one) == hash(minus_two)
    for left, right in ((minus_one, number(-1)), (minus_two, number(-2))):
        assert left == right
    assert minus_one != minus_two
    assert number(-2) != minus_one


def test_what_was_found_equal_stays_with_its_process() -> None:
    one, other = doubled(number(1.0), 3), doubled(number(1.0), 3)
    alone = pickle.dumps(one)
    assert one == other
    assert pickle.dumps(one) == alone
    assert pickle.loads(alone) == other
