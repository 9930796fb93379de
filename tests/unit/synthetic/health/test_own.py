"""Chance that belongs to somebody: the same each time, and unlike everybody else's"""

from __future__ import annotations

import numpy as np

from medark.synthetic.health.own import normal, uniform

_PEOPLE = np.arange(1, 200_001)


def test_numbers_depend_on_seed_concern_and_row_alone() -> None:
    whole = uniform(1, "stage", _PEOPLE)
    assert np.array_equal(uniform(1, "stage", _PEOPLE[::-1])[::-1], whole)
    for other in (uniform(2, "stage", _PEOPLE), uniform(1, "depth", _PEOPLE), uniform(1, "stage", _PEOPLE, 1)):
        assert abs(np.corrcoef(whole, other)[0, 1]) < 0.01


def test_uniform_numbers_are_spread_evenly() -> None:
    counts = np.histogram(uniform(1, "stage", _PEOPLE), bins=50, range=(0, 1))[0]
    assert abs(((counts - 4000) ** 2 / 4000).sum() - 49) < 5 * np.sqrt(98)


def test_normal_numbers_have_their_middle_spread_and_bounds() -> None:
    found = normal(1, "own", _PEOPLE, np.datetime64("2024-01-01", "s").astype(np.int64))
    assert abs(found.mean()) < 0.01
    assert abs(found.std() - 1) < 0.01
    assert np.abs(found).max() <= 3.5


def test_two_numbers_of_a_row_are_not_interchangeable() -> None:
    assert not np.array_equal(uniform(1, "x", _PEOPLE, 5), uniform(1, "x", 5, _PEOPLE))
