"""Who is likely at fault, worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medark.check.counting import Count
from medark.check.scores.fault import suspects

A, B, C = ("north/lis", "hl7v2"), ("south/his", "his.order"), ("south/his", "his.patient")


def test_the_one_with_more_than_the_others_let_expect_comes_first() -> None:
    first, second, third = suspects({A: Count(5, 100), B: Count(30, 50), C: Count(9, 50)})
    # B: others 14 of 150, so 50 × 14/150 = 4.67 are to be expected; C: others 35 of 150, 11.67; A: others 39 of 100
    assert [(one.source, one.form) for one in (first, second, third)] == [B, C, A]
    assert (first.share, first.elsewhere) == (0.6, pytest.approx(14 / 150))
    assert first.excess == pytest.approx(30 - 50 * 14 / 150)
    assert second.excess == pytest.approx(9 - 50 * 35 / 150) and third.excess == pytest.approx(5 - 39)
    assert (first.likelihood, second.likelihood, third.likelihood) == (1, 0, 0)


def test_two_that_stand_out_share_the_likelihood() -> None:
    found = suspects({A: Count(40, 100), B: Count(40, 100), C: Count(0, 800)})
    assert [one.likelihood for one in found] == [0.5, 0.5], "who violates nothing is no suspect"


def test_where_all_violate_alike_nobody_is_likely() -> None:
    assert {one.likelihood for one in suspects({A: Count(10, 100), B: Count(5, 50)})} == {0}
    for of in range(1, 200):  # many shares are no binary fractions
        for bad in range(1, of + 1):
            assert {one.likelihood for one in suspects({A: Count(bad, of), B: Count(bad, of)})} == {0}


def test_who_is_alone_is_all_that_can_be_at_fault() -> None:
    (only,) = suspects({A: Count(3, 10)})
    assert (only.elsewhere, only.excess, only.likelihood) == (None, 3, 1)
    assert suspects({A: Count(0, 10)}) == []


@given(st.dictionaries(st.sampled_from((A, B, C)), st.tuples(st.integers(0, 50), st.integers(1, 50)), min_size=2))
def test_likelihoods_are_parts_of_the_excess_beyond_expectation(told: dict[tuple[str, str], tuple[int, int]]) -> None:
    counted = {key: Count(min(bad, of), of) for key, (bad, of) in told.items()}
    bad, rows = sum(c.violating for c in counted.values()), sum(c.of for c in counted.values())
    beyond = {
        key: max(Fraction(0), c.violating - c.of * Fraction(bad - c.violating, rows - c.of))
        for key, c in counted.items()
    }
    total = sum(beyond.values())
    for one in suspects(counted):
        expected = beyond[one.source, one.form] / total if total else 0
        assert one.likelihood == pytest.approx(float(expected), abs=1e-9)
