"""Columns of which rows need not be asked: their files' footers or the index tell how many rows have which value"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np

from medark.check.counting import Piece, Scan
from medark.flows.quality.days import Days, Ordinals
from medark.flows.quality.footers import Footer
from medark.flows.quality.index import Index
from medark.model.omop import lake_columns
from medark.model.table import Type

_NONE: Ordinals = np.zeros(0, np.int32)
_EPOCH = dt.date(1970, 1, 1)
Lines = list[tuple[str, Mapping[str, Any]]]  # with the file of each


def spared(
    scan: Scan, known: Collection[str], told: Mapping[str, Footer], index: Index | None, today: dt.date
) -> dict[str, Lines]:
    """By column that is not yet `known`, the lines that a scan would say of it. `told`: by file."""
    found = dict[str, Lines]()
    for piece in scan.pieces:
        if piece.column in known:
            continue
        lines = _alike(piece, told) if piece.value else None
        if piece.ahead and index is not None:
            lines = _ahead(index, scan.over, piece, told, today)
        if lines is not None:
            found[piece.column] = lines
    return found


def _alike(piece: Piece, told: Mapping[str, Footer]) -> Lines | None:
    """None where rows of a row group have several values."""
    if not all(piece.column in footer.alike for footer in told.values()):
        return None
    every = ((path, footer.alike[piece.column].items()) for path, footer in told.items())
    return [(path, {**piece.nothing, piece.value: value, "n": n}) for path, values in every for value, n in values]


def _ahead(index: Index, table: str, piece: Piece, told: Mapping[str, Footer], today: dt.date) -> Lines | None:
    """None where too many days lie ahead, or points in time do, of which the index keeps the days."""
    kind = next(column.type for column in lake_columns(table) if column.name == piece.column)
    now, found = (today - _EPOCH).days, Lines()
    index.read(table, told)
    for path, footer in told.items():
        days = index.days(table, path)
        after = None if days is None or days.until > now else _after(days, piece.column, now)
        if after is None or (kind != Type.DATE and len(after)):
            return None
        found.append((path, {**piece.nothing, "n": footer.filled[piece.column]}))
        found += [(path, cells) for cells in _by_day(piece, after[after > now + 1])]
    return found


def _after(days: Days, column: str, day: int) -> Ordinals:
    late = days.late[column][1] if column in days.late else _NONE
    found: Ordinals = late[late > day]
    return found


def _by_day(piece: Piece, days: Ordinals) -> Iterator[Mapping[str, Any]]:
    for day, n in zip(*np.unique(days, return_counts=True), strict=True):
        until = _EPOCH + dt.timedelta(days=int(day) - 1)
        yield {**piece.nothing, piece.ahead: until.isoformat(), "n": int(n)}
