"""Values of what was ordered and observed: health's physiology, told which acute disease runs its course when

An acute disease moves values from the time given as its beginning: that of the encounter, or in a stay the time at
which something else arose there, for what is measured after it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from medark.synthetic.care.concepts import OUTPATIENT, kind_is
from medark.synthetic.care.lives import Lives
from medark.synthetic.care.nursing import KINDS
from medark.synthetic.care.rows import Rows, as_times, taken
from medark.synthetic.care.scores import scored
from medark.synthetic.facts.read import by_key, keys
from medark.synthetic.health import physiology, vitals
from medark.synthetic.health.patients import Patients

TESTS: Final = keys("tests")
FLAGS: Final = ("H", "L", "N", "A")  # as health.physiology has them
_VITALS: Final = np.array([keys("vitals").index(key) if key in keys("vitals") else -1 for key in KINDS])
_LOW, _HIGH = (np.array([float(by_key("observations")[key][end]) for key in KINDS]) for end in ("low", "high"))


def measured(
    patients: Patients, people: Lives, visits: Rows, asked: Rows, arisen: Rows
) -> tuple[np.ndarray, pa.Array, np.ndarray]:
    """Values (`at`, `test`, `time`) in SI units, NaN for tests that answer in words; the words; places in FLAGS."""
    row = visits["row"][asked["at"]]
    reason, began = _ill_of(visits, asked["at"], asked["time"], arisen)
    value = physiology.values(
        patients, people.person[row], asked["test"], as_times(asked["time"]), reason, as_times(began)
    )
    text = physiology.words(asked["test"], value)
    flag, _ = physiology.flags(asked["test"], people.female[row].astype(np.int64), value)
    return np.where(text.is_valid().to_numpy(zero_copy_only=False), np.nan, value), text, flag


def observed(patients: Patients, people: Lives, visits: Rows, seen: Rows, arisen: Rows) -> np.ndarray:
    """Values of observations (`at`, `kind`, `time`), within what nurses' records allow."""
    found = np.zeros(len(seen["at"]))
    vital = _VITALS[seen["kind"]]
    some = np.flatnonzero(vital >= 0)
    here = taken(seen, some)
    reason, began = _ill_of(visits, here["at"], here["time"], arisen)
    person = people.person[visits["row"][here["at"]]]
    found[some] = vitals.values(patients, person, vital[some], as_times(here["time"]), reason, as_times(began))
    others = np.flatnonzero(vital < 0)
    found[others] = scored(patients, people, visits, taken(seen, others))
    return np.clip(found, _LOW[seen["kind"]], _HIGH[seen["kind"]])


def _ill_of(visits: Rows, at: np.ndarray, time: np.ndarray, arisen: Rows) -> tuple[np.ndarray, np.ndarray]:
    """The acute disease that each row is measured in (-1: none), and the time from which it runs."""
    reason, began = visits["reason"][at].copy(), visits["start"][at].copy()
    planned = (visits["kind"][at] == OUTPATIENT) & kind_is("chronic")[reason]
    reason[planned] = -1  # somebody who comes as arranged has no flare
    if len(arisen["at"]):
        some = np.flatnonzero(np.isin(at, arisen["at"]))
        line = arisen["at"] * (1 << 33) + arisen["time"]
        last = np.searchsorted(line, at[some] * (1 << 33) + time[some], side="right") - 1
        known = (last >= 0) & (arisen["at"][np.maximum(last, 0)] == at[some])
        some, last = some[known], last[known]
        reason[some], began[some] = arisen["disease"][last], arisen["time"][last]
    return reason, began
