"""Records of a table coded some rows at a time, with what they refer to looked up: `events.rows` over arrays"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from medark.check.achilles.coders import Coder, Codes, Column, Few, Flag, Values, short
from medark.check.achilles.compiled import compiled
from medark.check.achilles.event_tables import Events
from medark.check.achilles.events import KEYS, OTHERS_AS, left_out, of_numbers
from medark.check.achilles.of_numbers import have_any, places
from medark.check.achilles.places import Found, Nulls, Places
from medark.check.achilles.references import NOBODY, Bools, Numbers, References, Spans
from medark.model.arrow import arrow_schema
from medark.model.omop import lake_columns

# Of each column its coder and codes; without one, the values themselves.
_Cells = tuple[Coder | None, Codes | pa.Array]
Coded = Mapping[str, _Cells]
_TOLD = {"provider": "specialty", "care_site": "place_of_service"}
_NEVER = -(1 << 40)  # before any day
_NONE, _NUMBER = np.zeros(1, bool), np.dtype(np.int64)
_NO_COLUMN = Column(_NUMBER)
_NO, _FLAG, _STRANGE = 1, 3, 4  # the code of no; bits of `lost`
_MOST_CODE = 1 << 31
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


class Records:
    """Codes rows of `events.plain_rows`, without `empty` columns of the table."""

    def __init__(
        self, events: Events, references: References, coders: Mapping[str, Coder], empty: Collection[str]
    ) -> None:
        self._events, self._references, self._coders = events, references, coders
        self._columns: dict[str, Column] = {}
        self._whole, self._flag = Flag(is_whole=True), Flag()
        self._others = {name: Column(_NUMBER, coders.get(f"other_{name}")) for name in ("visit", "visit_detail")}
        self.fits = True  # until a record refers to what is there twice
        self._told = {name: self._told_by_place(name) for name in events.refers}
        self._empty = self._of_empty(left_out(events, empty))

    def coded(self, batch: pa.RecordBatch, crowd: Crowd) -> tuple[Coded, Found, Bools]:
        """The codes of each column of some rows, the number of each row's person, and who is inside."""
        who, nobody = values_of(batch.column("person_id"))
        if nobody is not None:
            who = np.where(nobody, NOBODY, who)
        days, no_day = values_of(batch.column("day"))
        numbers = crowd.numbered(who)
        inside = crowd.is_inside(numbers, days, no_day)
        found: dict[str, _Cells] = {"is_inside": (self._whole, self._whole.codes(inside, None)), **self._empty}
        keys = {KEYS[name][1] for name in self._events.refers}
        for name in batch.schema.names:
            if name not in keys and name not in ("person_id", "day"):
                found[name] = self._coded_column(name, batch.column(name))
        if "number" in batch.schema.names:
            found |= self._of_numbers(batch)
        for name in self._events.refers:
            if KEYS[name][1] in batch.schema.names:
                found |= self._looked_up(name, batch, who)
        return found, numbers, inside

    def _of_empty(self, columns: Mapping[str, str]) -> Coded:
        """What is told of every record by columns without a value."""
        kinds = arrow_schema(lake_columns(self._events.table))
        keys = {KEYS[name][1]: name for name in self._events.refers}
        found = dict[str, _Cells]()
        for name, column in columns.items():
            if name in keys:
                found |= self._of_nothing(keys[name])
            else:
                found[name] = (self._column(name, np.dtype(kinds.field(column).type.to_pandas_dtype())).coder, 0)
        return found

    def _coded_column(self, name: str, cells: pa.Array) -> _Cells:
        if cells.null_count == len(cells):
            coder = self._column(name, np.dtype(cells.type.to_pandas_dtype())).coder
            if coder is not None:
                return coder, 0
        return self._coded_values(name, *values_of(cells))

    def _coded_values(self, name: str, values: Values, nulls: Nulls) -> _Cells:
        column = self._column(name, values.dtype)
        codes = column.codes(values, nulls)
        return column.coder, codes if codes is not None else _as_it_is(values, nulls)

    def _column(self, name: str, kind: np.dtype[Any]) -> Column:
        if name not in self._columns:
            self._columns[name] = Column(kind, self._coders.get(name))
        return self._columns[name]

    def _of_numbers(self, batch: pa.RecordBatch) -> Coded:
        """What follows from numbers, their bounds and the concepts of values."""
        found = dict[str, _Cells]()
        for name in of_numbers(self._events):
            if name == "place":
                number = values_of(batch.column("number"))
                low, high = (self._bounds(batch, one) for one in ("low", "high"))
                found[name] = self._coded_values(name, *places(number, low, high))
            else:
                of = ["number"] if name == "has_number" else ["number", "value_concept_id"]
                found[name] = (self._flag, have_any(*(batch.column(one) for one in of if one in batch.schema.names)))
        return found

    def _bounds(self, batch: pa.RecordBatch, name: str) -> tuple[Values, Nulls]:
        if name in batch.schema.names:
            return values_of(batch.column(name))
        return np.zeros(batch.num_rows), np.ones(batch.num_rows, bool)

    def _looked_up(self, name: str, batch: pa.RecordBatch, who: Numbers) -> Coded:
        """What is told of records by what they refer to."""
        keys, nulls = values_of(batch.column(KEYS[name][1]))
        if nulls is not None and nulls.all():
            return self._of_nothing(name)
        coder, told = self._told[name]
        of = self._references.tables[name]
        place = of.at(keys)
        lost, there = np.empty(len(keys), np.int8), np.empty(len(keys), np.int8)
        if of.is_twice is not None:
            known = place >= 0 if nulls is None else (place >= 0) & ~nulls
            self.fits &= not of.is_twice[place[known]].any()
        owners = of.people if of.people is not None and len(of.people) else who
        strange = _refer(
            place, _NONE if nulls is None else nulls, nulls is not None, told, who, owners, of.people is not None,
            lost, there,
        )  # fmt: skip
        other = self._other(name, keys, np.flatnonzero(lost & _STRANGE) if strange else None)
        lost &= _FLAG
        return self._named(name, short(lost), short(there), (coder, short(place)), other)

    def _of_nothing(self, name: str) -> Coded:
        """What is told of records that refer to nothing."""
        coder, told = self._told[name]
        return self._named(name, _NO, _NO, (coder, int(told[-1])), (self._others.get(name, _NO_COLUMN).coder, 0))

    def _named(self, name: str, lost: Codes, there: Codes, told: _Cells, other: _Cells) -> Coded:
        """What is told, under its names."""
        flag = self._flag
        match name:
            case "provider":
                return {"provider_lost": (flag, lost), "has_provider": (flag, there), "specialty": told}
            case "care_site":
                return {"care_site_lost": (flag, lost), "place_of_service": told}
            case _:
                return {f"{name}_lost": (flag, lost), f"of_{name}": told, f"other_{name}": other}

    def _other(self, name: str, keys: Numbers, strange: Numbers | None) -> _Cells:
        """Visits that are not of the record's person, as far as they are told apart; `strange`: in which rows."""
        coder = self._others.get(name, _NO_COLUMN)
        if strange is None:
            return coder.coder, 0
        some = coder.codes(np.fmod(keys[strange], OTHERS_AS), None)
        if some is None:
            is_strange = np.zeros(len(keys), bool)
            is_strange[strange] = True
            return None, _as_it_is(np.fmod(keys, OTHERS_AS), ~is_strange)
        codes = np.zeros(len(keys), np.int64 if isinstance(some, int) else some.dtype)
        codes[strange] = some
        return coder.coder, codes

    def _told_by_place(self, name: str) -> tuple[Coder, Values]:
        """The codes of what is told, by place; the last is of what is not there."""
        of, told = self._references.tables[name], _TOLD.get(name, f"of_{name}")
        coder = self._coders.get(told) or Few(np.dtype(np.int64))
        is_null, values = np.append(of.nulls, True), np.append(of.told, 0)
        if name not in _TOLD:  # of no visit is told as of a visit without a concept
            is_null[:] = False
        codes = coder.codes(values, is_null if is_null.any() else None)
        every = np.full(len(values), codes if codes is not None else 0, np.int64)
        self.fits &= codes is not None and int(every.max()) < _MOST_CODE
        return coder, every.astype(np.int32)


@compiled
def _refer(
    place: Found, nulls: Bools, has_nulls: bool, told: Values, who: Numbers, owners: Numbers, has_owners: bool,
    lost: Values, there: Values,
) -> int:  # fmt: skip
    """Of each row's place the code of what is told there; whether its key is lost (2), whether something is there (2).

    Found: how many refer to what is another's, nobody's or nothing, which `lost` says too (4).
    """
    strange = 0
    for row in range(len(place)):
        at = place[row]
        is_null = has_nulls and nulls[row]
        is_there = at >= 0 and not is_null
        is_strange = has_owners and not is_there and not is_null
        if has_owners and is_there:
            is_strange = owners[at] == NOBODY or (owners[at] != who[row] and who[row] != NOBODY)
        lost[row] = (1 if is_there or is_null else 2) | (_STRANGE if is_strange else 0)
        there[row] = 2 if is_there else 1
        place[row] = told[at if is_there else len(told) - 1]
        strange += is_strange
    return strange


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
