"""The people of some rows: numbered as they come, with what lies in their observation periods"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from medark.check.achilles.compiled import compiled
from medark.check.achilles.places import Found, Nulls, Places
from medark.check.achilles.references import NOBODY, Bools, Numbers, Spans

_NEVER = -(1 << 40)  # before any day
_NONE = np.zeros(1, bool)


class Crowd:
    """The people of some rows, numbered as they come, and their observation periods."""

    def __init__(self, spans: Spans) -> None:
        self._spans, self._places = spans, Places()
        self._start, self._end = np.zeros(0, np.int64), np.zeros(0, np.int64)
        self.records, self.inside = np.zeros(0, np.int64), np.zeros(0, np.int64)
        self._latest = np.zeros(0, np.int64)

    @property
    def people(self) -> Numbers:
        """Who they are, by number."""
        return self._places.numbers

    def numbered(self, people: Numbers) -> Found:
        """The number of each."""
        before = len(self.people)
        numbers = self._places.numbered(people)
        assert numbers is not None
        if len(self.people) > before:
            mine = (self._start, self._end)
            more = self._spans.of(self.people[before:])
            self._start, self._end = (np.append(one, new) for one, new in zip(mine, more, strict=True))
            none = np.zeros(len(self.people) - before, np.int64)
            self.records, self.inside = np.append(self.records, none), np.append(self.inside, none)
            self._latest = np.append(self._latest, none + _NEVER)
        return numbers

    def latest(self) -> pa.Table:
        """Each of them once, with the day of their latest record: person_id, day."""
        is_nobody, is_never = self.people == NOBODY, self._latest == _NEVER
        days = pa.array(np.where(is_never, 0, self._latest).astype(np.int32), mask=is_never).view(pa.date32())
        return pa.table({"person_id": pa.array(self.people, mask=is_nobody), "day": days})

    def is_inside(self, numbers: Found, days: Numbers, nulls: Nulls) -> Bools:
        """Does each row's day lie in an observation period? `numbers`: of its person."""
        found = np.empty(len(numbers), bool)
        spans = (self._start, self._end, self._spans.first, self._spans.last)
        people = (self.records, self.inside, self._latest)
        _inside(numbers, days, _NONE if nulls is None else nulls, nulls is not None, *spans, *people, found)
        return found


@compiled
def _inside(
    numbers: Found, days: Numbers, nulls: Bools, has_nulls: bool,
    start: Numbers, end: Numbers, first: Numbers, last: Numbers,
    records: Numbers, inside: Numbers, latest: Numbers, found: Bools,
) -> None:  # fmt: skip
    """Which rows lie in a span of their person's; of each person records, records inside and the latest day so far."""
    for row in range(len(numbers)):
        person = numbers[row]
        records[person] += 1
        found[row] = False
        if has_nulls and nulls[row]:
            continue
        day = np.int64(days[row])
        latest[person] = max(latest[person], day)
        for span in range(start[person], end[person]):
            if first[span] <= day <= last[span]:
                found[row] = True
                inside[person] += 1
                break
