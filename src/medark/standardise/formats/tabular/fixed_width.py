"""Text in columns of fixed width: cut where every line is blank, measured as it is displayed"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import accumulate, islice, pairwise
from typing import BinaryIO

import pyarrow as pa

from medark.errors import RefusedInput

_HEADING = re.compile(r"\S+(?: \S+)*")  # one blank may be in a heading
_SAMPLE = 400  # lines that columns are found from
_BATCH = 65_536  # rows
_LONGEST_LINE = 1 << 20  # characters


def column_ends(lines: Sequence[str]) -> tuple[int, ...]:
    """Where each column but the last ends: a display position that is blank in every line, before one that is not.

    Chinese characters are two positions wide, as the systems that pad them count.

    >>> column_ends(["id  name", "1   Li  ", "22  王五"])
    (4,)
    """
    sample = [_wide(line) for line in lines[:_SAMPLE] if line.strip()]
    if not sample:
        return ()
    length = max(map(len, sample))
    blank = [all(line[i : i + 1].isspace() or i >= len(line) for line in sample) for i in range(length)]
    return tuple(i for i in range(1, length) if blank[i - 1] and not blank[i])


def headed_ends(ends: Sequence[int], heading: str, lines: Sequence[str]) -> tuple[int, ...]:
    """Where columns end by their headings: each begins where its heading does, as far as the lines bear that out.

    So a day and its time stay together, and numbers that are set to the right stay with their heading. A cell may touch
    the next one, where that begins at its heading in more lines. Else `ends`, as they were found.

    >>> headed_ends((4, 15, 28), "ID  AT                 SUM", ["1   2026-01-01 09:05      15.00"])
    (4, 23)
    """
    head, rows = _wide(heading), [_wide(line) for line in lines[:_SAMPLE] if line.strip()]
    places = [found.start() for found in _HEADING.finditer(head)][1:]
    for place in places:
        across = sum(len(row) >= place and not row[place - 1].isspace() for row in rows)
        if across and across >= sum(_begins(row, place) for row in rows):
            return tuple(ends)
    return tuple(places) if rows else tuple(ends)


def cells(line: str, ends: Sequence[int]) -> list[str]:
    """The line's cells, without the blanks that pad them."""
    if line.isascii():
        bounds = [0, *ends, max(len(line), 0)]
        return [line[a:b].strip() for a, b in pairwise(bounds)]
    places = list(accumulate((_width(c) for c in line), initial=0))
    bounds = [0, *ends, places[-1]]
    return ["".join(c for c, at in zip(line, places, strict=False) if a <= at < b).strip() for a, b in pairwise(bounds)]


def rows(
    content: BinaryIO, encoding: str, columns: Sequence[str], ends: Sequence[int], skip: int, *, row_no: str
) -> Iterator[pa.Table]:
    """Rows below the first `skip` lines; empty lines are none. RefusedInput for a line past the limit."""
    found = ((number, cells(line, ends)) for number, line in enumerate(_lines(content, encoding, skip)))
    while batch := list(islice(found, _BATCH)):
        numbers, rows = zip(*batch, strict=True)
        arrays = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
        yield pa.table([*arrays, pa.array(numbers, pa.int64())], names=[*columns, row_no])


def _lines(content: BinaryIO, encoding: str, skip: int) -> Iterator[str]:
    text = io.TextIOWrapper(content, encoding=encoding, errors="replace", newline=None)
    number = 0
    while line := text.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise RefusedInput(f"a line is longer than {_LONGEST_LINE} characters", line=number + 1)
        if "\0" in line:
            raise RefusedInput("NUL bytes: this is not a text table", line=number + 1)
        number += 1
        if number > skip and line.rstrip("\n"):
            yield line.rstrip("\n")
    text.detach()


def _wide(line: str) -> str:
    """The line with one character a display position."""
    return line if line.isascii() else "".join(c + "." * (_width(c) - 1) for c in line)


def _begins(row: str, place: int) -> bool:
    """Does something begin at this place of a row?"""
    return row[place - 1 : place].isspace() and not row[place : place + 1].isspace()


def _width(letter: str) -> int:
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
