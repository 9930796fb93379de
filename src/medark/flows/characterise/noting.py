"""Notes what each person had when while the rows of some data files pass"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from medark.check.achilles.cells import filled, values_of
from medark.check.achilles.compiled import compiled
from medark.check.achilles.grouping import firsts, lengths
from medark.check.achilles.pile import Pile
from medark.check.achilles.places import Nulls, Numbers, Places
from medark.check.achilles.references import NOBODY
from medark.flows.characterise.history import History, Width, Words, gathered

FILE: Final = "file_no"
_NONE: Final = np.zeros(0, np.int64)


class Noting:
    """Batches name the file of each row by its place (`FILE`), unless it is one, and have person_id, day, concept_id.
    `key`: the column of rows' own keys, if they are kept.
    """

    def __init__(self, width: Width, key: str = "") -> None:
        self._width, self._key = width, key
        self._files, self._piles = dict[str, _OfFile](), list[Pile]()

    def begin(self, files: Sequence[str]) -> None:
        """What comes is of these; memory that was used before is used again."""
        self._piles += [Pile(self._width.held) for _ in range(len(files) - len(self._piles))]
        for pile in self._piles:
            pile.clear()
        self._files = {
            path: _OfFile(self._width, pile, self._key) for path, pile in zip(files, self._piles, strict=False)
        }

    def passing(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The same batches, noted, and without what was read for this alone."""
        for batch in batches:
            self.add(batch)
            yield batch.select([name for name in batch.schema.names if name not in (FILE, self._key)])

    def add(self, batch: pa.RecordBatch) -> None:
        """Note rows; where no file is named, there is one."""
        is_named, files = FILE in batch.schema.names, list(self._files.values())
        numbers = batch.column(FILE).to_numpy() if is_named else np.zeros(batch.num_rows, np.int8)
        starts = firsts(numbers)
        for start, rows in zip(starts, lengths(starts, len(numbers)), strict=True):
            files[numbers[start]].add(batch.slice(start, rows))

    def made(self) -> dict[str, History]:
        """By path, of files whose rows all fit; until others begin."""
        return {path: one.made() for path, one in self._files.items() if one.fits}


class _OfFile:
    """Rows of one, in any order; those of a person mostly lie together."""

    def __init__(self, width: Width, words: Pile, key: str) -> None:
        self._width, self._words, self._key, self.fits = width, words, key, True
        self._concepts, self._keys = Places(), list[Numbers]()
        self._people, self._rows = list[Numbers](), list[Numbers]()  # one person after another

    def add(self, batch: pa.RecordBatch) -> None:
        """Note rows, if all fit so far."""
        concept = self._concepts.numbered(*values_of(batch.column("concept_id"))) if self.fits else None
        if concept is None:
            return
        days, no_day = values_of(batch.column("day"))
        nulls = 0 if no_day is None else int(no_day.sum())
        days = filled(days, no_day, self._width.none)
        words = self._words.room(len(days)).view(self._width.kind)
        others = _put(days, concept, self._width.none, self._width.day_bits, words)
        self.fits = others == nulls and len(self._concepts) <= self._width.most_concepts
        self._words.take(len(days))
        self._add_people(*values_of(batch.column("person_id")))
        if self._key:
            self._keys.append(filled(*values_of(batch.column(self._key)), NOBODY))

    def _add_people(self, who: Numbers, nobody: Nulls) -> None:
        who = filled(who, nobody, NOBODY)
        starts = firsts(who)
        self._people.append(who[starts])
        self._rows.append(lengths(starts, len(who)))

    def made(self) -> History:
        """What was noted."""
        people, rows = (np.concatenate([_NONE, *some]) for some in (self._people, self._rows))
        words, keys = self._words.numbers().view(self._width.kind), np.concatenate([_NONE, *self._keys])
        ends = np.cumsum(rows)
        starts = ends - rows
        if (people[1:] < people[:-1]).any():
            order = np.argsort(people, kind="stable")
            people, starts, ends = people[order], starts[order], ends[order]
            if self._key:  # who a row is of is looked up by where it is
                words, keys = (gathered(starts, ends, one) for one in (words, keys))
                ends = np.cumsum(rows[order])
                starts = ends - rows[order]
        kind = np.uint32 if len(words) < 1 << 32 else np.int64
        return History(people, starts.astype(kind), ends.astype(kind), words, self._concepts.numbers, keys)


@compiled
def _put(days: Words, concept: Words, none: int, bits: int, found: Words) -> int:
    """Of each row a number; of how many the day is `none` or doesn't fit."""
    others, many = 0, np.int64(1) << bits
    for row in range(len(days)):
        day = np.int64(days[row]) - none
        others += not 0 < day < many
        found[row] = (np.int64(concept[row]) + 1) << bits | day & (many - 1)
    return others
