"""Venous thromboembolism of inpatients: who is at risk, who is protected, and on which day it comes"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from medark.synthetic.chance import Floats, Ints
from medark.synthetic.facts.read import by_key, keys
from medark.synthetic.health.own import uniform
from medark.synthetic.health.patients import Patients
from medark.synthetic.health.people import NEVER, YEAR
from medark.synthetic.health.risks import chronic

DAILY: Final = 0.00025  # hazard a day in hospital at low risk without prophylaxis; ours
HIGH: Final = 4  # points. Source: Barbar 2010, J Thromb Haemost 8:2450, table 2
GIVEN_HIGH, GIVEN_LOW = 0.62, 0.07  # who gets prophylaxis: those at risk, mostly (confounding by indication); ours
_EMBOLISM: Final = 0.25  # of cases: in the lung
_WAIT: Final = 1.0  # days of the stay before the first case
_CANCERS: Final = tuple(disease for disease in chronic() if disease.endswith("_cancer"))
_POINTS: Final = {  # reasons of the stay, by the same table
    "hip_fracture": 3, "stroke": 4, "intracerebral_haemorrhage": 3, "mi": 1, "heart_failure": 1, "copd": 1,
    "pneumonia": 2, "viral_pneumonia": 2, "sepsis": 4, "rib_fracture": 2, "pancreatitis": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Thrombosis:
    """One row a stay."""

    points: Ints  # Padua score, as far as it can be known on admission
    prophylaxis: np.ndarray  # enoxaparin from the first day on
    time: Floats  # of the event: days since 1970-01-01, NEVER without one
    embolism: np.ndarray  # in the lung, else in the leg


def thrombosis(
    patients: Patients,
    encounter: Ints,
    person: Ints,
    start: np.ndarray,
    end: np.ndarray,
    reason: Ints,
    operated: np.ndarray,
) -> Thrombosis:
    """Of stays (times datetime64, `reason` in keys("diseases"), `operated` a mask): the same at each call.

    True effects: rows `prophylaxis>vte` and `high_risk>vte` of effects.csv.
    """
    seed = patients.seed
    begin, until = (np.asarray(x, "datetime64[s]").astype(np.int64) / 86_400.0 for x in (start, end))
    points = padua(patients, person, begin, reason, operated)
    high = points >= HIGH
    given = uniform(seed, "vte/prophylaxis", encounter) < np.where(high, GIVEN_HIGH, GIVEN_LOW)
    hazard = DAILY * np.where(high, ratio("high_risk>vte"), 1.0) * np.where(given, ratio("prophylaxis>vte"), 1.0)
    after = -np.log1p(-uniform(seed, "vte/day", encounter)) / hazard
    time = begin + _WAIT + after
    embolism = uniform(seed, "vte/embolism", encounter) < _EMBOLISM
    return Thrombosis(points, given, np.where(time < until, time, NEVER), embolism)


def padua(patients: Patients, person: Ints, day: Floats, reason: Ints, operated: np.ndarray) -> Ints:
    """Points: cancer 3, an operation 2, age from 70 1, heart or lung failure 1, obesity left out, and by reason."""
    place = patients.places(person)
    age = (day - patients.birth[place]) / YEAR
    has = {disease: patients.onset[place, chronic().index(disease)] <= day for disease in (*_CANCERS, "heart_failure")}
    cancer = np.logical_or.reduce([has[disease] for disease in _CANCERS])
    points = 3 * cancer + 2 * operated + (age >= 70) + has["heart_failure"]
    return np.asarray(points + np.where(reason >= 0, _of_reasons()[reason], 0), np.int64)


def ratio(key: str) -> float:
    """A hazard ratio of effects.csv."""
    return float(by_key("effects")[key]["size"])


@cache
def _of_reasons() -> Ints:
    return np.array([_POINTS.get(key, 0) for key in keys("diseases")], np.int64)
