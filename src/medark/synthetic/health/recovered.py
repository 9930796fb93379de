"""Hazard ratios found again in made people: Cox regression over their lives, beside what was stated"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from medark.synthetic.chance import Floats
from medark.synthetic.health.people import NEVER, USUAL_BMI, YEAR, People
from medark.synthetic.health.risks import HABITS, Risk, risks

_STEP: Final = 2.0  # years of age in which the baseline hazard is one
_ROUNDS: Final = 12


@dataclass(frozen=True, slots=True)
class Recovered:
    """Logarithms of a hazard ratio, with the standard error of the one found and the number of events behind it."""

    factor: str
    outcome: str
    stated: float
    found: float
    error: float
    events: int


@dataclass(frozen=True, slots=True)
class _Stratum:
    """People of one sex at risk in one step of age: covariates of all, and the sum over those who had the event."""

    at_risk: Floats  # people × factors
    weight: Floats  # share of the step that each was there
    events: int
    of_events: Floats


def recovered(who: People, onset: Mapping[str, Floats], outcome: str, factors: tuple[str, ...] = ()) -> list[Recovered]:
    """Cox regression of an outcome on all that is stated to bear on it (or only on `factors`), by sex and age.

    `onset` is what onsets.onsets gives. Lives from birth to the city's last day; the city's own time, in which the
    baseline is that of incidence, is kept apart.
    """
    bearing = [risk for risk in risks(outcome) if not factors or risk.factor in factors]
    strata = list(_strata(who, onset, outcome, bearing))
    beta = np.zeros(len(bearing))
    information = np.eye(len(bearing))
    for _ in range(_ROUNDS):
        score, information = np.zeros(len(beta)), np.zeros((len(beta), len(beta)))
        for stratum in strata:
            _add(stratum, beta, score, information)
        beta += np.clip(np.linalg.solve(information + 1e-9 * np.eye(len(beta)), score), -1.0, 1.0)
    errors = np.sqrt(np.diag(np.linalg.inv(information + 1e-9 * np.eye(len(beta)))))
    events = sum(stratum.events for stratum in strata)
    return [
        Recovered(risk.factor, outcome, risk.log_ratio, float(found), float(error), events)
        for risk, found, error in zip(bearing, beta, errors, strict=True)
    ]


def _add(stratum: _Stratum, beta: Floats, score: Floats, information: Floats) -> None:
    """Breslow's likelihood: first and second derivative of one stratum. Source: Breslow 1974, Biometrics 30:89."""
    weight = stratum.weight * np.exp(stratum.at_risk @ beta)
    mean = weight @ stratum.at_risk / weight.sum()
    spread = (stratum.at_risk * weight[:, None]).T @ stratum.at_risk / weight.sum() - np.outer(mean, mean)
    score += stratum.of_events - stratum.events * mean
    information += stratum.events * spread


def _strata(who: People, onset: Mapping[str, Floats], outcome: str, bearing: list[Risk]) -> Iterator[_Stratum]:
    end, entry = (who.leave - who.birth) / YEAR, who.entry_age
    event = (onset[outcome] - who.birth) / YEAR
    out = np.minimum(event, end)
    for sex in (0, 1):
        for age in np.arange(0.0, 110.0, _STEP):
            for low, high in ((np.zeros(len(out)), entry), (entry, np.full(len(out), NEVER))):
                begin, until = np.maximum(low, age), np.minimum(np.minimum(high, age + _STEP), out)
                at_risk = np.flatnonzero((who.female == sex) & (begin < until))
                mine = at_risk[(event[at_risk] <= until[at_risk]) & (event[at_risk] < end[at_risk])]
                if mine.size:
                    middle = (begin[at_risk] + until[at_risk]) / 2.0
                    yield _Stratum(
                        _covariates(who, onset, bearing, at_risk, middle),
                        until[at_risk] - begin[at_risk],
                        mine.size,
                        _covariates(who, onset, bearing, mine, event[mine]).sum(axis=0),
                    )


def _covariates(who: People, onset: Mapping[str, Floats], bearing: list[Risk], some: np.ndarray, age: Floats) -> Floats:
    columns = []
    for risk in bearing:
        if risk.factor in HABITS:
            usual = USUAL_BMI if risk.factor == "bmi" else 0.0
            columns.append((getattr(who, risk.factor)[some] - usual) / risk.per)
        else:
            columns.append(((onset[risk.factor][some] - who.birth[some]) / YEAR < age).astype(np.float64))
    return np.stack(columns, axis=1)
