"""Results (OBX) as columns: what many rows share is held once and spread by Arrow"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import pyarrow as pa

from medark.standardise.formats.hl7v2.reading import Coding, Reading
from medark.standardise.formats.staged import schema

T = TypeVar("T")
_RANGE = re.compile(r"\s*(-?[0-9]*\.?[0-9]+)\s*(?:-|–|—|~|_|\bto\b|至)\s*(-?[0-9]*\.?[0-9]+)(?![0-9.])")
_BOUND = re.compile(r"\s*(<=|>=|<|>|≤|≥|＜|＞)\s*(-?[0-9]*\.?[0-9]+)(?![0-9.])")


class Order(NamedTuple):
    """What all results under one order (OBR) share."""

    record_no: int
    row_no: int
    person_key: str
    visit_key: str | None
    provider_key: str | None
    type: str


ORDER_WIDTH = len(Order._fields)


class Answer(NamedTuple):
    """What a value is besides text or a number of its own."""

    value_code: str | None = None
    value_system: str | None = None
    value_text: str | None = None
    operator: str | None = None


class Range(NamedTuple):
    """A reference range as two numbers, each as it was written."""

    range_low: str | None = None
    range_high: str | None = None


class Result(NamedTuple):
    """One result: numbers are places in the lists of Results."""

    order: int
    part_no: int
    kind: int
    event_key: str
    code: int
    start_time: str | None
    value: str | None
    answer: int
    unit: int
    range: int
    flag: int


MEASUREMENT, OBSERVATION = 0, 1
_TYPES = {"record_no": pa.int64(), "row_no": pa.int64()}
_KINDS = ("measurement", "observation")


class Results:
    """All results of some chunks."""

    def __init__(self) -> None:
        # One result after another, each its fields in the order of Result: no object a row, and a column is a slice.
        self.cells: list[Any] = []
        self.orders: list[Any] = []  # likewise, in the order of Order
        self.codes: list[Coding] = [Coding()]
        self.said: list[str] = [""]  # of each code, what tells it from others
        self.answers: list[Answer] = [Answer()]
        self.units: list[str | None] = [None]
        self.ranges: list[Range] = [Range()]
        self.flags: list[str | None] = [None]

    def table(self) -> pa.Table:
        """The results as rows of the staging table `event`."""
        fields = schema("event")
        width = len(Result._fields)
        rows = len(self.cells) // width
        columns = {name: self.cells[at::width] for at, name in enumerate(Result._fields)}
        arrays = {
            "part_no": _places(columns["part_no"]),
            "kind": _spread(_KINDS, columns["kind"]),
            **{name: _text(columns[name]) for name in ("event_key", "start_time", "value")},
            "unit": _spread(self.units, columns["unit"]),
            "qualifier": _spread(self.flags, columns["flag"]),
            **_spread_all([self.orders[at::ORDER_WIDTH] for at in range(ORDER_WIDTH)], columns["order"], Order),
            **_spread_all(_columns(self.codes), columns["code"], Coding),
            **_spread_all(_columns(self.answers), columns["answer"], Answer),
            **_spread_all(_columns(self.ranges), columns["range"], Range),
        }
        missing = pa.nulls(rows)
        return pa.Table.from_arrays(
            [arrays[f.name] if f.name in arrays else missing.cast(f.type) for f in fields], schema=fields
        )


def _text(values: Sequence[str | None]) -> pa.Array:
    return pa.array(values, pa.string())


def _places(places: Sequence[int]) -> pa.Array:
    """Places as an Arrow array, without a look at each number."""
    return pa.Array.from_buffers(pa.int32(), len(places), [None, pa.py_buffer(array("i", places))])


def _spread(values: Sequence[str | None], places: Sequence[int]) -> pa.Array:
    return _text(values).take(_places(places))


def _columns(meanings: Sequence[tuple[Any, ...]]) -> list[Sequence[Any]]:
    return list(zip(*meanings, strict=True))


def _spread_all(columns: Sequence[Sequence[Any]], places: Sequence[int], of: Any) -> dict[str, pa.Array]:
    """The named columns, each value at its places; columns that say nothing are left out."""
    at = _places(places)
    return {
        name: pa.array(column, _TYPES.get(name, pa.string())).take(at)
        for name, column in zip(of._fields, columns, strict=True)
        if column.count(None) < len(column)
    }


class Places(dict[str, int], Generic[T]):
    """Field → place of its meaning in a list, worked out the first time the field is met; nothing is place 0."""

    def __init__(self, meanings: list[T], meaning: Callable[[str], T]) -> None:
        super().__init__({"": 0})
        self._meanings, self._meaning = meanings, meaning

    def __missing__(self, field: str) -> int:
        self._meanings.append(self._meaning(field))
        self[field] = place = len(self._meanings) - 1
        return place


class ResultReading:
    """How the results of messages with the same delimiters are read."""

    __slots__ = ("cells", "codes", "flags", "ranges", "reading", "said", "units")

    def __init__(self, reading: Reading, results: Results) -> None:
        self.reading = reading
        self.cells, self.said = results.cells, results.said
        self.codes = Places(results.codes, lambda field: _told(reading.coding(field), results.said))
        self.units = Places(results.units, reading.name_of)
        self.ranges = Places(results.ranges, lambda field: reference_range(reading.text(reading.first(field)) or ""))
        self.flags = Places(results.flags, reading.word)


def _told(coding: Coding, said: list[str]) -> Coding:
    said.append(coding.said)
    return coding


def reference_range(text: str) -> Range:
    """Low and high of a reference range; what is not two numbers or a bound is no range.

    >>> [tuple(reference_range(text)) for text in ("4.3 to 6.2", "<5", "neg")]
    [('4.3', '6.2'), (None, '5'), (None, None)]
    """
    text = text[:100]
    if match := _RANGE.match(text):
        return Range(match[1], match[2])
    if match := _BOUND.match(text):
        return Range(None, match[2]) if match[1] in "<=≤＜" else Range(match[2], None)
    return Range()
