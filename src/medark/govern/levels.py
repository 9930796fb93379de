"""How sensitive each column is: its class and level in the sense of GB/T 39725-2020, and why"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from medark.model.omop import lake_columns, tables

ANY: Final = "*"
Place = tuple[str, str]  # table, column


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """`kind` is a class (C1 personal attributes … C6 public health), `level` 1 (public) to 5, `reason` why.

    Source: GB/T 39725-2020, 6.1 (classes) and 6.2 (levels); which column is which is ours.
    """

    kind: str
    level: int
    reason: str


def sensitivity(table: str, column: str, overrides: Mapping[Place, Sensitivity] | None = None) -> Sensitivity:
    """Of one column: what a named person decided, else the first rule that fits. Columns of no table of ours, too.

    >>> sensitivity("person", "birth_datetime").level, sensitivity("concept", "concept_name").level
    (4, 1)
    >>> sensitivity("registry.stage", "patient_name").level
    4
    """
    decided = (overrides or {}).get((table, column))
    return decided or _of_lake().get((table, column)) or _of_extension(column)


def sensitivities(overrides: Mapping[Place, Sensitivity] | None = None) -> Mapping[Place, Sensitivity]:
    """Of every column of every table of the lake."""
    return MappingProxyType({place: sensitivity(*place, overrides) for place in _of_lake()})


@cache
def _of_lake() -> Mapping[Place, Sensitivity]:
    """By rule, of every column that the lake has."""
    places = [(table, column.name) for table in tables() for column in lake_columns(table)]
    return {place: next(found for pattern, found in _rules() if _fits(pattern, place)) for place in places}


def _fits(pattern: Place, place: Place) -> bool:
    return all(told in (ANY, asked) for told, asked in zip(pattern, place, strict=True))


@cache
def _rules() -> tuple[tuple[Place, Sensitivity], ...]:
    text = files(__package__).joinpath("levels.csv").read_text(encoding="utf-8")
    return tuple(
        ((row["table"], row["column"]), Sensitivity(row["class"], int(row["level"]), row["reason"]))
        for row in csv.DictReader(text.splitlines())
    )


# What a column that nobody has judged is called, where it names people.
_NAMING: Final = (
    "name", "phone", "address", "email", "identity", "id_no", "idcard", "mrn", "text", "note", "comment", "birth",
    "姓名", "电话", "住址", "地址", "证件", "身份证", "备注",
)  # fmt: skip


def _of_extension(column: str) -> Sensitivity:
    """Of a column that an application or a map added: careful until a named person decides otherwise."""
    lowered = column.lower()
    if any(word in lowered for word in _NAMING):
        return Sensitivity("C1", 4, "by its name it may say who somebody is; nobody has judged it yet")
    return Sensitivity("C3", 3, "about a person; nobody has judged it yet")
