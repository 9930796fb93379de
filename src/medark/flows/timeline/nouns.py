"""What a timeline is made of: a person, results in series, what lasts, what happened once, and what is not shown

Moments are datetimes in the workspace's zone, without one, as the lake has them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

# The kinds of what a record holds, each with the tables that it is read from, in the order in which they are shown.
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "encounters": ("visit_occurrence",),
    "results": ("measurement",),
    "diagnoses": ("condition_occurrence",),
    "medicines": ("drug_exposure",),
    "procedures": ("procedure_occurrence",),
    "imaging": ("image_occurrence",),
    "notes": ("note",),
    "devices": ("device_exposure",),
    "observations": ("observation",),
}
Marked = Mapping[str, frozenset[int]]  # table -> keys of rows that are to be pointed at


@dataclass(frozen=True, slots=True)
class Person:
    """Who it is about, as far as the reader may know."""

    person_id: int = field(repr=False)
    born: int | None = field(repr=False)
    age: int | None = field(repr=False)
    sex: str
    died: dt.date | None = field(default=None, repr=False)
    organisations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """One result of a series: a number in the series' unit, or what the laboratory wrote."""

    key: int
    at: dt.datetime
    value: float | None = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Series:
    """One test over time. `at` (ms, local) and `values`: its newest results in `unit`, oldest first.

    `flag`: "", high, low or abnormal, of the last; `beyond`: how far it is outside its range, in widths of the range.
    `trend`: what the last did against the one before: up, down, same, or "" where there is none.
    """

    concept_id: int
    name: str
    code: str
    panel: str
    unit: str
    count: int
    last_at: dt.datetime
    value: float | None = field(repr=False)
    text: str = field(repr=False)  # of a last result that is no number
    low: float | None
    high: float | None
    flag: str = field(repr=False)
    beyond: float = field(repr=False)
    trend: str = field(repr=False)
    at: Sequence[int] = field(repr=False)
    values: Sequence[float] = field(repr=False)
    marked: tuple[Result, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Course:
    """What is had or taken again and again: all rows of one concept. `spans`: start and end of each (ms, local)."""

    table: str
    concept_id: int
    name: str
    code: str
    count: int
    first: dt.datetime
    last: dt.datetime  # when the last one began
    until: dt.datetime | None  # when it ended; None if nothing says so
    detail: str = field(default="", repr=False)
    spans: Sequence[tuple[int, int]] = field(default=(), repr=False)
    marked: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """One row: an encounter, a procedure, a study, a note. `text`: what a note says, where the reader may read it."""

    table: str
    key: int
    at: dt.datetime
    name: str
    until: dt.datetime | None = None
    detail: str = field(default="", repr=False)
    organisation: str = ""
    concept_id: int = 0
    count: int = 1  # of rows that it is: the series of a study
    text: str | None = field(default=None, repr=False)
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Allergy:
    """What somebody must not get. `kind`: medication, food, environment or ""; `severity`: severe, moderate, mild or
    ""; `since`: when it was first noted; `count`: in how many rows.
    """

    name: str = field(repr=False)
    kind: str
    severity: str
    since: dt.date | None
    count: int


@dataclass(frozen=True, slots=True)
class Hidden:
    """Something that the reader's grants do not open: `kind` of what ("" for all), and why, in a fixed phrase."""

    kind: str
    why: str


class Bar(NamedTuple):
    """A stretch of an axis that is a thousand wide, and how many rows are in it."""

    start: int
    width: int
    rows: int


@dataclass(frozen=True, slots=True)
class Axis:
    """The time that is looked at, and what there is in it of each kind."""

    first: dt.datetime
    last: dt.datetime
    lanes: Mapping[str, tuple[Bar, ...]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Timeline:
    """One person's record as a reader sees it.

    `counts`: of each kind, how many series, courses or events there are, on this page and others; `rows`: how many
    rows of it there are at all. `hidden`: what is not shown because of the reader's grants; `unseen`: how many of the
    rows that were to be marked are not among what is shown. `first`, `last`: of the record, whatever is looked at.
    `allergies`: None where the reader does not see whether there are any.
    """

    person: Person
    series: tuple[Series, ...] = field(repr=False)
    attention: tuple[Series, ...] = field(repr=False)  # last results outside their range, the furthest first
    courses: Mapping[str, tuple[Course, ...]] = field(repr=False)
    events: Mapping[str, tuple[Event, ...]] = field(repr=False)
    counts: Mapping[str, int]
    rows: Mapping[str, int]
    axis: Axis | None
    first: dt.datetime | None
    last: dt.datetime | None
    hidden: tuple[Hidden, ...] = ()
    unseen: int = 0
    allergies: tuple[Allergy, ...] | None = field(default=None, repr=False)
