"""Where a person goes: the usual clinic or hospital, or another"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medark.synthetic.care.concepts import CLINICS, DEPARTMENTS, DISEASE_DEPARTMENT, FIRST_CLINIC, ORGANISATIONS
from medark.synthetic.care.lives import Lives

if TYPE_CHECKING:
    from medark.synthetic.city import City

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
    at = {key: number for number, key in enumerate(DEPARTMENTS)}
    own = DISEASE_DEPARTMENT[reason]
    surgical = np.isin(own, [at[k] for k in ("general_surgery", "orthopaedics", "ent", "ophthalmology", "fever")])
    found = np.where(own == at["general_practice"], at["internal"], own)
    found = np.where((age < 14) & ~surgical & (own != at["checkup"]), at["paediatrics"], found)
    found = np.where((own == at["emergency"]) & (kind == 2), at["internal"], found)
    found = np.where((own == at["emergency"]) & (kind == 0), at["general_surgery"], found)
    found = np.where(
        (own == at["fever"]) & (kind == 2), np.where(age < 14, at["paediatrics"], at["respiratory"]), found
    )
    found = np.where((own == at["icu"]) & (kind == 2), at["internal"], found)
    found = np.where(kind == 1, at["emergency"], found)
    return np.where(place >= FIRST_CLINIC, at["general_practice"], found)
