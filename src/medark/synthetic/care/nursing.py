"""What nurses observe: when each vital sign and score is taken at visits and on the days of stays"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from medark.synthetic.care.concepts import CHECKUP, DISEASE, EMERGENCY, FIRST_CLINIC, INPATIENT, OUTPATIENT, of_disease
from medark.synthetic.care.rows import DAY, Rows, again, joined, ordered, steps, taken
from medark.synthetic.chance import stream
from medark.synthetic.facts.read import keys
from medark.synthetic.settings import Part

if TYPE_CHECKING:
    from medark.synthetic.city import City

KINDS: Final = keys("observations")
KIND: Final = {key: place for place, key in enumerate(KINDS)}
_HOUR = 3600
# Hours of a nursing round: two a day for most (ours: hospitals take four for the first three days and in fever).
_ROUNDS: Final = np.array([6, 14, 10, 18]) * _HOUR
_FEVERISH: Final = (
    "pneumonia", "viral_pneumonia", "sepsis", "influenza", "appendicitis", "cholecystitis", "bronchiolitis",
    "cellulitis", "hospital_acquired_pneumonia", "fever", "novel_respiratory",
)  # fmt: skip
_PRESSURE_AT: Final = (
    "htn", "t2dm", "ckd", "chd", "af", "heart_failure", "stroke_sequelae", "old_mi", "headache", "vertigo",
    "antenatal", "pre_eclampsia", "gestational_diabetes",
)  # fmt: skip
_TEMPERATURE_AT: Final = (
    "urti", "tonsillitis", "bronchitis", "pneumonia", "fever", "influenza", "novel_respiratory", "otitis_media",
    "hand_foot_mouth", "varicella", "gastroenteritis", "bronchiolitis", "norovirus", "food_poisoning",
)  # fmt: skip
_MEASURED = 0.75  # of such visits have it written down: ours


def rounds(city: City, part: Part, visits: Rows, icu: Rows, done: Rows) -> Rows:
    """Everything observed: `at`, `kind`, `time`, by encounter, time and kind."""
    chance = stream(city.settings.seed, "care/nursing", part.number)
    found = [
        *_at_visits(chance, visits),
        *_in_emergency(visits),
        *_on_wards(chance, visits),
        *_scores(chance, visits, done),
    ]
    seen = joined([*found, *_in_icu(icu)])
    seen = taken(seen, (seen["time"] >= visits["start"][seen["at"]]) & (seen["time"] <= visits["end"][seen["at"]]))
    seen = ordered(seen, "at", "time", "kind")
    return taken(seen, ~again(seen, "at", "time", "kind"))


def _of(at: np.ndarray, time: np.ndarray, *kinds: str) -> list[Rows]:
    return [{"at": at, "time": time, "kind": np.full(len(at), KIND[kind])} for kind in kinds]


def _at_visits(chance: np.random.Generator, visits: Rows) -> list[Rows]:
    """Blood pressure of those it matters to, temperature of those who may have fever, both and size at checkups."""
    ambulant = (visits["kind"] == OUTPATIENT) & ~visits["cancelled"] & (chance.random(len(visits["key"])) < _MEASURED)
    pressed, warm = (
        np.flatnonzero(ambulant & np.isin(visits["reason"], [DISEASE[key] for key in named if key in DISEASE]))
        for named in (_PRESSURE_AT, _TEMPERATURE_AT)
    )
    check = np.flatnonzero(visits["kind"] == CHECKUP)
    time = visits["start"] + np.minimum(300, (visits["end"] - visits["start"]) // 3)
    return [
        *_of(pressed, time[pressed], "sbp", "dbp", "heart_rate"), *_of(warm, time[warm], "temp"),
        *_of(check, time[check], "sbp", "dbp", "heart_rate", "height", "weight"),
    ]  # fmt: skip


def _in_emergency(visits: Rows) -> list[Rows]:
    at = np.flatnonzero(visits["kind"] == EMERGENCY)
    return _of(at, visits["start"][at] + 240, "temp", "heart_rate", "resp_rate", "sbp", "dbp", "spo2", "pain")


def _on_wards(chance: np.random.Generator, visits: Rows) -> list[Rows]:
    """On admission everything; then temperature, pulse and respiration two to four times a day, pressure once."""
    at = np.flatnonzero(visits["kind"] == INPATIENT)
    arrive = visits["start"][at] + 600 + chance.integers(0, 1800, len(at)) // 60 * 60
    of, day = steps(visits["end"][at] // DAY - visits["start"][at] // DAY + 1)
    stay, midnight = at[of], (visits["start"][at][of] // DAY + day) * DAY
    close = np.isin(visits["reason"][stay], [DISEASE[key] for key in _FEVERISH]) | (
        of_disease("icu", "reasons")[visits["reason"][stay]] > 0.1
    )
    often = (day < 3) & close
    parts = _of(at, arrive, "temp", "heart_rate", "resp_rate", "sbp", "dbp", "spo2", "weight", "height")
    for number, second in enumerate(_ROUNDS):
        some = often if number > 1 else (day >= 0) if number == 0 else (day < 5) | close
        time = midnight[some] + second + chance.integers(-8, 9, int(some.sum())) * 60
        parts += _of(stay[some], time, "temp", "heart_rate", "resp_rate")
        if number == 0:
            parts += _of(stay, time, "sbp", "dbp")
    lungs = close & (day < 6)
    parts += _of(stay[lungs], midnight[lungs] + _ROUNDS[1] + 600, "spo2")
    sugar = np.isin(visits["reason"][stay], [DISEASE["t2dm"], DISEASE["gestational_diabetes"]])
    for second in (6.5 * _HOUR, 19 * _HOUR):
        parts += _of(stay[sugar], midnight[sugar] + int(second), "glucose_poc")
    return parts


def _scores(chance: np.random.Generator, visits: Rows, done: Rows) -> list[Rows]:
    """Braden, Morse and Barthel on admission and each week; pain daily after operations."""
    at = np.flatnonzero((visits["kind"] == INPATIENT) & (visits["place"] < FIRST_CLINIC))
    of, week = steps((visits["end"][at] - visits["start"][at]) // (7 * DAY) + 1)
    time = visits["start"][at][of] + week * 7 * DAY + 2700 + chance.integers(0, 30, len(of)) * 60
    parts = _of(at[of], time, "braden", "morse", "barthel", "pain")
    cut, day = steps(np.full(len(done["at"]), 4))
    return [*parts, *_of(done["at"][cut], done["end"][cut] + 2 * _HOUR + day * DAY // 2, "pain")]


def _in_icu(icu: Rows) -> list[Rows]:
    """Every four hours in intensive care."""
    of, number = steps(np.minimum((icu["end"] - icu["start"]) // (4 * _HOUR), 42))
    at, time = icu["at"][of], icu["start"][of] + number * 4 * _HOUR + 900
    first = number % 6 == 5
    return [
        *_of(at, time, "heart_rate", "resp_rate", "sbp", "dbp", "spo2", "temp"),
        *_of(at[number % 2 == 0], time[number % 2 == 0], "gcs"),
        *_of(at[first], time[first], "urine_output"),
    ]  # fmt: skip
