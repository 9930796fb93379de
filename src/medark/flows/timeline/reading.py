"""One person's record as a timeline: one read through the gate, then arrays"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from medark.errors import NotFoundError
from medark.flows.gate import About, person
from medark.flows.gate.origins import organisations_of
from medark.flows.hooks.hooks import UNKNOWN
from medark.flows.timeline.allergies import allergies
from medark.flows.timeline.axis import axis
from medark.flows.timeline.courses import COURSES, courses
from medark.flows.timeline.courses import spans_of as spans_of_course
from medark.flows.timeline.events import EVENTS, events
from medark.flows.timeline.events import spans_of as spans_of_event
from medark.flows.timeline.names import Names, names
from medark.flows.timeline.nouns import KINDS, Allergy, Course, Event, Hidden, Marked, Person, Timeline
from medark.flows.timeline.opened import NEEDED, Opened, opened
from medark.flows.timeline.rows import NEVER, Longs, Rows, moment, ms_of
from medark.flows.timeline.series import Found, all_series
from medark.flows.timeline.window import Page, Window, window
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.access import Reader

ACTION: Final = "timeline"
DAYLESS: Final = N_("rows whose day you do not see are on no timeline")
_SERIES: Final = 4  # series on a page for each row of another kind: they are read in lines, not in blocks
_CONCEPTS: Final = frozenset(name for names in NEEDED.values() for name in names if name.endswith("_concept_id"))
Spans = Mapping[str, tuple[Longs, Longs]]


class UnseenError(NotFoundError):
    """Nothing is known of a person, or nothing that the reader may see: which of the two is told to nobody.

    `may_break_glass`: the reader could open it in an emergency, if there is such a person.
    """

    may_break_glass = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at. `since`: a day, None for all years; `page`: of each kind; `now`: local."""

    person_id: int = field(repr=False)
    now: dt.datetime
    language: str = "en"
    kinds: Collection[str] = tuple(KINDS)
    since: dt.date | None = None
    marked: Marked = field(default_factory=dict, repr=False)
    page: Page = field(default_factory=Page)


def local_now(workspace: Workspace, at_s: float) -> dt.datetime:
    """A moment (seconds since 1970, UTC) in the workspace's zone, without one."""
    return dt.datetime.fromtimestamp(at_s, ZoneInfo(workspace.settings.time_zone)).replace(tzinfo=None)


def timeline(workspace: Workspace, reader: Reader, asked: Asked) -> Timeline:
    """The record. AccessError with the reason where no grant opens anything of it; UnseenError."""
    granted = opened(workspace, reader, asked.kinds)
    record = person(workspace, reader, asked.person_id, granted.reads, About(ACTION))
    if not record:
        unseen = UnseenError(UNKNOWN, fix="look for another person")
        unseen.may_break_glass = granted.may_break_glass
        raise unseen
    return _Made(workspace, asked, record).timeline(granted)


