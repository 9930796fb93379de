"""Thrombosis in stays: the score, and that prophylaxis protects by its stated hazard ratio"""

from __future__ import annotations

import numpy as np
import pytest

from medark.synthetic.facts.read import keys
from medark.synthetic.health.vte import HIGH, Thrombosis, padua, ratio, thrombosis

DISEASES = keys("diseases")
_STAYS = 300_000


@pytest.fixture(scope="module")
def stays(town) -> tuple[Thrombosis, np.ndarray]:
    """Very many stays of twelve days, and their days at risk."""
    chance = np.random.default_rng(1)
    start = np.datetime64("2024-01-01T10:00:00") + chance.integers(0, 200, _STAYS).astype("timedelta64[D]")
    end = start + np.timedelta64(12, "D")
    found = thrombosis(
        town.patients,
        np.arange(_STAYS),
        chance.choice(town.patients.number, _STAYS),
        start,
        end,
        chance.choice([DISEASES.index(key) for key in ("gastritis", "hip_fracture", "sepsis", "pneumonia")], _STAYS),
        chance.random(_STAYS) < 0.3,
    )
    begin, until = (x.astype(np.int64) / 86_400 for x in (start, end))
    return found, np.minimum(found.time, until) - begin - 1.0


def test_events_fall_into_the_stay(stays) -> None:
    found, at_risk = stays
    assert (at_risk >= 0).all()
    assert (at_risk <= 11).all()
    assert 0 < np.isfinite(found.time).mean() < 0.03
    assert 0.2 < found.embolism.mean() < 0.3


def test_prophylaxis_protects_by_its_stated_ratio_within_levels_of_risk(stays) -> None:
    found, at_risk = stays
    for high in (True, False):
        group = (found.points >= HIGH) == high
        logs, variance = [], 0.0
        for given in (True, False):
            mine = group & (found.prophylaxis == given)
            events = np.isfinite(found.time[mine]).sum()
            logs.append(np.log(events / at_risk[mine].sum()))
            variance += 1 / events
        assert logs[0] - logs[1] == pytest.approx(np.log(ratio("prophylaxis>vte")), abs=3 * np.sqrt(variance))


def test_those_at_risk_get_it_so_that_it_looks_worse_than_it_is(stays) -> None:
    found, at_risk = stays
    assert found.prophylaxis[found.points >= HIGH].mean() > 5 * found.prophylaxis[found.points < HIGH].mean()
    rates = [np.isfinite(found.time[m]).sum() / at_risk[m].sum() for m in (found.prophylaxis, ~found.prophylaxis)]
    assert rates[0] / rates[1] > 1.3 * ratio("prophylaxis>vte")


def test_points_add_up(town) -> None:
    who = town.patients
    day = np.full(len(who.number), np.datetime64("2024-01-01").astype(np.int64), np.float64)
    none = np.full(len(who.number), -1)
    base = padua(who, who.number, day, none, np.zeros(len(none), bool))
    assert set(np.unique(base)) <= {0, 1, 2, 3, 4, 5}
    assert np.array_equal(padua(who, who.number, day, none, np.ones(len(none), bool)), base + 2)
    hip = np.full(len(none), DISEASES.index("hip_fracture"))
    assert np.array_equal(padua(who, who.number, day, hip, np.zeros(len(none), bool)), base + 3)
