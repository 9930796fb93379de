"""The people of some rows: numbered as they come, with what lies in their observation periods"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from medark.check.achilles.compiled import compiled
from medark.check.achilles.places import Bools, Found, Nulls, Numbers, Places, nulls_and_any
from medark.check.achilles.references import NOBODY, Spans

NEVER = -(1 << 40)  # before any day


class Crowd:
    """The people of some rows, numbered as they come, and their observation periods."""

    def __init__(self, spans: Spans) -> None:
        self._spans, self._places = spans, Places()
        self._held = np.zeros((5, 0), np.int64)  # of each person: spans from and to, records, of these inside, latest

    @property
    def records(self) -> Numbers:
        """How many records each of them has."""
        return self._held[2, : len(self.people)]

    @property
    def inside(self) -> Numbers:
        """How many of these lie in an observation period."""
        return self._held[3, : len(self.people)]

    @property
    def people(self) -> Numbers:
        """Who they are, by number."""
        return self._places.numbers

    def numbered(self, people: Numbers) -> Found:
        """The number of each."""
        before = len(self.people)
        numbers = self._places.numbered(people)
        assert numbers is not None
        many = len(self.people)
        if many > self._held.shape[1]:
            held = np.zeros((5, max(2 * self._held.shape[1], many)), np.int64)
            held[:, :before] = self._held[:, :before]
            self._held = held
        if many > before:
            self._held[:2, before:many] = self._spans.of(self.people[before:])
            self._held[4, before:many] = NEVER
        return numbers

    def latest(self) -> pa.Table:
        """Each of them once, with the day of their latest record: person_id, day."""
        return latest_days(self.people, self._held[4, : len(self.people)])

    def is_inside(self, numbers: Found, days: Numbers, nulls: Nulls) -> Bools:
        """Does each row's day lie in an observation period? `numbers`: of its person."""
        found = np.empty(len(numbers), bool)
        spans = (self._held[0], self._held[1], self._spans.first, self._spans.last)
        _inside(numbers, days, *nulls_and_any(nulls), *spans, *self._held[2:], found)
        return found


def latest_days(people: Numbers, latest: Numbers) -> pa.Table:
    """People, `NOBODY` who is not told, with a day, `NEVER` where there is none: person_id, day."""
    is_never = latest == NEVER
    days = pa.array(np.where(is_never, 0, latest).astype(np.int32), mask=is_never).view(pa.date32())
    return pa.table({"person_id": pa.array(people, mask=people == NOBODY), "day": days})


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
