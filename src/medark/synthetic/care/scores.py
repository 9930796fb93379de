"""Nurses' scores: pressure sores, falls, daily living, pain; height and urine, which no device measures"""

from __future__ import annotations

import numpy as np

from medark.synthetic.care.concepts import DEPARTMENT, DISEASE, of_disease
from medark.synthetic.care.lives import Lives
from medark.synthetic.care.nursing import KIND
from medark.synthetic.care.rows import DAY, Rows
from medark.synthetic.health.own import normal, uniform
from medark.synthetic.health.patients import Patients

_LAME = (
    "stroke",
    "stroke_sequelae",
    "hip_fracture",
    "parkinson",
    "dementia",
    "intracerebral_haemorrhage",
    "radius_fracture",
)


def scored(patients: Patients, people: Lives, visits: Rows, seen: Rows) -> np.ndarray:
    """Values of observations that are not vital signs: from age, disease and the course of the stay.

    Sources of the scales: Bergstrom 1987, Nurs Res 36:205 (Braden, 6-23); Morse 1989, Can J Aging 8:366 (0-125);
    Mahoney 1965, Md State Med J 14:61 (Barthel, 0-100). How they follow from age and disease is ours.
    """
    at, kind = seen["at"], seen["kind"]
    weak = _weakness(patients, people, visits, seen)
    lot = uniform(patients.seed, "scores", people.person[visits["row"][at]], seen["time"])
    found = np.zeros(len(at))
    for name, value in (
        ("braden", 23 - np.round(11 * weak)), ("morse", 5 * np.round(2 + 17 * weak + 3 * (lot - 0.5))),
        ("barthel", 100 - 5 * np.round(18 * weak)),
        ("urine_output", 50 * np.round((1700 - 700 * weak + 900 * (lot - 0.5)) / 50)),
        ("height", _heights(patients, people, visits, at)),
    ):  # fmt: skip
        here = kind == KIND[name]
        found[here] = value[here]
    return found


def _weakness(patients: Patients, people: Lives, visits: Rows, seen: Rows) -> np.ndarray:
    """From 0 (well) to 1: age, grave or crippling disease, worse at the beginning of a stay."""
    at = seen["at"]
    age, reason = visits["age"][at], visits["reason"][at]
    grave = np.minimum(of_disease("icu", "reasons")[reason] * 1.5, 0.45)
    lame = np.isin(reason, [DISEASE[key] for key in _LAME]) * 0.3
    lying = np.isin(visits["department"][at], [DEPARTMENT["icu"]]) * 0.2
    since = (seen["time"] - visits["start"][at]) / DAY
    own = 0.1 * normal(patients.seed, "weakness", people.person[visits["row"][at]])
    old = np.clip((age - 55) / 60, 0, 0.4)
    weak = old + (grave + lame) * (0.6 + 0.4 * np.exp(-since / 5)) + lying + own
    return np.asarray(np.clip(weak, 0, 1))


def _heights(patients: Patients, people: Lives, visits: Rows, at: np.ndarray) -> np.ndarray:
    """Centimetres, measured to the half; what the person is known to be, a little off each time."""
    person = people.person[visits["row"][at]]
    off = 0.6 * normal(patients.seed, "height", person, visits["start"][at])
    return np.asarray(np.round(2 * (people.height_cm[visits["row"][at]] + off)) / 2)
