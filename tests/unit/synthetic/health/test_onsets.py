"""Onsets: prevalence on the first day and incidence after it as published; hazard ratios found again"""

from __future__ import annotations

import numpy as np
import pytest

from medark.synthetic.health.curves import AGES, prevalence
from medark.synthetic.health.hazards import first_event
from medark.synthetic.health.known import known
from medark.synthetic.health.onsets import onsets
from medark.synthetic.health.people import people
from medark.synthetic.health.recovered import recovered
from medark.synthetic.health.risks import DRUG, chronic, order, risks
from medark.synthetic.settings import CitySettings

_FAR = 4.2  # standard errors: one of 67 stated ratios lies further away in one city of 500
_LINEAR = AGES * 0.01


def test_a_first_event_uses_up_its_budget() -> None:
    ages = first_event(
        np.array([0.2, 0.2, 5.0]), np.zeros(3), _LINEAR, np.array([1.0, 2.0, 1.0]), np.empty((3, 0)), np.empty(0)
    )
    assert ages[:2] == pytest.approx([20, 10])
    assert np.isinf(ages[2])


def test_what_begins_later_bears_only_from_then_on() -> None:
    begun = np.array([[10.0, np.inf], [30.0, 5.0]])
    ages = first_event(np.array([0.3, 0.3]), np.zeros(2), _LINEAR, np.ones(2), begun, np.log([2.0, 4.0]))
    assert ages == pytest.approx([10 + 0.2 / 0.02, 5 + 0.25 / 0.04])


def test_nothing_comes_before_its_start() -> None:
    ages = first_event(np.array([0.1]), np.array([40.0]), _LINEAR, np.ones(1), np.array([[20.0]]), np.log([2.0]))
    assert ages == pytest.approx([40 + 0.1 / 0.02])


def test_prevalence_on_the_first_day_is_the_published_curve(crowd) -> None:
    who, off = crowd.who, []
    for disease in chronic():
        had = crowd.onset[disease] < who.entry
        for sex in (0, 1):
            for low, high in ((18, 45), (45, 65), (65, 95)):
                group = (who.female == sex) & (who.entry_age >= low) & (who.entry_age < high)
                expected = np.interp(who.entry_age[group], AGES, prevalence(disease)[sex])
                if expected.sum() > 10:
                    spread = np.sqrt((expected * (1 - expected)).sum())
                    off.append((had[group].sum() - expected.sum()) / spread)
    assert len(off) > 150
    assert np.abs(off).max() < 4.5
    assert abs(np.mean(off)) < 0.35
    assert np.std(off) < 1.35


def test_every_stated_hazard_ratio_is_found_again(crowd) -> None:
    found = [
        one
        for outcome in order()
        if outcome != DRUG and risks(outcome)
        for one in recovered(crowd.who, crowd.onset, outcome)
    ]
    stated = {(risk.factor, risk.outcome) for outcome in chronic() for risk in risks(outcome)}
    assert {(one.factor, one.outcome) for one in found} == stated
    off = np.array([(one.found - one.stated) / one.error for one in found])
    assert np.abs(off).max() < _FAR, [found[place] for place in np.flatnonzero(np.abs(off) >= _FAR)]
    assert abs(off.mean()) < 4 / np.sqrt(len(off))
    strong = [one for one in found if abs(one.stated) > 5 * one.error]
    assert len(strong) > 20
    assert all(abs(one.found) > 2 * one.error for one in strong)


def test_the_protective_drug_looks_useless_until_the_sicker_are_told_apart(drawn_people) -> None:
    crude, adjusted = [], []
    for seed in (1, 2, 3):
        settings = CitySettings(people=50_000, seed=seed)
        who = people(drawn_people(50_000, seed, low=55), settings)
        onset = onsets(who, seed, 1)
        mine = known(seed, "t2dm", who.number) & (onset["t2dm"] < who.entry) & (onset["heart_failure"] > who.entry)
        group, held = who.rows(mine), {disease: days[mine] for disease, days in onset.items()}
        for kept, factors in ((crude, (DRUG,)), (adjusted, ())):
            (one,) = (r for r in recovered(group, held, "heart_failure", factors) if r.factor == DRUG)
            kept.append((one.found, one.error))
    (raw, _), (true, error) = (_pooled(kept) for kept in (crude, adjusted))
    assert raw > np.log(0.85)
    assert abs(true - np.log(0.6)) < 2.6 * error
    assert true + 1.96 * error < 0


def _pooled(kept: list[tuple[float, float]]) -> tuple[float, float]:
    """Mean by inverse variance, with its standard error."""
    found, error = np.array(kept).T
    weight = error**-2
    return float((found * weight).sum() / weight.sum()), float(weight.sum() ** -0.5)


def test_nobody_has_what_the_other_sex_has(crowd) -> None:
    female = crowd.who.female == 1
    for disease in ("bph", "prostate_cancer"):
        assert not np.isfinite(crowd.onset[disease][female]).any()
    for disease in ("cervical_cancer", "breast_cancer"):
        assert not np.isfinite(crowd.onset[disease][~female]).any()


def test_onsets_lie_between_birth_and_leaving(crowd) -> None:
    for days in crowd.onset.values():
        assert (days >= crowd.who.birth).all()
        assert (days[np.isfinite(days)] < crowd.who.leave[np.isfinite(days)]).all()


def test_who_is_known_is_the_published_share() -> None:
    share = known(1, "htn", np.arange(100_000)).mean()
    assert share == pytest.approx(0.47, abs=0.006)
    assert known(1, "lung_cancer", np.arange(1000)).all()
