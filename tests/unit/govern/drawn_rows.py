"""Rows of a small lake drawn at random: codes and concepts of protected conditions among others, children, NULLs"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from random import Random
from typing import Any

import pyarrow as pa

from medark.model.arrow import arrow_schema
from medark.model.omop import lake_columns, person_column
from medark.model.table import Column, Type

TODAY = dt.date(2026, 11, 26)
PEOPLE = range(1, 13)
RECORDS = range(1, 9)
CONCEPTS = (0, 10, 11, 12, 13, 14)
CODES = ("B20", "b20.1", "A15.0", "F71", "F32", " Z21", "I10", "O98.7", "O98.6", "", "E11.9", "体检", "Z61.5", "Z616")
WORDS = ("抗HIV", "阿立哌唑片 5mg", "HBsAg", "精神科门诊", "Psychiatry", "Isoniazid 100 MG", "archive", "内科")
LOCATIONS = (1, 2, 3, 4)
Row = dict[str, Any]


def lake(chance: Random, tables: Mapping[str, int]) -> dict[str, list[Row]]:
    """So many rows of each table."""
    return {table: [_row(chance, table, number) for number in range(count)] for table, count in tables.items()}


def arrow(table: str, rows: list[Row]) -> pa.Table:
    """Rows as the lake has them."""
    return pa.Table.from_pylist(rows, arrow_schema(lake_columns(table)))


def _row(chance: Random, table: str, number: int) -> Row:
    row = {column.name: _cell(chance, column) for column in lake_columns(table)}
    person = person_column(table)
    if person is not None:
        row[person] = number + 1 if table in ("person", "death") else chance.choice(PEOPLE)
    if "medark_record_no" in row:
        row["medark_record_no"] = chance.choice((None, *RECORDS))
    if table == "person":
        row |= {
            "year_of_birth": chance.choice((1950, 2011, 2012, 2013, 2020)),
            "location_id": chance.choice((None, *LOCATIONS)),
        }
        row |= {"month_of_birth": chance.choice((None, 3, 11, 12)), "day_of_birth": chance.choice((None, 1, 26, 27))}
    if table in ("location", "care_site", "provider"):
        row[f"{table}_id"] = number + 1
    for place in ("care_site_id", "provider_id"):
        if place in row and table not in ("care_site", "provider"):
            row[place] = chance.choice((None, 1, 2, 3, 4))
    return row


def _cell(chance: Random, column: Column) -> Any:
    if not column.required and chance.random() < 0.2:
        return None
    if column.name.endswith("concept_id"):
        return chance.choice(CONCEPTS)
    match column.type:
        case Type.INTEGER | Type.BIGINT:
            return chance.randrange(1, 3000)
        case Type.FLOAT:
            return chance.randrange(100) / 4
        case Type.DATE:
            return TODAY - dt.timedelta(days=chance.randrange(900))
        case Type.DATETIME:
            return dt.datetime(2026, 1, 1) - dt.timedelta(minutes=chance.randrange(900_000))
    return chance.choice((*CODES, *WORDS))
