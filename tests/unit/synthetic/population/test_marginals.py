"""The made people are distributed as the published ones"""

from __future__ import annotations

import pyarrow as pa
import pytest

from medark.synthetic.population.live import people
from medark.synthetic.population.marginals import SUBJECTS, marginals
from medark.synthetic.population.pool import pool
from medark.synthetic.settings import CitySettings, Part


@pytest.fixture(scope="module")
def shares() -> pa.Table:
    settings = CitySettings(people=10_000)
    return marginals(settings, people(settings, Part(1, 1, 10_000)))


@pytest.mark.parametrize("subject", SUBJECTS)
def test_shares_are_near_the_published_ones(shares: pa.Table, subject: str) -> None:
    rows = [row for row in shares.to_pylist() if row["subject"] == subject]
    assert rows
    assert all(abs(row["difference"]) < 0.016 for row in rows)
    assert all(row["source"] for row in rows)


def test_ages_households_and_districts_are_within_half_a_percent(shares: pa.Table) -> None:
    near = [r for r in shares.to_pylist() if r["subject"] in ("age", "sex", "household size", "district")]
    assert max(abs(row["difference"]) for row in near) < 0.005


def test_pool_weights_are_shares() -> None:
    assert pool().weight.min() >= 0
    assert pool().weight.sum() == pytest.approx(1)
