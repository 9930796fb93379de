"""What values rest on: each patient's sex, age, size, diseases with their days, and treatments"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa

from medark.synthetic.chance import Floats, Ints
from medark.synthetic.facts.read import rows
from medark.synthetic.health.people import NEVER, days
from medark.synthetic.health.risks import chronic
from medark.synthetic.settings import CitySettings
from medark.synthetic.world import World, column, indexes


@dataclass(frozen=True, slots=True)
class Patients:
    """People of a part in order of their numbers; days count from 1970-01-01, NEVER where nothing comes."""

    seed: int
    number: Ints
    female: Ints
    birth: Floats
    weight_kg: Floats
    onset: Floats  # people × chronic()
    start: Floats  # people × acting()
    end: Floats

    def places(self, person: Ints) -> Ints:
        """Where these numbers stand."""
        found = np.searchsorted(self.number, person)
        if not np.array_equal(self.number[np.minimum(found, len(self.number) - 1)], person):
            raise KeyError("a person who is not of this part")
        return found


@cache
def acting() -> tuple[str, ...]:
    """Drugs that move a value, by effects.csv."""
    return tuple(sorted({row["cause"] for row in rows("effects") if row["measure"] in ("factor", "shift")}))


def patients(settings: CitySettings, world: World) -> Patients:
    """The people of a part with what health.live gave them. Cheap to make; make it once a stage."""
    person = world["person"].sort_by("person")
    number = column(person, "person").astype(np.int64)
    onset = np.full((len(number), len(chronic())), NEVER)
    began, word = world["onset"], indexes(world["onset"], "disease", chronic())
    onset[np.searchsorted(number, column(began, "person")), word] = days(column(began, "day"))
    start, end = _treated(number, world["exposure"])
    return Patients(
        seed=settings.seed,
        number=number,
        female=(column(person, "sex") == "F").astype(np.int64),
        birth=days(column(person, "birth")),
        weight_kg=_weights(person),
        onset=onset,
        start=start,
        end=end,
    )


def _treated(number: Ints, exposure: pa.Table) -> tuple[Floats, Floats]:
    start, end = np.full((2, len(number), len(acting())), NEVER)
    word = indexes(exposure, "kind", acting())
    bears = word >= 0
    place = np.searchsorted(number, column(exposure, "person")[bears])
    start[place, word[bears]] = days(column(exposure, "start"))[bears]
    ends = days(column(exposure, "end"))[bears]
    end[place, word[bears]] = np.where(np.isnan(ends), NEVER, ends)
    return start, end


def _weights(person: pa.Table) -> Floats:
    metres = column(person, "height_cm").astype(np.float64) / 100.0
    found = column(person, "bmi").astype(np.float64) * metres**2
    return np.where(np.isnan(found), 60.0, found)
