"""Which row of a table names its columns, if one does, and what lies above it"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_PREAMBLE_ROWS = 20  # titles, dates of export …: no more of them are looked through
_LONGEST_NAME = 128
_PLACE = ("record_no", "row_no")  # columns that say where a row stands, beside the table's own
_TYPED = re.compile(
    r"\s*(?:[-+]?[0-9][0-9.,]*(?:[eE][-+]?[0-9]+)?%?"  # a number
    r"|[0-9]{1,4}[-/.年][0-9]{1,2}(?:[-/.月][0-9]{1,4}日?)?(?:[ T].*)?"  # a day
    r"|[0-9]{1,2}:[0-9]{2}(?::[0-9.]+)?"  # a time
    r"|[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"  # a UUID
    r"|[0-9]{17}[0-9Xx]|true|false|null|nan)\s*",  # an identity number
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Header:
    """`row`: the index of the naming row, or of the first data row where there is none (`named` False)."""

    row: int
    named: bool
    columns: tuple[str, ...]


def find_header(rows: Sequence[Sequence[str]]) -> Header:
    """The header among the first rows of a table; unnamed columns are called column_1 …

    >>> find_header([["Export of 2024"], ["id", "name"], ["1", "a"]])
    Header(row=1, named=True, columns=('id', 'name'))
    >>> find_header([["1", "a"], ["2", "b"]])
    Header(row=0, named=False, columns=('column_1', 'column_2'))
    """
    width = _width(rows)
    if not width:
        return Header(0, False, ())
    top = rows[:_PREAMBLE_ROWS]
    wide = [i for i, row in enumerate(top) if len(row) == width]
    first = next((i for i in wide if _is_filled(top[i])), wide[0] if wide else 0)
    if len(rows[first]) != width:  # the table proper begins further down than titles go
        return Header(first, False, unique_names([""] * width))
    body = [row for row in rows[first + 1 :] if len(row) == width]
    named = is_header(rows[first], body)
    names = rows[first] if named else [""] * width
    return Header(first, named, unique_names(names))


def is_header(row: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Does `row` name the columns of `body`? A row that has numbers, days or values of the body itself does not."""
    cells = [cell.strip() for cell in row]
    if any(_TYPED.fullmatch(c) or len(c) > _LONGEST_NAME or "\n" in c for c in cells) or not any(cells):
        return False
    if any(_mostly_typed([line[i] for line in body]) for i in range(len(cells))):
        return True
    known = [{line[i].strip() for line in body} for i in range(len(cells))]
    return not any(cell and cell in known[i] for i, cell in enumerate(cells))


def unique_names(names: Sequence[str]) -> tuple[str, ...]:
    """Names as given, trimmed; an empty one is column_<n>, a second `a` is a_2. Case does not tell names apart.

    >>> unique_names(["id", "row_no", "ID"])
    ('id', 'row_no_2', 'ID_2')
    """
    taken = set(_PLACE)
    found = []
    for number, name in enumerate(names, start=1):
        plain = name.strip().strip("\ufeff") or f"column_{number}"
        unique, again = plain, 2
        while unique.lower() in taken:
            unique, again = f"{plain}_{again}", again + 1
        taken.add(unique.lower())
        found.append(unique)
    return tuple(found)


def _width(rows: Sequence[Sequence[str]]) -> int:
    counts = Counter(len(row) for row in rows if row)
    return max(counts, key=lambda n: (counts[n], n)) if counts else 0


def _is_filled(row: Sequence[str]) -> bool:
    """Mostly filled: a title that a spreadsheet padded with delimiters is not."""
    return sum(bool(cell.strip()) for cell in row) * 2 > len(row)


def _mostly_typed(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return bool(filled) and sum(bool(_TYPED.fullmatch(cell)) for cell in filled) >= 0.8 * len(filled)
