"""Measurements as series: one for each test, in one unit, with what its last result says"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from medark.flows.timeline.names import UNKNOWN, Named, Names
from medark.flows.timeline.nouns import Result, Series
from medark.flows.timeline.one_unit import in_one_unit
from medark.flows.timeline.outside import FLAGS, outside
from medark.flows.timeline.panels import panel_of, places
from medark.flows.timeline.rows import Floats, Grouped, Longs, concepts, grouped, moment
from medark.flows.timeline.window import Page, Window

POINTS: Final = 60  # of a series, that are drawn
ATTENTION: Final = 12  # series outside their range that are named before all others
_MARKED: Final = 20  # of a series, that are told one by one
_SAME: Final = 0.05  # a change of less than a twentieth is none. Source: ours
_AT_LAST: Final = ("measurement_source_value", "unit_source_value", "value_source_value", "value_as_concept_id")


@dataclass(frozen=True, slots=True)
class Found:
    """The series of a page, those that are furthest from their ranges, and how many there are at all."""

    series: tuple[Series, ...] = ()
    attention: tuple[Series, ...] = ()
    count: int = 0


def all_series(held: Window, names: Names, language: str, page: Page) -> Found:
    """The series of a person's measurements: marked ones first, then panel by panel, what is out of range first."""
    if not len(held):
        return Found()
    made = _arrays(held, names, language)
    order = made.order()
    flagged = np.flatnonzero(made.flags)
    noticed = flagged[np.lexsort((-made.groups_at[flagged], -made.beyond[flagged]))][:ATTENTION]
    mine = page.of(order).tolist()
    shown = list(dict.fromkeys([*mine, *noticed.tolist()]))
    built = dict(zip(shown, made.series(shown), strict=True))
    return Found(tuple(built[no] for no in mine), tuple(built[no] for no in noticed.tolist()), len(order))


@dataclass(frozen=True)
class _Arrays:
    """Values and bounds of each row, in the unit of its series; flag and distance of each series' last."""

    held: Window
    names: Names
    language: str
    named: Mapping[int, Named]
    groups: Grouped
    concept: Longs
    unit: Longs
    values: Floats
    lows: Floats
    highs: Floats
    flags: Longs  # of FLAGS
    beyond: Floats
    has_gaps: bool  # is there a result that is no number?
    has_marks: bool

    @property
    def groups_at(self) -> Longs:
        """When each series ended."""
        return self.held.start[self.groups.last]

    def order(self) -> Longs:
        """The series in the order in which they are shown."""
        last = self.groups.last
        codes = [self.named.get(one, UNKNOWN).code for one in self.concept[last].tolist()]
        ranged = (~np.isnan(self.lows[last]) | ~np.isnan(self.highs[last])).tolist()
        panel = np.array([panel_of(code, has_range=has).place for code, has in zip(codes, ranged, strict=True)])
        place = np.array([places().get(code, 99) for code in codes])
        marked = self.groups.sums(self.held.is_marked)
        return np.lexsort((self.concept[last], place, -self.beyond, self.flags == 0, panel, marked == 0))

    def series(self, shown: Sequence[int]) -> list[Series]:
        """Some of them, built."""
        last = self.groups.last[list(shown)]
        told = self.held.rows.of(last, *_AT_LAST)
        answers = _answers(told, self.names, self.language)
        cells = (self.concept, self.unit, self.held.start, self.values, self.lows, self.highs)
        ends = zip(*(one[last].tolist() for one in cells), told, answers, strict=True)
        return [self._one(no, _Last(*end)) for no, end in zip(shown, ends, strict=True)]

    def _one(self, no: int, last: _Last) -> Series:
        rows = self.groups.rows(no)
        at, values = self.held.start[rows[-POINTS:]].tolist(), self.values[rows[-POINTS:]].tolist()
        if self.has_gaps:
            there = [place for place, value in enumerate(values) if value == value]
            at, values = [at[place] for place in there], [values[place] for place in there]
        name = self.named.get(last.concept, UNKNOWN)
        word = last.row["measurement_source_value"] or ""
        return Series(
            concept_id=max(last.concept, 0),
            name=name.in_(self.language) or word,
            code=name.code or word,
            panel=panel_of(name.code, has_range=last.has_range).name,
            unit=last.row["unit_source_value"] or self.named.get(last.unit, UNKNOWN).code,
            count=len(rows),
            last_at=moment(last.at),
            value=_known(last.value),
            text="" if last.value == last.value else last.answer,
            low=_known(last.low),
            high=_known(last.high),
            flag=FLAGS[self.flags[no]],
            beyond=float(self.beyond[no]),
            trend=trend(values) if last.value == last.value else "",
            at=at,
            values=values,
            marked=self._marked(rows) if self.has_marks else (),
        )

    def _marked(self, rows: Longs) -> tuple[Result, ...]:
        these = rows[self.held.is_marked[rows]][-_MARKED:]
        told = self.held.rows.of(these, "measurement_id", "value_source_value")
        cells = zip(self.held.start[these].tolist(), self.values[these].tolist(), told, strict=True)
        return tuple(
            Result(row["measurement_id"], moment(at), _known(value), row["value_source_value"] or "")
            for at, value, row in cells
        )


@dataclass(frozen=True, slots=True)
class _Last:
    """The last result of a series; a number that is not known is NaN."""

    concept: int
    unit: int
    at: int
    value: float
    low: float
    high: float
    row: Mapping[str, Any]
    answer: str

    @property
    def has_range(self) -> bool:
        """Did it come with a reference range?"""
        return self.low == self.low or self.high == self.high


def _arrays(held: Window, names: Names, language: str) -> _Arrays:
    rows = held.rows
    concept, _ = concepts(rows, "measurement_concept_id", "measurement_source_concept_id", "measurement_source_value")
    unit = before = rows.longs("unit_concept_id")
    key = (concept << 32) + unit
    groups = grouped(key, held.start)
    pairs = key[groups.last]
    named = names.of({*(pairs >> 32).tolist(), *(pairs & 0xFFFFFFFF).tolist()})
    values, lows, highs, unit = in_one_unit(rows, concept, unit, pairs, held.start, named)
    if unit is not before:
        groups = grouped((concept << 32) + unit, held.start)
    last = groups.last
    gaps = bool(np.isnan(values.min()))
    flags, beyond = outside(values[last], lows[last], highs[last], rows.longs("value_as_concept_id")[last])
    return _Arrays(
        held, names, language, named, groups, concept, unit, values, lows, highs, flags, beyond, gaps, bool(held.marked)
    )


def _answers(told: Sequence[Mapping[str, Any]], names: Names, language: str) -> list[str]:
    """What results say that are no numbers: the concept's name, else the laboratory's own word."""
    ids = [row["value_as_concept_id"] or 0 for row in told]
    found = names.of(ids)
    return [found[one].in_(language) or row["value_source_value"] or "" for one, row in zip(ids, told, strict=True)]


def _known(value: float) -> float | None:
    return value if value == value else None


def trend(values: Sequence[float]) -> str:
    """What the last value did against the one before.

    >>> trend([4.1, 6.8]), trend([4.1, 4.0]), trend([4.1])
    ('up', 'same', '')
    """
    if len(values) < 2:
        return ""
    before, last = values[-2], values[-1]
    if abs(last - before) <= _SAME * abs(before):
        return "same"
    return "up" if last > before else "down"
