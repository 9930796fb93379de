"""Long-term treatment: only of what is known, one interval a drug, and in the city's time"""

from __future__ import annotations

import datetime as dt

import numpy as np

from medark.synthetic.facts.read import by_key, rows
from medark.synthetic.health.known import known
from medark.synthetic.health.risks import DRUG


def test_whoever_takes_a_drug_has_a_known_disease_that_it_is_for(town) -> None:
    onset = town.world["onset"]
    had = set(zip(onset["person"].to_pylist(), onset["disease"].to_pylist(), strict=True))
    purposes: dict[str, set[str]] = {DRUG: {"t2dm"}}
    for row in rows("long_term"):
        purposes.setdefault(row["drug"], set()).add(row["disease"])
    for row in town.world["exposure"].to_pylist():
        told = {d for d in purposes[row["kind"]] if known(town.settings.seed, d, np.array([row["person"]]))[0]}
        assert any((row["person"], disease) in had for disease in told)


def test_intervals_touch_the_citys_time_and_do_not_end_before_they_start(town) -> None:
    for row in town.world["exposure"].to_pylist():
        assert row["start"] < town.settings.end
        assert row["end"] is None or (row["end"] >= row["start"] and row["end"] >= town.settings.start)
        assert row["value"] == float(by_key("drugs")[row["kind"]]["dose"])


def test_nobody_has_two_intervals_of_a_drug(town) -> None:
    held = town.world["exposure"]
    pairs = list(zip(held["person"].to_pylist(), held["kind"].to_pylist(), strict=True))
    assert len(set(pairs)) == len(pairs) > 500


def test_the_protective_drug_came_with_its_approval(town) -> None:
    starts = [row["start"] for row in town.world["exposure"].to_pylist() if row["kind"] == DRUG]
    assert len(starts) > 10
    assert min(starts) >= dt.date(2019, 6, 1)
