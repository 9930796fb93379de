"""The people of a part as arrays: when they are here, where they go, what they have since when"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from medark.synthetic.care.concepts import DISEASES, ORGANISATIONS
from medark.synthetic.care.rows import DAY, seconds
from medark.synthetic.health.known import known
from medark.synthetic.world import World, column, indexes

if TYPE_CHECKING:
    from medark.synthetic.city import City

NEVER = np.iinfo(np.int64).max
NOT_YET = np.iinfo(np.int32).max  # day of an onset that never comes
INSURANCES = ("employee", "resident", "none")


@dataclass(frozen=True, slots=True, eq=False)
class Lives:
    """One row a person. Times in seconds, days since 1970; places and diseases are indexes of `concepts`."""

    person: np.ndarray
    birth: np.ndarray  # day
    female: np.ndarray
    begins: np.ndarray  # of being here and on record
    ends: np.ndarray
    clinic: np.ndarray
    hospital: np.ndarray
    insurance: np.ndarray
    household: np.ndarray
    height_cm: np.ndarray
    onset: np.ndarray  # day by person and disease: of long-term disease that their doctors know of
    dies: np.ndarray  # time, NEVER if not in the city's time
    cause: np.ndarray
    dies_in_hospital: np.ndarray

    def rows_of(self, person: np.ndarray) -> np.ndarray:
        """The rows of these people."""
        return np.searchsorted(self.person, person)

    def age(self, row: np.ndarray, time: np.ndarray) -> np.ndarray:
        """Years at a time."""
        return np.asarray((time // DAY - self.birth[row]) / 365.25)


def lives(city: City, world: World) -> Lives:
    """The people that a world holds."""
    people = world["person"].sort_by("person")
    birth = seconds(column(people, "birth"))
    person = column(people, "person")
    dies, cause, in_hospital = _deaths(world["death"], person)
    begin, end = (int(seconds(np.datetime64(day))) for day in (city.settings.start, city.settings.end))
    moved_in, moved_out = (seconds(column(people, name)) for name in ("moved_in", "moved_out"))
    gone = np.where(moved_out < 0, NEVER, moved_out)
    missing = np.iinfo(np.int64).min
    return Lives(
        person=person, birth=birth // DAY, female=indexes(people, "sex", ("M", "F")) == 1,
        begins=np.maximum(np.maximum(begin, birth), np.where(moved_in == missing, begin, moved_in)),
        ends=np.minimum(np.minimum(end, np.where(moved_out == missing, NEVER, gone)), dies),
        clinic=indexes(people, "clinic", ORGANISATIONS), hospital=_hospital(city, people),
        insurance=indexes(people, "insurance", INSURANCES), household=column(people, "household"),
        height_cm=np.nan_to_num(column(people, "height_cm").astype(float), nan=160.0),
        onset=_onsets(city.settings.seed, world["onset"], person), dies=dies, cause=cause, dies_in_hospital=in_hospital,
    )  # fmt: skip


def _truth(people: pa.Table, name: str) -> np.ndarray:
    return np.asarray(people[name].fill_null(False).to_numpy(zero_copy_only=False), bool)


def _hospital(city: City, people: pa.Table) -> np.ndarray:
    """Where they usually go; those whose hospital the city has not go to its first."""
    first = ORGANISATIONS.index(city.settings.hospitals[0])
    found = indexes(people, "hospital", ORGANISATIONS)
    there = np.isin(found, [ORGANISATIONS.index(key) for key in city.settings.hospitals])
    return np.where(there, found, first)


def _onsets(seed: int, onset: pa.Table, person: np.ndarray) -> np.ndarray:
    days = np.full((len(person), len(DISEASES)), NOT_YET, np.int32)
    disease = indexes(onset, "disease", DISEASES)
    row = np.searchsorted(person, column(onset, "person"))
    here = disease >= 0
    np.minimum.at(days, (row[here], disease[here]), (seconds(column(onset, "day")) // DAY)[here].astype(np.int32))
    for place, key in enumerate(DISEASES):
        days[~known(seed, key, person), place] = NOT_YET
    return days


def _deaths(death: pa.Table, person: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    row = np.searchsorted(person, column(death, "person"))
    dies, cause, where = np.full(len(person), NEVER), np.full(len(person), -1), np.zeros(len(person), bool)
    dies[row] = seconds(column(death, "time"))
    cause[row] = indexes(death, "cause", DISEASES)
    where[row] = _truth(death, "in_hospital")
    return dies, cause, where
