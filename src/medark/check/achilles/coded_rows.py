"""Rows that are there whole counted by some of their columns, each coded at once"""

from __future__ import annotations

from typing import Final

import numpy as np

from medark.check.achilles.coders import Codes, Column, Flag, Near
from medark.check.achilles.packed import Packed
from medark.check.achilles.places import Bools, Nulls, Numbers
from medark.check.achilles.tallies import Tally

Coded = tuple[Column, Codes | None]  # None: no coder can code it
NUMBER: Final = np.dtype(np.int64)


def counted(rows: int, **columns: Coded) -> Packed | None:
    """How many rows there are of each combination; None if a column isn't coded, or all don't fit into a number."""
    tally, nothing = Tally(tuple(columns)), np.zeros(0, np.int64)
    coders = [column.coder for column, _ in columns.values() if column.coder is not None]
    codes = [some for _, some in columns.values() if some is not None]
    if len(coders) < len(columns) or not tally.add(coders, codes, rows):
        return None
    found = tally.found()
    return found[0] if found else Packed(tuple(columns), tuple(coders), tally.bits(coders) or (), nothing, nothing)


def column_of(values: Numbers, nulls: Nulls = None, bits: int = 0) -> Coded:
    """A column coded; `bits`: of numbers that are not far from 0."""
    column = Column(NUMBER, Near(NUMBER, bits=bits) if bits else None)
    return column, column.codes(values, nulls)


def flag_of(told: Bools, is_whole: bool = False) -> Coded:
    """True and false coded, or 1 and 0."""
    column = Column(told.dtype, Flag(is_whole))
    return column, column.codes(told, None)
