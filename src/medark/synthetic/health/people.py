"""What health asks of people: sex, birth and the time that the city sees them, in days, and habits"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from medark.synthetic.chance import Floats, Ints
from medark.synthetic.settings import CitySettings
from medark.synthetic.world import column

YEAR: Final = 365.25
NEVER: Final = np.inf
USUAL_BMI: Final = 23.5  # kg/m2, where hazard ratios of body mass are 1
GROWN: Final = 25.0  # age from which habits and body mass are those of the whole life


@dataclass(frozen=True, slots=True)
class People:
    """Columns of equal length; days count from 1970-01-01. `entry` and `leave` bound what the city can see."""

    number: Ints
    female: Ints  # 0 or 1
    birth: Floats
    entry: Floats
    leave: Floats
    smoker: Floats  # 0 or 1
    drinker: Floats
    bmi: Floats

    def rows(self, chosen: np.ndarray) -> People:
        """Those chosen (a mask or places)."""
        return People(*(getattr(self, name)[chosen] for name in self.__slots__))

    @property
    def entry_age(self) -> Floats:
        """Age in years when the city first sees them."""
        return (self.entry - self.birth) / YEAR


def people(person: pa.Table, settings: CitySettings) -> People:
    """The rows of table `person`, in their order."""
    start, end = day_number(settings.start), day_number(settings.end)
    birth = days(column(person, "birth"))
    bmi = column(person, "bmi").astype(np.float64)
    grown = (start - birth) / YEAR >= 18.0  # a child's body mass is on another scale
    return People(
        number=column(person, "person").astype(np.int64),
        female=(column(person, "sex") == "F").astype(np.int64),
        birth=birth,
        entry=np.fmax(np.maximum(birth, start), days(column(person, "moved_in"))),
        leave=np.fmin(end, days(column(person, "moved_out"))),
        smoker=_flag(person, "smoker"),
        drinker=_flag(person, "drinker"),
        bmi=np.where(grown & ~np.isnan(bmi), bmi, USUAL_BMI),
    )


def day_number(day: object) -> float:
    """A date as days since 1970-01-01."""
    return float(np.datetime64(day, "D").astype(np.int64))  # type: ignore[call-overload]


def days(dates: np.ndarray) -> Floats:
    """Dates or times as days since 1970-01-01; NaN where missing."""
    found = np.asarray(dates, "datetime64[s]")
    numbers: Floats = np.where(np.isnat(found), np.nan, found.astype(np.int64) / 86_400.0)
    return numbers


def dates(numbers: Floats) -> np.ndarray:
    """Days since 1970-01-01 as dates; NaT where not finite."""
    there = np.isfinite(numbers)
    found = np.floor(np.where(there, numbers, 0.0)).astype("datetime64[D]")
    found[~there] = np.datetime64("NaT")
    return found


def _flag(person: pa.Table, name: str) -> Floats:
    found: Floats = person[name].fill_null(False).to_numpy().astype(np.float64)
    return found
