"""Accounts add up, or say that they don't"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from medark.model.account import FileAccount, TableAccount, UnitAccount

COUNT = st.integers(0, 1000)


@given(st.lists(st.tuples(COUNT, COUNT, COUNT, COUNT), max_size=5))
def test_the_sum_of_accounts_that_add_up_adds_up(parts: list[tuple[int, int, int, int]]) -> None:
    total = sum((UnitAccount(sum(part), *part) for part in parts), UnitAccount())
    assert total.adds_up
    assert total.units == sum(map(sum, parts))


def test_what_does_not_add_up_says_so() -> None:
    assert not UnitAccount(units=3, loaded=2).adds_up
    assert TableAccount("t", 4, 1, 2, 1).adds_up
    assert not TableAccount("t", 4, 1, 1, 1).adds_up
    assert FileAccount(found=3, landed=1, already=1, refused=(("a", "b"),)).adds_up
    assert not FileAccount(found=3, landed=1, already=1).adds_up
