"""What a FHIR resource is made of: the OMOP table and columns, and by what it can be searched"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from medark.flows.fhir import Concept, Condition

Row = Mapping[str, Any]
Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Making:
    """What rows are turned into resources with."""

    names: Mapping[int, Concept]
    zone: ZoneInfo
    arrived: Mapping[int, dt.datetime]
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Token:
    """A code: in a column of concepts (standard or of the source) or in the words of the source."""

    concepts: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fixed:
    """A code that is worked out: each with the rows that have it. `system`: what it is written with."""

    values: Mapping[str, Callable[[Sets], Condition]]
    system: str = ""


@dataclass(frozen=True, slots=True)
class Date:
    """When it was: a column of days and one of moments, and those of its end."""

    starts: tuple[str, str]
    ends: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class BirthDate:
    """When somebody was born: columns of year, month and day."""

    columns: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference to a resource of another type, by a column of keys."""

    column: str
    to: str


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number of the source's own, in a column that few may see."""

    column: str


@dataclass(frozen=True, slots=True)
class PersonIdentifier:
    """A number that a source knows a person by; asked of the crosswalk by who may see such numbers."""

    column: str = "person_source_value"


Parameter = Token | Fixed | Date | BirthDate | Reference | Identifier | PersonIdentifier


@dataclass(frozen=True, slots=True)
class Sets:
    """Sets of concepts that some resources are told apart by, as the vocabulary has them."""

    of_vocabulary: Callable[[str, str], frozenset[int]]
    with_codes: Callable[[str, tuple[str, ...]], frozenset[int]]


@dataclass(frozen=True)
class Part:
    """One table that resources of a type are made of.

    `prefix`: what their ids begin with; `only`: which rows of it; `make` turns a row into a resource, or rows of one
    person into several (`grouped`).
    """

    table: str
    key: str
    columns: tuple[str, ...]
    make: Callable[[Row, Making], Resource]
    parameters: Mapping[str, Parameter]
    day: str = ""
    prefix: str = ""
    must: tuple[str, ...] = ()
    only: Callable[[Sets], Condition] | None = None
    group: Callable[[list[Row], Making], list[Resource]] | None = None

    @cached_property
    def concept_columns(self) -> tuple[str, ...]:
        """Its columns that hold concepts."""
        return tuple(column for column in self.columns if column.endswith("concept_id"))


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of resource, of one table or two. `person`: the name of the parameter that says whose it is."""

    type: str
    parts: tuple[Part, ...]
    person: str = "patient"
    includes: Mapping[str, str] = field(default_factory=dict)  # parameter → the type that it leads to

    def parameters(self) -> dict[str, Parameter]:
        """All that it can be searched by."""
        return {name: found for part in self.parts for name, found in part.parameters.items()}
