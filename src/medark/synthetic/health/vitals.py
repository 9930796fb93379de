"""Vital signs and what home devices read, of the same people by the same rules as laboratory values"""

from __future__ import annotations

import numpy as np

from medark.synthetic.chance import Floats, Ints
from medark.synthetic.facts.read import keys
from medark.synthetic.health.measured import Moments, level, moments, scale
from medark.synthetic.health.patients import Patients

_PULSE_PRESSURE = 15.0  # mmHg, at the least


def values(patients: Patients, person: Ints, kind: Ints, time: np.ndarray, reason: Ints, began: np.ndarray) -> Floats:
    """Values in the units of vitals.csv, rounded as read; columns as of physiology.values, `kind` in keys("vitals").

    At home there is no reason: -1.
    """
    at = moments(patients, person, time, reason, began)
    found = np.empty(len(at.place))
    for number, key in enumerate(keys("vitals")):
        chosen = np.flatnonzero(kind == number)
        if chosen.size:
            found[chosen] = np.round(value(key, at.rows(chosen)), scale("vitals", key).decimals)
    return found


def value(key: str, at: Moments) -> Floats:
    """Values of one vital sign, not yet rounded."""
    of = scale("vitals", key)
    if key == "weight":
        return level(of, key, at, at.patients.weight_kg[at.place])
    found = level(of, key, at)
    return np.minimum(found, value("sbp", at) - _PULSE_PRESSURE) if key == "dbp" else found