class _Made:
    """The parts of one timeline."""

    def __init__(self, workspace: Workspace, asked: Asked, record: Mapping[str, pa.Table]) -> None:
        self._workspace, self._asked = workspace, asked
        self._names: Names = names(workspace)
        self._rows: dict[str, Rows] = {}
        self._spans: dict[str, tuple[Longs, Longs]] = {}
        self._dayless: list[Hidden] = []
        self._names.learn(concepts_of(record))
        for kind, (table, *_) in KINDS.items():
            if table in record:
                self._take(kind, Rows(record[table]))
        self._person, self._death = record.get("person"), record.get("death")
        self._observations = record.get("observation")
        self._since_ms = None if asked.since is None else ms_of(asked.since)
        self._found = 0
        self._counts: dict[str, int] = {}

    def timeline(self, granted: Opened) -> Timeline:
        """All of it."""
        asked, spans = self._asked, self._spans
        series = self._series(spans)
        made_courses = {kind: self._courses(kind, spans) for kind in COURSES if kind in spans}
        made_events = {kind: self._events(kind, spans) for kind in EVENTS if kind in spans}
        starts = [start for start, _ in spans.values()]
        return Timeline(
            person=self._who(),
            series=series.series,
            attention=series.attention,
            courses=made_courses,
            events=made_events,
            counts=self._counts,
            rows={kind: len(rows) for kind, rows in self._rows.items()},
            axis=axis(spans, self._since_ms, ms_of(asked.now)),
            first=moment(min(int(one.min()) for one in starts)) if starts else None,
            last=moment(max(int(one.max()) for one in starts)) if starts else None,
            hidden=(*granted.hidden, *self._dayless),
            unseen=sum(map(len, asked.marked.values())) - self._found,
            allergies=self._allergies() if granted.sees_allergies else None,
        )

    def _take(self, kind: str, rows: Rows) -> None:
        """The rows of a kind that say when; of others, whose day may be behind a mask, it is said that they are not
        shown.
        """
        start, end = _spans(kind, rows)
        is_dated = start != NEVER
        if not is_dated.all():
            self._dayless.append(Hidden(kind, DAYLESS))
            rows, start, end = rows.where(is_dated), start[is_dated], end[is_dated]
        if len(rows):
            self._rows[kind], self._spans[kind] = rows, (start, end)

    def _window(self, kind: str, spans: Spans, table: str, key: str) -> Window:
        marked = self._asked.marked.get(table, frozenset())
        held = window(self._rows[kind], spans[kind], key, marked, self._since_ms)
        self._found += held.marked
        return held

    def _series(self, spans: Spans) -> Found:
        if "results" not in spans:
            return Found()
        held = self._window("results", spans, "measurement", "measurement_id")
        page = replace(self._asked.page, skip=_SERIES * self._asked.page.skip, most=_SERIES * self._asked.page.most)
        made = all_series(held, self._names, self._asked.language, page)
        self._counts["results"] = made.count
        return made

    def _courses(self, kind: str, spans: Spans) -> tuple[Course, ...]:
        columns = COURSES[kind]
        held = self._window(kind, spans, columns.table, columns.key)
        made, self._counts[kind] = courses(held, columns, self._names, self._asked.language, self._asked.page)
        return made

    def _events(self, kind: str, spans: Spans) -> tuple[Event, ...]:
        columns = EVENTS[kind]
        held = self._window(kind, spans, columns.table, columns.key)
        made, self._counts[kind] = events(
            held, columns, self._names, self._asked.language, self._organisations, self._asked.page
        )
        return made

    def _organisations(self, record_nos: Iterable[int]) -> Mapping[int, str]:
        return organisations_of(self._workspace, record_nos)

    def _allergies(self) -> tuple[Allergy, ...]:
        there = self._observations
        return () if there is None else allergies(self._workspace, there, self._names, self._asked.language)

    def _who(self) -> Person:
        asked = self._asked
        told = Rows(self._person).of(np.array([0]), "year_of_birth", "month_of_birth", "day_of_birth",
                                     "gender_concept_id") if self._person is not None else [{}]  # fmt: skip
        born = told[0].get("year_of_birth")
        sex = told[0].get("gender_concept_id") or 0
        died = Rows(self._death).of(np.array([0]), "death_date")[0]["death_date"] if self._death is not None else None
        return Person(
            asked.person_id, born, age(told[0], died or asked.now.date()),
            self._names.of([sex])[sex].in_(asked.language), died, tuple(sorted(self._of_organisations())),
        )  # fmt: skip

    def _of_organisations(self) -> set[str]:
        numbers = [self._rows["encounters"].longs("medark_record_no")] if "encounters" in self._rows else []
        if self._person is not None:
            numbers.append(Rows(self._person).longs("medark_record_no"))
        there = np.unique(np.concatenate(numbers)).tolist() if numbers else []
        return set(self._organisations(there).values())


def _spans(kind: str, rows: Rows) -> tuple[Longs, Longs]:
    if kind in EVENTS:
        return spans_of_event(rows, EVENTS[kind])
    if kind in COURSES:
        return spans_of_course(rows, COURSES[kind])
    at = rows.moments("measurement_datetime", "measurement_date")
    return at, at


def concepts_of(record: Mapping[str, pa.Table]) -> set[int]:
    """Every concept that a record names."""
    columns = (table.column(name) for table in record.values() for name in table.column_names if name in _CONCEPTS)
    return {one for column in columns for one in column.unique().to_pylist() if one}


def age(told: Mapping[str, int | None], today: dt.date) -> int | None:
    """Whole years, by the columns of `person`; without a day of birth those of the year alone."""
    born = told.get("year_of_birth")
    if not born:
        return None
    before = (told.get("month_of_birth") or 1, told.get("day_of_birth") or 1) > (today.month, today.day)
    return max(0, today.year - born - before)
