"""What a field of a source becomes in the lake: through the staging tables, which every format is turned into"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final

from medark.catalog.meanings import Meaning

EVENT: Final = "event"
_ALIKE: Final = {"fhir-ndjson": "fhir"}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of what a source sends: its own name, and the columns of the lake ("table.column") that it is in.

    `table` is the source's own; of messages and documents their format. `why`: why nothing is made of it.
    """

    table: str
    name: str
    becomes: tuple[str, ...]
    meaning: Meaning = field(default_factory=Meaning)
    why: str = ""


def columns_of(staging: str, column: str, kind: str = "") -> tuple[str, ...]:
    """The lake's columns that a staging column is in. `kind`: of an event, "" where the code's domain decides.

    >>> columns_of("event", "unit", "measurement")
    ('measurement.unit_concept_id', 'measurement.unit_source_value')
    """
    if staging != EVENT:
        return _became().get((staging, column), ())
    if kind:
        return _became().get((f"{EVENT}:{kind}", column), ())
    kinds = (of for of, name in _became() if name == column and of.startswith(f"{EVENT}:"))
    return tuple(told for of in kinds for told in _became()[of, column])


@cache
def fields_of_format(format_: str) -> tuple[Field, ...]:
    """The fields of a kind of message or document that its reader knows; of tables none: their maps say it."""
    name = _ALIKE.get(format_, format_)
    return tuple(
        Field(
            format_,
            row["field"] or format_,
            tuple(told for one in row["columns"].split() for told in _became()[row["staging"], one]),
            Meaning(row["en"], row["zh"]),
        )
        for row in _rows("fields.csv")
        if row["format"] == name
    )


@cache
def _became() -> Mapping[tuple[str, str], tuple[str, ...]]:
    return {(row["staging"], row["column"]): tuple(row["becomes"].split()) for row in _rows("became.csv")}


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())
