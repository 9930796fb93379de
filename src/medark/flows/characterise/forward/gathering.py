"""What some people had and have, gathered from the histories of data files: each row a number at once

From histories to numbers there is one loop, and nothing in between: what a day changes is told of two million rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from medark.check.achilles.among import Among
from medark.check.achilles.coders import Few
from medark.check.achilles.compiled import compiled
from medark.check.achilles.crowd import NEVER
from medark.check.achilles.layout import CONCEPT, MOST_CONCEPTS, WHEN
from medark.check.achilles.lives import Lives, by_person
from medark.check.achilles.months import FIRST, MONTHS, month_of
from medark.check.achilles.pile import Pile
from medark.check.achilles.places import Bools, Numbers
from medark.check.achilles.references import Spans
from medark.flows.characterise.history import History

_Any = np.ndarray[Any, Any]
_Sides = tuple[bool, bool]
_BOTH: Final[_Sides] = (True, True)
_OLD, _NEW = (True, False), (False, True)
_NO_MONTHS: Final = (1 << 30, -1)


@dataclass(frozen=True, slots=True)
class Touched:
    """`people`, told in order: their observation periods on both sides, and of whom all that is told is the same."""

    people: Among
    spans: Sequence[Numbers]
    are_same: Bools

    @classmethod
    def of(cls, people: Among, spans: Sequence[Spans], are_same: Bools) -> Touched:
        """With the spans of both sides."""
        return cls(
            people, [one for side in spans for one in (*side.of(people.numbers), side.first, side.last)], are_same
        )


class Gathering:
    """Of some people; `concepts`: how a table's are coded."""

    def __init__(self, touched: Touched, concepts: Few) -> None:
        self._touched, self._concepts, people = touched, concepts, len(touched.are_same)
        self._records, self._latest = np.zeros((2, people), np.int64), np.full((2, people), NEVER)
        self._moved, self._months = np.zeros(people, bool), np.array(_NO_MONTHS)
        self._changed = Pile(np.int64), Pile(np.int64)

    def lives(self, both: Iterable[History], went: Iterable[History], came: Iterable[History]) -> Lives | None:
        """From files that are on both sides, on one alone; None if something can't be coded."""
        people = self._touched.people
        stayed = [(one, *people.met(one.people)) for one in both]
        room = np.zeros(len(people.numbers), np.int64)
        for one, at, of in stayed:
            np.add.at(room, of, (one.ends[at] - one.starts[at]).astype(np.int64))
        ends = np.cumsum(room)
        starts, rows = ends - room, np.empty(int(ends[-1]) if len(ends) else 0, np.int64)
        next_ = starts.copy()
        alone = [(one, *people.met(one.people), sides) for some, sides in ((went, _OLD), (came, _NEW)) for one in some]
        for one, at, of, sides in [*((*some, _BOTH) for some in stayed), *alone]:
            if not self._add(one, at, of, sides, next_, rows):
                return None
        old, new = (by_person(one.numbers(), len(room)) for one in self._changed)
        first, last = self._months.tolist()
        return Lives(
            people.numbers, rows, starts, next_, (old, new), (first, last), self._records, self._latest, self._moved
        )

    def _add(self, one: History, at: Numbers, of: Numbers, sides: _Sides, next_: Numbers, stayed: Numbers) -> bool:
        codes = self._codes(one.concepts)
        if codes is None:
            return False
        starts, ends = one.starts[at].astype(np.int64), one.ends[at].astype(np.int64)
        rows = int((ends - starts).sum())
        width, rooms = one.width, [pile.room(rows) for pile in self._changed]
        went, came = _put(
            of, starts, ends, one.words, width.day_bits, width.none, codes, MONTHS, *sides, self._touched.are_same,
            *self._touched.spans, next_, stayed, *rooms, self._records, self._latest, self._moved, self._months,
        )  # fmt: skip
        for pile, many in zip(self._changed, (went, came), strict=True):
            pile.take(many)
        return bool(self._months[0])

    def _codes(self, concepts: Numbers) -> Numbers | None:
        """By a history's codes, of which 0 is NULL's."""
        codes = self._concepts.codes(concepts, None)
        if codes is None or not self._concepts.fits(MOST_CONCEPTS.bit_length() - 1):
            return None
        return np.append(0, np.full(len(concepts), codes) if isinstance(codes, int) else codes).astype(np.int64)


@compiled
def _is_inside(day: int, start: int, end: int, first: Numbers, last: Numbers) -> bool:
    found = False
    for span in range(start, end):
        found |= first[span] <= day <= last[span]
    return found


@compiled
def _put(
    of: Numbers, starts: Numbers, ends: Numbers, words: _Any, bits: int, none: int, codes: Numbers, calendar: Numbers,
    is_old: bool, is_new: bool, are_same: Bools,
    old_start: Numbers, old_end: Numbers, old_first: Numbers, old_last: Numbers,
    new_start: Numbers, new_end: Numbers, new_first: Numbers, new_last: Numbers,
    next_: Numbers, stayed: Numbers, went: Numbers, came: Numbers,
    records: Numbers, latest: Numbers, moved: Bools, months: Numbers,
) -> tuple[int, int]:  # fmt: skip
    """Rows of people put where they belong; how many are on the old side alone, and on the new."""
    wents, cames, earliest, last_month = 0, 0, months[0], months[1]
    for place in range(len(of)):
        person, start, end = of[place], starts[place], ends[place]
        is_same, told_of, next_row = are_same[person], np.int64(person) << CONCEPT, next_[person]
        last_day, has_moved = np.int64(NEVER), False
        for row in range(start, end):
            word = np.int64(words[row])
            since = word & (np.int64(1) << bits) - 1
            day = since + none
            is_day = since != 0
            last_day = max(last_day, day if is_day else last_day)
            was = is_old & is_day and _is_inside(day, old_start[person], old_end[person], old_first, old_last)
            is_ = is_new & is_day and _is_inside(day, new_start[person], new_end[person], new_first, new_last)
            has_moved |= was != is_
            at = np.uint64(day - FIRST)
            when = calendar[at] if at < np.uint64(len(calendar)) else month_of(day)
            if was | is_:
                earliest, last_month = min(earliest, when), max(last_month, when)
            told = (told_of | codes[word >> bits]) << WHEN | when
            stays = was & is_ & is_same
            if stays:
                stayed[next_row] = told
            if was & (not stays):
                went[wents] = told
            if is_ & (not stays):
                came[cames] = told
            next_row += stays
            wents += was & (not stays)
            cames += is_ & (not stays)
        next_[person] = next_row
        moved[person] |= has_moved & is_old & is_new
        if is_old:
            records[0, person] += end - start
            latest[0, person] = max(latest[0, person], last_day)
        if is_new:
            records[1, person] += end - start
            latest[1, person] = max(latest[1, person], last_day)
    months[0], months[1] = earliest, last_month
    return wents, cames
