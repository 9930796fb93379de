"""When what a result is of was ordered: numbers of orders as digests, each with the minute, kept from run to run

An order and its result mostly come apart: in two messages, two resources, two tables. A number is known within one
organisation. What is kept are digests that only this workspace can make, and minutes: nothing of a patient.
"""

from __future__ import annotations

import datetime as dt
from array import array
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from medark.flows.quality.report import Report
from medark.flows.workspace import Workspace
from medark.store.arrays import read_arrays, write_arrays

_FOLDER: Final = "quality"
_NAME: Final = "orders-1.arrays"
_EPOCH: Final = dt.datetime(1970, 1, 1)
_MOST_NUMBERS: Final = 2  # of one report that are looked up
_NONE: Final = 2**31 - 1  # the minute of what is not known


class Orders:
    """The orders of a workspace that were told of so far; those that are added are found once they are `settled`."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._key = bytes.fromhex(workspace.salt) if workspace.salt else b""
        self._zone = ZoneInfo(workspace.settings.time_zone)
        self._path = workspace.places.kept / _FOLDER / _NAME
        kept = read_arrays(self._path)
        self._numbers: np.ndarray = kept[0]["numbers"] if kept else np.zeros(0, np.uint64)
        self._minutes: np.ndarray = kept[0]["minutes"] if kept else np.zeros(0, np.int32)
        self._new_numbers, self._new_minutes = array("Q"), array("i")
        self._asked: tuple[array[int], ...] = tuple(array("Q") for _ in range(_MOST_NUMBERS))
        self._resulted, self._sources = array("i"), array("i")
        self._names: dict[str, int] = {}

    def take(self, source: str, report: Report) -> bool | None:
        """Is a result before its order, as the report itself says? None where it does not say: it is asked later."""
        if report.ordered is not None and report.resulted is not None:
            return report.resulted < report.ordered
        if report.numbers and report.ordered is not None:
            self.add(source, report.numbers, self._minute(report.ordered))
        elif report.numbers and report.resulted is not None:
            self.ask(source, report.numbers, self._minute(report.resulted))
        return None

    def add(self, source: str, numbers: Sequence[str], minute: int) -> None:
        """An order under some numbers. `minute`: from 1970, on the clock of the place."""
        for number in numbers:
            self._new_numbers.append(self._digest(source, number))
            self._new_minutes.append(minute)

    def ask(self, source: str, numbers: Sequence[str], minute: int) -> None:
        """A result of an order, as some numbers name it."""
        digests = [self._digest(source, number) for number in numbers[:_MOST_NUMBERS]]
        for place, asked in enumerate(self._asked):
            asked.append(digests[min(place, len(digests) - 1)])
        self._resulted.append(minute)
        self._sources.append(self._names.setdefault(source, len(self._names)))

    def settled(self) -> Iterator[tuple[str, int, int]]:
        """Of each source, of how many results the order is known, and how many are before it; orders are kept."""
        if self._new_numbers:
            self._keep()
        ordered = self._found(*(np.frombuffer(one, np.uint64) for one in self._asked))
        resulted, sources = np.frombuffer(self._resulted, np.int32), np.frombuffer(self._sources, np.int32)
        for source, number in self._names.items():
            known = (sources == number) & (ordered != _NONE)
            yield source, int(known.sum()), int((resulted[known] < ordered[known]).sum())

    def is_early(self, source: str, report: Report) -> bool:
        """Is a result before its order, by all that is known?"""
        if report.resulted is None:
            return False
        if report.ordered is not None:
            return report.resulted < report.ordered
        return self.is_before(source, report.numbers, self._minute(report.resulted))

    def is_before(self, source: str, numbers: Sequence[str], minute: int) -> bool:
        """Is a minute before that of the order of these numbers?"""
        digests = [np.array([self._digest(source, number)], np.uint64) for number in numbers[:_MOST_NUMBERS]]
        found = int(self._found(*digests)[0]) if digests else _NONE
        return found != _NONE and minute < found

    def _found(self, *digests: np.ndarray) -> np.ndarray:
        """The minute of the first number that is known."""
        found = np.full(digests[0].size, _NONE, np.int32)
        for one in digests if self._numbers.size else ():
            at = np.minimum(np.searchsorted(self._numbers, one), self._numbers.size - 1)
            found = np.where((found == _NONE) & (self._numbers[at] == one), self._minutes[at], found)
        return found

    def _keep(self) -> None:
        """An order that was told of twice was made when that was said first."""
        numbers = np.concatenate([self._numbers, np.frombuffer(self._new_numbers, np.uint64)])
        minutes = np.concatenate([self._minutes, np.frombuffer(self._new_minutes, np.int32)])
        order = np.lexsort((minutes, numbers))
        numbers, minutes = numbers[order], minutes[order]
        first = np.concatenate([[True], numbers[1:] != numbers[:-1]])
        self._numbers, self._minutes = numbers[first], minutes[first]
        write_arrays(self._path, {"numbers": self._numbers, "minutes": self._minutes}, {})

    def _digest(self, source: str, number: str) -> int:
        told = f"{self._workspace.settings.organisation(source)}\0{number}".encode()
        return int.from_bytes(blake2b(told, digest_size=8, key=self._key).digest(), "little")

    def _minute(self, time: dt.datetime) -> int:
        local = time.astimezone(self._zone).replace(tzinfo=None) if time.tzinfo else time
        return int((local - _EPOCH).total_seconds() // 60)
