"""Doctors by organisation and department, as places in one list"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from medark.synthetic.care.concepts import CLINICS, DEPARTMENT, DEPARTMENTS, ORGANISATIONS, places_of

ROOMS = (*DEPARTMENTS, "anaesthesia")


@dataclass(frozen=True, slots=True, eq=False)
class Staff:
    """`first` and `count` of doctors in `keys`, by organisation and department."""

    keys: tuple[str, ...]
    first: np.ndarray
    count: np.ndarray

    def pick(self, place: np.ndarray, department: np.ndarray, luck: np.ndarray) -> np.ndarray:
        """A doctor of each department, by luck from 0 to 1; -1 where it has none."""
        count = self.count[place, department]
        found = self.first[place, department] + np.minimum((luck * count).astype(np.int64), count - 1)
        return np.where(count > 0, found, -1)

    def department_of(self, place: np.ndarray, wanted: np.ndarray) -> np.ndarray:
        """The department wanted, or what the organisation has instead of it."""
        return np.where(self.count[place, wanted] > 0, wanted, _instead(place, wanted, self.count))


def staff_of(table: pa.Table) -> Staff:
    """The staff of a city that sees patients."""
    held = table.sort_by([("organisation", "ascending"), ("department", "ascending"), ("key", "ascending")])
    place = places_of(held["organisation"].to_pylist(), ORGANISATIONS)
    room = places_of(held["department"].to_pylist(), ROOMS)
    shape = (len(ORGANISATIONS), len(ROOMS))
    first, count = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for at in np.flatnonzero((place >= 0) & (room >= 0))[::-1]:
        first[place[at], room[at]] = at
        count[place[at], room[at]] += 1
    return Staff(tuple(held["key"].to_pylist()), first, count)


def _instead(place: np.ndarray, wanted: np.ndarray, count: np.ndarray) -> np.ndarray:
    clinic = place >= len(ORGANISATIONS) - len(CLINICS)
    surgical = np.isin(wanted, [DEPARTMENT[key] for key in ("thoracic_surgery", "urology", "orthopaedics", "ent")])
    found = np.where(surgical, DEPARTMENT["general_surgery"], DEPARTMENT["internal"])
    infectious = DEPARTMENT["infectious"]
    fever = (wanted == DEPARTMENT["fever"]) & (count[place, infectious] > 0)
    return np.where(clinic, DEPARTMENT["general_practice"], np.where(fever, infectious, found))
