"""Where a person goes: the usual clinic or hospital, or another"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medark.synthetic.care.concepts import (
    CHILD,
    CLINICS,
    DEPARTMENT,
    DISEASE_DEPARTMENT,
    EMERGENCY,
    FIRST_CLINIC,
    INPATIENT,
    ORGANISATIONS,
    OUTPATIENT,
)
from medark.synthetic.care.lives import Lives

if TYPE_CHECKING:
    from medark.synthetic.city import City

_OF_ALL_AGES = ("general_surgery", "orthopaedics", "ent", "ophthalmology", "fever", "checkup")  # see children too
_ELSEWHERE = 0.12  # of visits: ours


def clinic(chance: np.random.Generator, people: Lives, row: np.ndarray) -> np.ndarray:
    """The clinic that they choose; those who have none take any."""
    usual, any_one = people.clinic[row], FIRST_CLINIC + chance.integers(0, len(CLINICS), len(row))
    return np.where((usual < 0) | (chance.random(len(row)) < _ELSEWHERE), any_one, usual)


def hospital(chance: np.random.Generator, city: City, people: Lives, row: np.ndarray) -> np.ndarray:
    """The hospital that they choose."""
    there = np.array([ORGANISATIONS.index(key) for key in city.settings.hospitals])
    any_one = there[chance.integers(0, len(there), len(row))]
    return np.where(chance.random(len(row)) < _ELSEWHERE, any_one, people.hospital[row])


def department(reason: np.ndarray, place: np.ndarray, age: np.ndarray, kind: np.ndarray) -> np.ndarray:
    """The department for a disease; clinics have general practice, emergencies and children their own."""
    at, own = DEPARTMENT, DISEASE_DEPARTMENT[reason]
    child, stay = age < CHILD, kind == INPATIENT
    surgical = np.isin(own, [at[key] for key in _OF_ALL_AGES])
    found = np.where(own == at["general_practice"], at["internal"], own)
    found = np.where(child & ~surgical, at["paediatrics"], found)
    found = np.where((own == at["emergency"]) & stay, at["internal"], found)
    found = np.where((own == at["emergency"]) & (kind == OUTPATIENT), at["general_surgery"], found)
    found = np.where((own == at["fever"]) & stay, np.where(child, at["paediatrics"], at["respiratory"]), found)
    found = np.where((own == at["icu"]) & stay, at["internal"], found)
    found = np.where(kind == EMERGENCY, at["emergency"], found)
    return np.where(place >= FIRST_CLINIC, at["general_practice"], found)
