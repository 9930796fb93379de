"""The made people beside the published ones: shares by age, sex, household, district and habits"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from medark.synthetic import facts, world
from medark.synthetic.chance import Floats
from medark.synthetic.settings import CitySettings

SUBJECTS = (
    "sex",
    "age",
    "district",
    "household size",
    "generations",
    "births",
    "smoker",
    "body mass index",
    "blood group",
    "nation",
)
_GROWN = 18
_SMOKERS = {"M": 0.505, "F": 0.021}  # of people of 15 and over; source in facts/habits.csv
_HEAVY = {24: 0.507, 28: 0.164}  # of people of 18 and over, at such an index or above; source in facts/bodies.csv
_YEARS_BETWEEN = 15  # generations of a household are further apart
_BIRTHS, _BIRTHS_SOURCE = 0.0085, "Seventh National Population Census 2020: 12.0 million births that year"
_BLOOD = {"A": 0.28, "B": 0.29, "O": 0.34, "AB": 0.09}  # source in facts/blood_alleles.csv

_Row = tuple[str, str, float, float, str]


def marginals(settings: CitySettings, person: pa.Table) -> pa.Table:
    """Shares of people (table `person` of one part or of all) on the city's first day, with those published.

    Columns: subject, key, published, made, difference (made less published) and source; shares are of 1.
    """
    here = world.column(person, "birth") < np.datetime64(settings.start, "D")
    there = person.filter(pa.array(here))
    age = (np.datetime64(settings.start, "D") - world.column(there, "birth")).astype(np.int64) / 365.25
    rows = [
        *_sexes(there), *_ages(there, age), *_districts(there), *_households(there), *_generations(there),
        *_births(settings, here), *_smokers(there, age),
        *_heavy(there, age), *_blood(there), *_nations(there),
    ]  # fmt: skip
    subject, key, published, made, source = zip(*rows, strict=True)
    columns = {"subject": subject, "key": key, "published": published, "made": made}
    difference = [found - wanted for found, wanted in zip(made, published, strict=True)]
    return pa.table({**columns, "difference": difference, "source": source})


def _counted(subject: str, fact: str, wanted: Floats, found: np.ndarray) -> Iterator[_Row]:
    """Shares of the places in a fact table that people have."""
    made = np.bincount(found[found >= 0], minlength=len(wanted)) / max(len(found), 1)
    for row, published, share in zip(facts.rows(fact), wanted / wanted.sum(), made, strict=True):
        yield subject, row["key"], float(published), float(share), row["source"]


def _sexes(there: pa.Table) -> Iterator[_Row]:
    wanted = np.array([facts.numbers("ages", sex).sum() for sex in ("male", "female")])
    made = np.bincount(world.indexes(there, "sex", ("M", "F")), minlength=2) / there.num_rows
    for key, published, share in zip("MF", wanted / wanted.sum(), made, strict=True):
        yield "sex", key, float(published), float(share), facts.rows("ages")[0]["source"]


def _ages(there: pa.Table, age: Floats) -> Iterator[_Row]:
    wanted = facts.numbers("ages", "male") + facts.numbers("ages", "female")
    yield from _counted("age", "ages", wanted, np.minimum(age // 5, len(wanted) - 1).astype(np.int64))


def _districts(there: pa.Table) -> Iterator[_Row]:
    found = world.indexes(there, "district", facts.keys("districts"))
    yield from _counted("district", "districts", facts.numbers("districts", "population"), found)


def _households(there: pa.Table) -> Iterator[_Row]:
    """Of households, not of people."""
    _, sizes = np.unique(world.column(there, "household"), return_counts=True)
    found = np.searchsorted(facts.numbers("household_sizes", "from_size"), sizes, side="right") - 1
    yield from _counted("household size", "household_sizes", facts.numbers("household_sizes", "share"), found)


def _generations(there: pa.Table) -> Iterator[_Row]:
    """Of households; a generation ends where nobody was born for so many years."""
    home, birth = world.column(there, "household"), world.column(there, "birth").astype(np.int64)
    order = np.lexsort((birth, home))
    same = home[order][1:] == home[order][:-1]
    breaks = same & (np.diff(birth[order]) > _YEARS_BETWEEN * 365.25)
    names, place = np.unique(home[order], return_inverse=True)
    found = np.bincount(place[1:], breaks, minlength=len(names)).astype(np.int64)
    wanted = facts.numbers("generations", "share")
    yield from _counted("generations", "generations", wanted, np.minimum(found, len(wanted) - 1))


def _births(settings: CitySettings, here: np.ndarray) -> Iterator[_Row]:
    """Born in a year for each person who was there before."""
    made = (~here).sum() / here.sum() / (settings.days / 365.25)
    yield "births", "a year", _BIRTHS, float(made), _BIRTHS_SOURCE


def _smokers(there: pa.Table, age: Floats) -> Iterator[_Row]:
    smokes, sex = world.column(there, "smoker").astype(bool), world.indexes(there, "sex", ("M", "F"))
    for place, (key, published) in enumerate(_SMOKERS.items()):
        share = float(smokes[(sex == place) & (age >= 15)].mean())
        yield "smoker", key, published, share, facts.rows("habits")[0]["source"]


def _heavy(there: pa.Table, age: Floats) -> Iterator[_Row]:
    index = world.column(there, "bmi")[age >= _GROWN]
    for least, published in _HEAVY.items():
        yield (
            "body mass index",
            f"{least}+",
            published,
            float((index >= least).mean()),
            facts.rows("bodies")[-1]["source"],
        )


def _blood(there: pa.Table) -> Iterator[_Row]:
    keys = facts.keys("blood_types")
    found = np.bincount(world.indexes(there, "blood_type", keys), minlength=len(keys)) / there.num_rows
    for key, published in _BLOOD.items():
        share = sum(float(found[place]) for place, row in enumerate(facts.rows("blood_types")) if row["abo"] == key)
        yield "blood group", key, published, share, facts.rows("blood_alleles")[0]["source"]


def _nations(there: pa.Table) -> Iterator[_Row]:
    found = world.indexes(there, "nation", facts.keys("nations"))
    yield from _counted("nation", "nations", facts.numbers("nations", "share"), found)
