"""Small worlds drawn by a seed: people with rows that tie, touch, lack values and fall on the edges of windows"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

Column = list[Any]
Tables = dict[str, dict[str, Column]]

FIRST = dt.date(2024, 2, 26)  # days run over the end of a leap February, and from year to year
DAYS = [FIRST + dt.timedelta(days=n) for n in (0, 1, 2, 3, 4, 5, 9, 33, 366, -57, -60, -366)]
CLOCKS = [dt.time(), dt.time(8), dt.time(8, 0, 0, 500000), dt.time(23, 59, 59, 999999)]
CONCEPTS = [1, 1, 2, 3, 0, None]
NUMBERS = [None, -2.5, -1.0, 0.0, 0.25, 0.5, 1.0, 3.0, 3.0, 1000.0]
UNITS = [8753, 8840, 8753, 9529, 0, None]
TEXTS = [None, "", "I21.4", "i21", "I2", "心梗", "100%", "a_b", "a.b.c"]


def world(seed: int, people: int = 20) -> Tables:
    """Tables of `people` people, some without any rows. The same seed gives the same world."""
    chance = random.Random(seed)
    ids = list(range(1, people + 1))
    tables = {name: make(chance, ids) for name, make in _TABLES.items()}
    return {name: columns for name, columns in tables.items() if next(iter(columns.values()))}


def _persons(chance: random.Random, ids: list[int]) -> dict[str, Column]:
    return {
        "person_id": ids,
        "gender_concept_id": [chance.choice([8507, 8532, 0]) for _ in ids],
        "year_of_birth": [chance.choice([1924, 1960, 1996, 2023]) for _ in ids],
        "month_of_birth": [chance.choice([None, 2, 3, 12]) for _ in ids],
        "day_of_birth": [chance.choice([None, 1, 28, 29, 31]) for _ in ids],
        "birth_datetime": [chance.choice([None, None, dt.datetime(1996, 2, 29, 4)]) for _ in ids],
        "race_concept_id": [0 for _ in ids],
    }


def _events(stem: str, key: str, *, ends: bool = False, columns: dict[str, list[Any]] | None = None, most: int = 5):
    """A maker of a table whose columns are named after `stem`."""
    first = f"{stem}_start_date" if ends else f"{stem}_date"

    def make(chance: random.Random, ids: list[int]) -> dict[str, Column]:
        rows = [person for person in ids for _ in range(chance.randint(0, most))]
        starts = [chance.choice(DAYS) for _ in rows]
        made: dict[str, Column] = {
            key: chance.sample(range(1, 10 * len(rows) + 10), len(rows)),
            "person_id": rows,
            first: starts,
            first + "time": [_time(chance, day) for day in starts],
        }
        if ends:
            lasts = [
                chance.choice([None, day, day + dt.timedelta(days=chance.choice([-1, 1, 4, 30]))]) for day in starts
            ]
            made[f"{stem}_end_date"] = lasts
            made[f"{stem}_end_datetime"] = [
                chance.choice([None, day and dt.datetime.combine(day, chance.choice(CLOCKS))]) for day in lasts
            ]
        for name, options in (columns or {}).items():
            made[name] = [chance.choice(options) for _ in rows]
        return made

    return make


def _time(chance: random.Random, day: dt.date) -> dt.datetime | None:
    """The time of a row: missing, on its day or, as records have it, on the day before."""
    time = dt.datetime.combine(day, chance.choice(CLOCKS))
    return chance.choice([None, None, None, time, time, time, time - dt.timedelta(1)])


_VISITS: list[Any] = [None, 1, 2, 3, 4, 5]
_TABLES: dict[str, Callable[[random.Random, list[int]], dict[str, Column]]] = {
    "person": _persons,
    "visit_occurrence": _events(
        "visit", "visit_occurrence_id", ends=True, most=4,
        columns={"visit_concept_id": [9201, 9202], "visit_source_value": TEXTS},
    ),
    "condition_occurrence": _events(
        "condition", "condition_occurrence_id", ends=True,
        columns={"condition_concept_id": CONCEPTS, "condition_source_concept_id": CONCEPTS,
                 "condition_source_value": TEXTS, "visit_occurrence_id": _VISITS},
    ),
    "drug_exposure": _events(
        "drug_exposure", "drug_exposure_id", ends=True,
        columns={"drug_concept_id": CONCEPTS, "days_supply": [None, 0, 1, 3, 30], "quantity": NUMBERS,
                 "visit_occurrence_id": _VISITS},
    ),
    "measurement": _events(
        "measurement", "measurement_id", most=8,
        columns={"measurement_concept_id": CONCEPTS, "value_as_number": NUMBERS, "unit_concept_id": UNITS,
                 "range_high": NUMBERS, "visit_occurrence_id": _VISITS},
    ),
    "death": _events("death", "cause_source_concept_id", most=1, columns={"cause_concept_id": CONCEPTS}),
}  # fmt: skip
