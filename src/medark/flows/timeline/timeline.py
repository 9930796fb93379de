"""One person's record as a timeline: one read through the gate, then arrays"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from medark.errors import NotFoundError
from medark.flows.gate import About, person
from medark.flows.gate.origins import organisations_of
from medark.flows.hooks.hooks import UNKNOWN
from medark.flows.timeline.axis import axis
from medark.flows.timeline.courses import COURSES, courses
from medark.flows.timeline.courses import spans_of as spans_of_course
from medark.flows.timeline.events import EVENTS, events
from medark.flows.timeline.events import spans_of as spans_of_event
from medark.flows.timeline.names import Names, names
from medark.flows.timeline.nouns import KINDS, Course, Event, Marked, Person, Series, Timeline
from medark.flows.timeline.opened import opened
from medark.flows.timeline.rows import Longs, Rows, moment, ms_of
from medark.flows.timeline.series import all_series
from medark.flows.workspace import Workspace
from medark.model.access import Reader

ACTION: Final = "timeline"
MOST: Final = 40  # events of a kind on one page


class UnseenError(NotFoundError):
    """Nothing is known of a person, or nothing that the reader may see: which of the two is told to nobody.

    `may_break_glass`: the reader could open it in an emergency, if there is such a person.
    """

    def __init__(self, *, may_break_glass: bool) -> None:
        super().__init__(UNKNOWN, fix="/console/people")
        self.may_break_glass = may_break_glass


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at. `since`: a day, None for all years; `skip`: events that earlier pages had; `now`: local."""

    person_id: int = field(repr=False)
    now: dt.datetime
    language: str = "en"
    kinds: Collection[str] = tuple(KINDS)
    since: dt.date | None = None
    marked: Marked = field(default_factory=dict, repr=False)
    skip: int = 0
    most: int = MOST


def local_now(workspace: Workspace, at_s: float) -> dt.datetime:
    """A moment (seconds since 1970, UTC) in the workspace's zone, without one."""
    return dt.datetime.fromtimestamp(at_s, ZoneInfo(workspace.settings.time_zone)).replace(tzinfo=None)


def timeline(workspace: Workspace, reader: Reader, asked: Asked) -> Timeline:
    """The record. AccessError with the reason where no grant opens anything of it; UnseenError."""
    granted = opened(workspace, reader, asked.kinds)
    record = person(workspace, reader, asked.person_id, granted.reads, About(ACTION))
    if not record:
        raise UnseenError(may_break_glass=granted.may_break_glass)
    return _Made(workspace, asked, record).timeline(granted.hidden)


class _Made:
    """The parts of one timeline."""

    def __init__(self, workspace: Workspace, asked: Asked, record: Mapping[str, pa.Table]) -> None:
        self._workspace, self._asked = workspace, asked
        self._names: Names = names(workspace)
        self._rows = {kind: Rows(record[table]) for kind, (table, *_) in KINDS.items() if table in record}
        self._person, self._death = record.get("person"), record.get("death")
        self._since_ms = None if asked.since is None else ms_of(asked.since)
        self._found = 0
        self._counts: dict[str, int] = {}

    def timeline(self, hidden: tuple[object, ...]) -> Timeline:
        """All of it."""
        spans = dict(self._spans())
        series = self._series()
        made_courses = {kind: self._courses(kind) for kind in COURSES if kind in self._rows}
        made_events = {kind: self._events(kind) for kind in EVENTS if kind in self._rows}
        wanted = sum(map(len, self._asked.marked.values()))
        ends = [int(start.max()) for start, _ in spans.values()]
        return Timeline(
            person=self._who(),
            series=series,
            courses=made_courses,
            events=made_events,
            counts=self._counts,
            rows={kind: len(rows) for kind, rows in self._rows.items()},
            axis=axis(spans, self._since_ms, ms_of(self._asked.now)),
            first=moment(min(int(start.min()) for start, _ in spans.values())) if spans else None,
            last=moment(max(ends)) if ends else None,
            hidden=hidden,  # type: ignore[arg-type]
            unseen=wanted - self._found,
        )

    def _spans(self) -> Iterable[tuple[str, tuple[Longs, Longs]]]:
        for kind, rows in self._rows.items():
            if kind in EVENTS:
                yield kind, spans_of_event(rows, EVENTS[kind])
            elif kind in COURSES:
                yield kind, spans_of_course(rows, COURSES[kind])
            else:
                at = rows.moments("measurement_datetime", "measurement_date")
                yield kind, (at, at)

    def _series(self) -> tuple[Series, ...]:
        asked, rows = self._asked, self._rows.get("results")
        if rows is None:
            return ()
        made, found = all_series(rows, asked.marked, self._since_ms, self._names, asked.language)
        self._counts["results"], self._found = len(made), self._found + found
        return made

    def _courses(self, kind: str) -> tuple[Course, ...]:
        asked = self._asked
        made, found = courses(
            self._rows[kind], COURSES[kind], asked.marked, self._since_ms, self._names, asked.language
        )
        self._counts[kind], self._found = len(made), self._found + found
        return made

    def _events(self, kind: str) -> tuple[Event, ...]:
        asked = self._asked
        page = events(
            self._rows[kind], EVENTS[kind], asked.marked, self._since_ms, self._names, asked.language,
            self._organisations, asked.skip, asked.most,
        )  # fmt: skip
        self._counts[kind], self._found = page.count, self._found + page.marked
        return page.events

    def _organisations(self, record_nos: Iterable[int]) -> Mapping[int, str]:
        return organisations_of(self._workspace, record_nos)

    def _who(self) -> Person:
        asked = self._asked
        told = Rows(self._person).of(np.array([0]), "year_of_birth", "month_of_birth", "day_of_birth",
                                     "gender_concept_id") if self._person is not None else [{}]  # fmt: skip
        born = told[0].get("year_of_birth")
        sex = told[0].get("gender_concept_id") or 0
        died = Rows(self._death).of(np.array([0]), "death_date")[0]["death_date"] if self._death is not None else None
        return Person(
            asked.person_id, born, _age(told[0], died or asked.now.date()), self._names.of([sex])[sex].in_(asked.language),
            died, tuple(sorted(self._of_organisations())),
        )  # fmt: skip

    def _of_organisations(self) -> set[str]:
        numbers = [self._rows["encounters"].longs("medark_record_no")] if "encounters" in self._rows else []
        if self._person is not None:
            numbers.append(Rows(self._person).longs("medark_record_no"))
        there = np.unique(np.concatenate(numbers)).tolist() if numbers else []
        return set(self._organisations(there).values())


def _age(told: Mapping[str, int | None], today: dt.date) -> int | None:
    """Whole years; without a day of birth those of the year alone."""
    born = told.get("year_of_birth")
    if not born:
        return None
    before = (told.get("month_of_birth") or 1, told.get("day_of_birth") or 1) > (today.month, today.day)
    return max(0, today.year - born - before)
