"""What each person had when, of one data file: a number a row, the rows of a person together"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from medark.check.achilles.among import Among
from medark.check.achilles.arrays import AT_A_TIME
from medark.check.achilles.compiled import compiled
from medark.check.achilles.places import Numbers
from medark.check.achilles.references import NOBODY
from medark.flows.packs import Arrays

Words = np.ndarray[Any, Any]
_ROWS: Final = pa.schema([("person_id", pa.int64()), ("day", pa.date32()), ("concept_id", pa.int64())])
_TOLD: Final = ["key", "told", "person_id"]


@dataclass(frozen=True, slots=True)
class Width:
    """How a row becomes one number, of a `kind` (`held` as another of the same length): from its highest bits the code
    of its concept, its day's distance from the day of `none`, which stands for NULL, as does code 0.
    """

    kind: type[np.uint32] | type[np.int64]
    held: type[np.int32] | type[np.int64]
    day_bits: int
    most_concepts: int
    none: int


SHORT: Final = Width(np.uint32, np.int32, 16, (1 << 16) - 1, -29220)  # days from 1890 to 2069
LONG: Final = Width(np.int64, np.int64, 32, (1 << 31) - 1, -(1 << 31) - 1)
WIDTHS: Final = (SHORT, LONG)


@dataclass(frozen=True, slots=True)
class History:
    """`people`: sorted, each once for every place where rows of theirs lie together, NOBODY for no person; `starts`,
    `ends`: where these begin and end; `words`: of each row a number of a `Width`; `concepts`: by code less one. `keys`:
    of each row, of a table that records refer to, whose `ends` are sorted too; empty of others.
    """

    people: Numbers
    starts: Words
    ends: Words
    words: Words
    concepts: Numbers
    keys: Numbers

    @property
    def width(self) -> Width:
        """How its rows became numbers."""
        return SHORT if self.words.dtype == SHORT.kind else LONG

    def of(self, who: Among) -> Iterator[pa.RecordBatch]:
        """What some people had when: person_id, day, concept_id; some rows at a time."""
        at = who.where(self.people)
        starts, ends = (one[at].astype(np.int64) for one in (self.starts, self.ends))
        so_far, begin = np.cumsum(ends - starts), 0
        while begin < len(at):
            before = so_far[begin - 1] if begin else 0
            end = max(int(np.searchsorted(so_far, before + AT_A_TIME, "right")), begin + 1)
            some = slice(begin, end)
            yield self._rows(self.people[at[some]], starts[some], ends[some])
            begin = end

    def rows_of(self, keys: Among) -> pa.Table:
        """The rows that have one of these keys: key, told (the concept), person_id."""
        rows = keys.where(self.keys)
        people = self.people[np.searchsorted(self.ends, rows, "right")]
        _, concept = self._told(self.words[rows])
        return pa.table([self.keys[rows], concept, pa.array(people, mask=people == NOBODY)], _TOLD)

    def _rows(self, people: Numbers, starts: Numbers, ends: Numbers) -> pa.RecordBatch:
        who = np.repeat(people, ends - starts)
        nobody = pa.array(who, mask=who == NOBODY if NOBODY in people else None)
        return pa.record_batch([nobody, *self._told(gathered(starts, ends, self.words))], schema=_ROWS)

    def _told(self, words: Words) -> tuple[pa.Array, pa.Array]:
        width = self.width
        codes, days = np.empty(len(words), np.int64), np.empty(len(words), np.int32)
        no_concept, no_day = _apart(words, width.day_bits, width.none, codes, days)
        of_day = words & ((1 << width.day_bits) - 1) == 0 if no_day else None
        day = pa.array(days, mask=of_day).view(pa.date32())
        concepts = np.append(self.concepts, 0)  # the last is found for code 0
        return day, pa.array(concepts.take(codes, mode="wrap"), mask=codes < 0 if no_concept else None)


def gathered(starts: Numbers, ends: Numbers, of: Words) -> Words:
    """What lies from each start to before its end, one after another."""
    found = np.empty(int((ends - starts).sum()), of.dtype)
    _gather(starts, ends, of, found)
    return found


@compiled
def _gather(starts: Numbers, ends: Numbers, of: Words, found: Words) -> None:
    at = 0
    for place in range(len(starts)):
        for row in range(starts[place], ends[place]):
            found[at] = of[row]
            at += 1


@compiled
def _apart(words: Words, bits: int, none: int, codes: Words, days: Words) -> tuple[int, int]:
    """The codes of concepts, less one, and the days; of how many rows either is NULL."""
    no_concept, no_day = 0, 0
    for row in range(len(words)):
        word = np.int64(words[row])
        codes[row] = (word >> bits) - 1
        day = word & ((np.int64(1) << bits) - 1)
        days[row] = day + none
        no_concept += word >> bits == 0
        no_day += day == 0
    return no_concept, no_day


def written(arrays: Arrays, start: str, one: History) -> dict[str, Any]:
    """Its arrays, put to others under names that begin so."""
    arrays |= {f"{start}{name}": getattr(one, name) for name in History.__slots__}
    return {}


def read(arrays: Arrays, start: str, _told: Mapping[str, Any]) -> History:
    """What was written."""
    return History(*(arrays[f"{start}{name}"] for name in History.__slots__))
