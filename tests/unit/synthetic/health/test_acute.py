"""Acute disease: as many episodes as without risk factors, and each factor's stated hazard ratio"""

from __future__ import annotations

import numpy as np
import pytest

from medark.synthetic.facts.read import keys
from medark.synthetic.health.acute import AcuteRisks, acute_risks
from medark.synthetic.health.people import YEAR, day_number
from medark.synthetic.health.risks import HABITS, chronic, risks

_ROUNDS = 60  # times that a yearly rate of 1 is drawn: many episodes of few people


@pytest.fixture(scope="module")
def bearing(town) -> AcuteRisks:
    return acute_risks(town.settings, town.world)


@pytest.fixture(scope="module")
def old(town) -> np.ndarray:
    """Places of those over 65 all the time."""
    return np.flatnonzero((day_number(town.settings.start) - town.patients.birth) / YEAR > 65)


def test_risks_bear_on_every_acute_disease_that_is_stated(bearing: AcuteRisks) -> None:
    stated = {key for key in keys("diseases") if key not in chronic() and risks(key)}
    assert {keys("diseases")[place] for place in bearing.habits} == stated
    assert (bearing.more >= 1).all()
    assert bearing.more[keys("diseases").index("urti")] == 1


@pytest.mark.parametrize("disease", ["pneumonia", "hip_fracture", "gi_bleed", "pulmonary_embolism", "gallstones"])
def test_stated_ratios_are_found_again_and_the_total_stays(town, bearing, old, disease: str) -> None:
    chance, place = np.random.default_rng(1), keys("diseases").index(disease)
    row = chance.choice(old, chance.poisson(len(old) * _ROUNDS * bearing.more[place]))
    day = day_number(town.settings.start) + chance.random(len(row)) * town.settings.days
    kept = chance.random(len(row)) < bearing.kept(row, day, np.full(len(row), place))
    assert kept.sum() == pytest.approx(len(old) * _ROUNDS, rel=0.08)  # the mean is that of the middle of the time
    counts = np.bincount(row[kept], minlength=len(town.patients.number))[old]
    middle = np.full(len(old), day_number(town.settings.start) + town.settings.days / 2)
    for risk in risks(disease):
        if risk.factor not in HABITS:
            had = town.patients.onset[old, chronic().index(risk.factor)]
            always, never = had < day_number(town.settings.start), np.isinf(had)
            others = bearing.ratio(place, old, middle) / np.exp(risk.log_ratio * (had < middle))
            rates = [counts[group].sum() / others[group].sum() for group in (always, never)]
            assert rates[0] / rates[1] == pytest.approx(np.exp(risk.log_ratio), rel=0.08), risk
