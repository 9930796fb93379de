"""Columns of which a scan need not ask: no row has a value in them, or another scan said more of them before"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from medark.check.counting import Piece, Scan
from medark.flows.quality.kept import Line

Lines = Mapping[str, Sequence[Line]]  # of each file
Said = Mapping[str, tuple[Sequence[str], Lines]]  # of scans that were asked: the columns of their lines, and those
_Cells = Mapping[str, Any]


def empty_columns(scan: Scan, columns: Sequence[str], lines: Lines) -> set[str]:
    """Columns of which a scan says that no row has a value in them."""
    places = {column: columns.index(name) for column, name in scan.values.items()}
    every = [line for some in lines.values() for line in some]
    return {column for column, place in places.items() if not any(line[place] for line in every)}


def known_already(
    scan: Scan, empty: Collection[str], said: Said, rows: Mapping[str, int]
) -> dict[str, list[tuple[str, _Cells]]]:
    """By column, the lines that a scan would say of it, with the file of each.

    `rows`: how many there are in each file.
    """
    found = {piece.column: list(_of_piece(piece, empty, said, rows)) for piece in scan.pieces}
    return {piece.column: found[piece.column] for piece in scan.pieces if piece.column in empty or _is_in(piece, said)}


def without(scan: Scan, known: Collection[str], is_filled_known: bool = False) -> str:
    """What a scan asks of files, but for columns of which the answer is known, and for how many rows have a value."""
    left = [piece for piece in scan.pieces if piece.column not in known]
    asked = [piece.rest if is_filled_known and piece.rest else piece.sql for piece in left]
    return " union all ".join(asked) or scan.by_file


def of_filled(
    scan: Scan, known: Collection[str], filled: Mapping[str, Mapping[str, int]]
) -> Iterator[tuple[str, _Cells]]:
    """The lines that say how many rows of each file have a value, where nothing but the `rest` of a piece is asked."""
    for piece in scan.pieces:
        if piece.rest and piece.column not in known:
            for path, values in filled.items():
                yield path, {**piece.nothing, "n": values[piece.column]}


def _is_in(piece: Piece, said: Said) -> bool:
    return piece.of is not None and piece.of[0] in said


def _of_piece(
    piece: Piece, empty: Collection[str], said: Said, rows: Mapping[str, int]
) -> Iterator[tuple[str, _Cells]]:
    if piece.column in empty:
        for path, number in rows.items():
            yield path, {**piece.nothing, "n": 0 if piece.is_of_values else number}
    elif piece.of is not None and piece.of[0] in said:
        scan, *names = piece.of
        columns, lines = said[scan]
        value, many = (columns.index(name) for name in names)
        for path, some in lines.items():
            sums: dict[Any, int] = defaultdict(int)
            for line in some:
                sums[line[value]] += line[many]
            for one, number in sums.items():
                yield path, {**piece.nothing, piece.value: one, "n": number}
