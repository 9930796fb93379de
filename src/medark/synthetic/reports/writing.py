"""What the writers of notes have before them, and the notes that they hand over"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic.chance import Ints
from medark.synthetic.reports.charted import Drugs, Labs
from medark.synthetic.reports.context import Stays
from medark.synthetic.reports.said import Said, plain, protected, scattered
from medark.synthetic.reports.wording import DATES, chosen, clock, days, phrases


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes of one kind: the stay of each, when it was written, by whom, and its text."""

    stay: Ints
    written: np.ndarray
    author: pa.Array
    text: Said


@dataclass(frozen=True)
class Desk:
    """What the writers of notes have before them."""

    chance: np.random.Generator
    stays: Stays
    words: Mapping[str, Said]  # of each stay
    classes: np.ndarray  # of each stay: how its illness begins (facts/illness_phrases.csv, column onset)
    labs: Labs
    drugs: Drugs
    vitals: Mapping[str, np.ndarray]
    pictures: tuple[pa.Table, pa.Array]  # imaging, and what each study came to

    def say(self, part: str, columns: Mapping[str, Said], where: np.ndarray) -> list[tuple[Ints, Said]]:
        """A part of a note for the rows where it can be said."""
        return chosen(self.chance, phrases(part, self.stays.language), columns, np.flatnonzero(where))

    def only(self, part: str, columns: Mapping[str, Said], where: np.ndarray) -> Said:
        """A part of a note where it can be said, nothing elsewhere."""
        return scattered(len(where), self.say(part, columns, where))

    def by_class(self, part: str, columns: Mapping[str, Said], stay: Ints, classes: Sequence[str]) -> Said:
        """A part of a note as it is said of illnesses that begin this way."""
        found = [self.say(f"{part}_{each}".rstrip("_"), columns, self.classes[stay] == each) for each in classes]
        return scattered(len(stay), [pair for pairs in found for pair in pairs])

    def either(self, part: str, columns: Mapping[str, Said], where: np.ndarray) -> Said:
        """A part where there is something to be said; elsewhere that there is nothing."""
        return scattered(len(where), [*self.say(part, columns, where), *self.say(f"{part}_none", columns, ~where)])


def when_words(written: np.ndarray, language: str) -> Mapping[str, Said]:
    """The slots `date` and `clock`."""
    return {"date": protected("date", days(written, DATES[language])), "clock": plain(clock(written))}


def within(stays: Stays, written: np.ndarray, stay: Ints | None = None) -> np.ndarray:
    """Times, no later than the end of the stay."""
    end = stays.end if stay is None else stays.end[stay]
    return np.asarray(np.minimum(written, end))


def hours(count: np.ndarray) -> np.ndarray:
    """So many hours, to the second."""
    return (count * 3600).astype(np.int64).astype("timedelta64[s]")


def is_said(column_of: Said) -> np.ndarray:
    """Where a column says something."""
    return np.asarray(pc.greater(pc.binary_length(column_of.texts), 0).to_numpy(zero_copy_only=False))


def word_is(of: pa.Table, name: str, word: str) -> np.ndarray:
    """Where a column is this word."""
    return np.asarray(pc.fill_null(pc.equal(of[name].cast(pa.string()), word), False).to_numpy())


def as_keys(of: pa.ChunkedArray) -> pa.Array:
    """A column of keys, to be taken from."""
    return of.cast(pa.string()).combine_chunks()
