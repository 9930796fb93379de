"""How wide the columns of a table are on paper, and whether it wants the page on its side"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

UPRIGHT: Final = 493.0  # points between the margins of A4: 174 mm
LYING: Final = 740.0  # the same on its side: 261 mm
_LETTER: Final = 4.4  # points of a narrow letter at the size of tables; a Chinese one has two of them
_PADDING: Final = 10.0
_SHORT: Final = 12  # letters that are not broken into lines
_LONG: Final = 40  # letters from which on a column is not given more room
_CROWDED: Final = 1.5  # times the width of the page: more text than that goes on its side
_MANY: Final = 9  # columns from which on a table does
_WORD: Final = re.compile(r"[!-~]+")
_FULL_WIDTH: Final = "\u2e80"  # and what comes after it: Chinese, Japanese, Korean

Cells = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Measure:
    """Of each column of a table, in narrow letters: its longest cell, and the longest word that can't be broken."""

    cells: tuple[int, ...]
    words: tuple[int, ...]

    @property
    def wants_side(self) -> bool:
        """Is it too wide for a page that stands upright?"""
        crowd = _points(sum(min(one, _LONG) for one in self.cells), len(self.cells))
        return len(self.cells) >= _MANY or crowd > _CROWDED * UPRIGHT


def measure(rows: Cells) -> Measure:
    """A table with its headings. An empty one has no columns.

    >>> measure([["病例", "note"], ["12345678901234", "发热 3 days"]])
    Measure(cells=(14, 11), words=(14, 4))
    """
    columns = list(zip(*rows, strict=True))
    return Measure(
        tuple(max(map(_letters, column)) for column in columns), tuple(max(map(_word, column)) for column in columns)
    )


def shares(told: Measure, width: float) -> list[int]:
    """0 for a column that is as wide as what stands in it; else its share of what is left of the page's `width`.

    >>> shares(measure([["12345678901234567", "发热" * 40, "短"]]), UPRIGHT)
    [0, 40, 0]
    """
    if _points(sum(told.cells), len(told.cells)) <= width:
        return [0] * len(told.cells)
    both = zip(told.cells, told.words, strict=True)
    found = [0 if cells <= max(_SHORT, word) else min(cells, _LONG) for cells, word in both]
    left = width - sum(_points(cells, 1) for cells, share in zip(told.cells, found, strict=True) if not share)
    a_share = left / max(1, sum(found))
    return [share if a_share * share >= _points(word, 1) else 0 for share, word in zip(found, told.words, strict=True)]


def _points(letters: int, columns: int) -> float:
    return letters * _LETTER + columns * _PADDING


def _letters(text: str) -> int:
    return len(text) if text.isascii() else len(text) + sum(letter >= _FULL_WIDTH for letter in text)


def _word(text: str) -> int:
    return min(_LONG, max(map(len, _WORD.findall(text)), default=0))
