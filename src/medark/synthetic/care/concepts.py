"""The words that care's numbers stand for, and what the facts say of each disease, as arrays"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from medark.synthetic.facts.read import by_key, keys, numbers, rows
from medark.synthetic.settings import HOSPITALS

DISEASES: Final = keys("diseases")
DISEASE: Final = {key: place for place, key in enumerate(DISEASES)}
CLINICS: Final = tuple(f"clinic{number:02d}" for number in range(1, 31))
ORGANISATIONS: Final = HOSPITALS + CLINICS
FIRST_CLINIC: Final = len(HOSPITALS)
DEPARTMENTS: Final = (
    "internal", "respiratory", "cardiology", "endocrinology", "nephrology", "neurology", "gastroenterology",
    "haematology", "oncology", "infectious", "general_surgery", "orthopaedics", "urology", "thoracic_surgery",
    "obstetrics", "paediatrics", "emergency", "icu", "ent", "ophthalmology", "dermatology", "tcm", "rehabilitation",
    "fever", "general_practice", "checkup",
)  # fmt: skip
DEPARTMENT: Final = {key: place for place, key in enumerate(DEPARTMENTS)}

KINDS: Final = ("outpatient", "emergency", "inpatient", "checkup")
OUTPATIENT, EMERGENCY, INPATIENT, CHECKUP = range(4)
ARRIVALS: Final = ("walk", "ambulance", "referral", "transfer")
WALK, AMBULANCE, REFERRAL, TRANSFER = range(4)
DISCHARGES: Final = ("home", "transfer", "death", "against_advice")
HOME, MOVED, DEATH, AGAINST_ADVICE = range(4)
CHILD: Final = 14.0  # years: younger ones go to paediatrics. Source: WS 445 usage; most Chinese hospitals


def of_disease(column: str, fact: str = "diseases") -> np.ndarray:
    """A number of facts/diseases.csv or facts/reasons.csv by disease; 0 where it says none."""
    if fact == "diseases":
        return np.asarray(np.nan_to_num(numbers(fact, column)))
    known = by_key(fact)
    return np.array([float(known[key][column] or 0) if key in known else 0.0 for key in DISEASES])


def words_of_disease(column: str) -> tuple[tuple[str, ...], ...]:
    """The words in a column of facts/diseases.csv, by disease."""
    return tuple(tuple(row[column].split()) for row in rows("diseases"))


def kind_is(*kinds: str) -> np.ndarray:
    """Which diseases are of these kinds."""
    return np.array([row["kind"] in kinds for row in rows("diseases")])


def places_of(words: Sequence[str], among: Sequence[str]) -> np.ndarray:
    """Where words stand among others; -1 for those that are not there."""
    at = {word: place for place, word in enumerate(among)}
    return np.array([at.get(word, -1) for word in words], np.int64)


def main_of(disease: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What a stay for a disease has as main diagnosis, and what is named beside it (-1: nothing).

    An old infarction is no reason to be admitted by the rules of coding (no DRG has it): coronary disease is.
    """
    old = disease == DISEASE["old_mi"]
    return np.where(old, DISEASE["chd"], disease), np.where(old, disease, -1)


DISEASE_DEPARTMENT: Final = places_of([row["department"] for row in rows("diseases")], DEPARTMENTS)
