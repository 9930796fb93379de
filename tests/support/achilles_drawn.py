"""Tables of a lake full of mistakes, drawn by chance"""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pyarrow as pa

from medark.model.arrow import arrow_schema
from medark.model.omop import VOCABULARY_TABLES, lake_columns, tables
from medark.model.table import Column, Type

Tables = dict[str, list[dict[str, Any]]]
NAMES = [name for name in tables() if name not in VOCABULARY_TABLES]


def drawn(seed: int, most: int = 80) -> dict[str, pa.Table]:
    """Tables full of mistakes: unknown people, visits and providers, ends before starts, periods that overlap."""
    chance = random.Random(seed)
    held: Tables = {name: [] for name in NAMES}
    for table in NAMES:
        for place in range(1, chance.randint(6, most)):
            row = {column.name: _cell(chance, table, column, place) for column in lake_columns(table)}
            held[table].append(row)
    held["cdm_source"] = held["cdm_source"][:1]
    return {name: pa.Table.from_pylist(rows, arrow_schema(lake_columns(name))) for name, rows in held.items()}


def _cell(chance: random.Random, table: str, column: Column, place: int) -> Any:
    name, kind = column.name, column.type
    if name == f"{table}_id":
        return place
    if name in ("person_id", "medark_person_id"):
        return chance.choice([*range(1, 12), 999])
    if "concept_id" in name:
        return chance.choice([0, 8507, 8532, 3006315, *([] if column.required else [None])])
    if name == "year_of_birth":
        return chance.choice([1931, 1960, 1999, 2018])
    if name == "cost_domain_id":
        return chance.choice(["Drug", "Procedure", "Visit"])
    if kind in (Type.DATE, Type.DATETIME):
        day = dt.date(2019, 11, 1) + dt.timedelta(days=chance.randint(0, 900))
        moment = dt.datetime(day.year, day.month, day.day, 9) if kind is Type.DATETIME else day
        return moment if column.required or chance.random() < 0.8 else None
    if kind is Type.TEXT:
        return chance.choice(["Sichuan", "61004", "a", *([] if column.required else [None])])
    if name.endswith("_id"):
        return chance.choice([*range(1, 15), 777, None])
    number = chance.choice([None, 0, 1, 2.5, 7, 400])
    return number if kind is Type.FLOAT or number is None else int(number)
