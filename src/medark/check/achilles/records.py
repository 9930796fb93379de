"""Records of a table coded some rows at a time, with what they refer to looked up: `events.rows` over arrays"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from medark.check.achilles.coders import Coder, Codes, Column, Few, Flag, Nulls, Values
from medark.check.achilles.event_tables import Events
from medark.check.achilles.events import KEYS, OTHERS_AS
from medark.check.achilles.grouping import firsts, lengths
from medark.check.achilles.places import Found, Places
from medark.check.achilles.references import NOBODY, Bools, Numbers, References, Spans

# Of each column its coder and codes; without one, the values themselves.
Coded = Mapping[str, tuple[Coder | None, Codes | pa.Array]]
_TOLD = {"provider": "specialty", "care_site": "place_of_service"}
_NEVER = -(1 << 40)  # before any day
_FROM, _TO = np.datetime64("1800-01-01", "D").astype(np.int64), np.datetime64("2201-01-01", "D").astype(np.int64)


def _months(days: Numbers) -> Numbers:
    """Months of days: 16 times the year, and how many months before in the year."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
    found: Numbers = (months // 12 << 4 | months % 12).astype(np.int32)
    return found


_MONTH_OF = _months(np.arange(_FROM, _TO))


class Crowd:
    """The people of some rows, numbered as they come, and their observation periods."""

    def __init__(self, spans: Spans) -> None:
        self._spans, self._places = spans, Places()
        self._first, self._last, self._has_many = spans.of(np.zeros(0, np.int64))
        self.records, self.inside = np.zeros(0, np.int64), np.zeros(0, np.int64)
        self._latest = np.zeros(0, np.int64)

    @property
    def people(self) -> Numbers:
        """Who they are, by number."""
        return self._places.numbers

    def numbered(self, people: Numbers) -> Numbers:
        """The number of each."""
        before = len(self.people)
        numbers = self._places.at(people)
        if (numbers < 0).any():
            new = np.sort(people[numbers < 0])
            self._places.add(new[firsts(new)])
            numbers = self._places.at(people)
        if len(self.people) > before:
            more = self._spans.of(self.people[before:])
            mine = (self._first, self._last, self._has_many)
            self._first, self._last, self._has_many = (np.append(one, new) for one, new in zip(mine, more, strict=True))
            none = np.zeros(len(self.people) - before, np.int64)
            self.records, self.inside = np.append(self.records, none), np.append(self.inside, none)
            self._latest = np.append(self._latest, none + _NEVER)
        return numbers.astype(np.int64)

    def latest(self) -> pa.Table:
        """Each of them once, with the day of their latest record: person_id, day."""
        is_nobody, is_never = self.people == NOBODY, self._latest == _NEVER
        days = pa.array(np.where(is_never, 0, self._latest).astype(np.int32), mask=is_never).view(pa.date32())
        return pa.table({"person_id": pa.array(self.people, mask=is_nobody), "day": days})

    def is_inside(self, who: Numbers, starts: Numbers, numbers: Numbers, days: Numbers, nulls: Nulls) -> Bools:
        """Does each row's day lie in an observation period? `starts`: where another person's rows start."""
        many = lengths(starts, len(who))
        inside = days >= np.repeat(self._first[numbers], many)
        inside &= days <= np.repeat(self._last[numbers], many)
        if nulls is not None:
            inside &= ~nulls
        of_many = self._has_many[numbers]
        if of_many.any():
            rows = np.flatnonzero(np.repeat(of_many, many) & inside)
            inside[rows] = self._spans.has(who[rows], days[rows])
        self.records += np.bincount(numbers, many, minlength=len(self.records)).astype(np.int64)
        known = days if nulls is None else np.where(nulls, _NEVER, days)
        np.maximum.at(self._latest, numbers, np.maximum.reduceat(known, starts))
        within = np.add.reduceat(inside.astype(np.int64), starts)
        self.inside += np.bincount(numbers, within, minlength=len(self.inside)).astype(np.int64)
        return inside


class Records:
    """Codes rows of `events.plain_rows`."""

    def __init__(self, events: Events, references: References, coders: Mapping[str, Coder]) -> None:
        self._events, self._references, self._coders = events, references, coders
        self._columns: dict[str, Column] = {}
        self._whole, self._flag = Flag(is_whole=True), Flag()
        others = ("other_visit", "other_visit_detail")
        self._others = {name: Column(np.dtype(np.int64), coders.get(name)) for name in others}
        self.fits = True  # until a record refers to what is there twice
        self._told = {name: self._told_by_place(name) for name in events.refers}

    def coded(self, batch: pa.RecordBatch, crowd: Crowd) -> tuple[Coded, Numbers, Bools]:
        """The codes of each column of some rows, the number of each row's person, and who is inside."""
        who, nobody = values_of(batch.column("person_id"))
        if nobody is not None:
            who = np.where(nobody, NOBODY, who)
        days, no_day = values_of(batch.column("day"))
        starts = firsts(who)
        numbers = crowd.numbered(who[starts])
        inside = crowd.is_inside(who, starts, numbers, days, no_day)
        found: dict[str, tuple[Coder | None, Codes | pa.Array]] = {
            "is_inside": (self._whole, self._whole.codes(inside, None))
        }
        keys = {KEYS[name][1] for name in self._events.refers}
        for name in batch.schema.names:
            if name not in keys and name not in ("person_id", "day"):
                values, nulls = values_of(batch.column(name))
                column = self._columns.setdefault(name, Column(values.dtype, self._coders.get(name)))
                codes = column.codes(values, nulls)
                found[name] = (column.coder, codes if codes is not None else _as_it_is(values, nulls))
        for name in (one for one in self._events.refers if KEYS[one][1] in batch.schema.names):
            found |= self._looked_up(name, batch, who)
        return found, np.repeat(numbers.astype(np.int32), lengths(starts, len(who))), inside

    def _looked_up(self, name: str, batch: pa.RecordBatch, who: Numbers) -> Coded:
        """What is told of records by what they refer to."""
        keys, nulls = values_of(batch.column(KEYS[name][1]))
        if nulls is not None and nulls.all():
            place: Found | None = None
            lost = is_there = np.zeros(1, bool)
        else:
            place = self._references.tables[name].at(keys)
            if nulls is not None:
                place[nulls] = -1
            is_twice = self._references.tables[name].is_twice
            self.fits &= is_twice is None or not is_twice[place[place >= 0]].any()
            is_there = place >= 0
            lost = ~is_there if nulls is None else ~(is_there | nulls)
        flag, (coder, told) = self._flag, self._told[name]
        of: Codes = int(told[-1]) if place is None else told.take(place, mode="wrap")
        lost_, there_ = flag.codes(lost, None), flag.codes(is_there, None)
        match name:
            case "provider":
                return {"provider_lost": (flag, lost_), "has_provider": (flag, there_), "specialty": (coder, of)}
            case "care_site":
                return {"care_site_lost": (flag, lost_), "place_of_service": (coder, of)}
            case _:
                other = self._other(f"other_{name}", keys, place, is_there, lost, who, name)
                return {f"{name}_lost": (flag, lost_), f"of_{name}": (coder, of), f"other_{name}": other}

    def _other(
        self, column: str, keys: Numbers, place: Found | None, is_there: Bools, lost: Bools, who: Numbers, name: str
    ) -> tuple[Coder | None, Codes | pa.Array]:
        """Visits that are not of the record's person, as far as they are told apart."""
        coder = self._others[column]
        if place is None:
            return coder.coder, 0
        of, has_nobodys = self._references.tables[name].people, self._references.tables[name].has_nobodys
        assert of is not None
        owner = of.take(place, mode="wrap") if len(of) else who
        strange = owner != who
        if strange.any():
            strange &= (who != NOBODY) | ~is_there
        if has_nobodys:
            strange |= owner == NOBODY
        strange &= is_there
        strange |= lost
        if not strange.any():
            return coder.coder, 0
        at = np.flatnonzero(strange)
        some = coder.codes(np.fmod(keys[at], OTHERS_AS), None)
        if some is None:
            return None, _as_it_is(np.fmod(keys, OTHERS_AS), ~strange)
        codes = np.zeros(len(keys), np.int64 if isinstance(some, int) else some.dtype)
        codes[at] = some
        return coder.coder, codes

    def _told_by_place(self, name: str) -> tuple[Coder, Values]:
        """The codes of what is told, by place; the last is of what is not there."""
        of, told = self._references.tables[name], _TOLD.get(name, f"of_{name}")
        coder = self._coders.get(told) or Few(np.dtype(np.int64))
        is_null, values = np.append(of.nulls, True), np.append(of.told, 0)
        if name not in _TOLD:  # of no visit is told as of a visit without a concept
            is_null[:] = False
        codes = coder.codes(values, is_null if is_null.any() else None)
        self.fits &= codes is not None
        return coder, np.full(len(values), codes, np.int32) if isinstance(codes, int) else np.asarray(codes)


def values_of(column: pa.Array) -> tuple[Values, Nulls]:
    """A column's values, anything where it is NULL, and where that is; days as numbers."""
    nulls = None
    if column.null_count:
        nulls = _nulls_of(column)
        column = pa.Array.from_buffers(column.type, len(column), [None, *column.buffers()[1:]], offset=column.offset)
    if pa.types.is_boolean(column.type):
        return column.to_numpy(zero_copy_only=False), nulls
    if pa.types.is_date32(column.type):
        column = column.view(pa.int32())
    return column.to_numpy(), nulls


def _nulls_of(column: pa.Array) -> Bools:
    if column.null_count == len(column):
        return np.ones(len(column), bool)
    bits = np.frombuffer(column.buffers()[0], np.uint8)
    start, end = column.offset, column.offset + len(column)
    found: Bools = np.unpackbits(bits[start // 8 : -(-end // 8)], bitorder="little").view(bool)
    return ~found[start % 8 : start % 8 + len(column)]


def _as_it_is(values: Values, nulls: Nulls) -> pa.Array:
    return pa.array(values, mask=nulls)


def months_of(days: Values, inside: Bools) -> Values | None:
    """Months of days that are inside, 16 to a year; None if one of them is of no year from 1 to 9999."""
    at = days - np.int32(_FROM) if days.dtype == np.int32 else days - _FROM
    if at.min() >= 0 and at.max() < len(_MONTH_OF):
        return _MONTH_OF.take(at, mode="clip")
    is_far = (at < 0) | (at >= len(_MONTH_OF))
    months = _MONTH_OF[np.where(is_far, 0, at)]
    far = np.flatnonzero(is_far & inside)
    if len(far):
        months[far] = _months(days[far])
        if months[far].min() < 1 << 4 or months[far].max() >= 10_000 << 4:
            return None
    return months
