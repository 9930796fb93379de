"""What a scan's query says of files: lines by file, and what their rows refer to in vain"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import NoneType
from typing import Any

from medark.check.counting import FILE_NO, is_sum
from medark.flows.quality.kept import MOST_LOST, Line, said


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What rows of files that stayed say now, and said before a link led to something else."""

    columns: tuple[str, ...]
    now: Mapping[str, list[Line]]
    before: Mapping[str, list[Line]]


@dataclass(slots=True)
class Sums:
    """What a scan's query says of files: the lines of those that came; of rows of others that are affected, what is
    otherwise; and what rows refer to in vain.
    """

    columns: tuple[str, ...] = ()
    came: dict[str, list[Line]] = field(default_factory=dict)
    otherwise: list[Otherwise] = field(default_factory=list)
    lost: dict[str, list[int] | None] = field(default_factory=dict)


def together(*some: list[int] | None) -> list[int] | None:
    """All of them; None where one is, or where that is too much to keep."""
    found: set[int] = set()
    for one in some:
        if one is None or len(one) >= MOST_LOST:
            return None
        found.update(one)
    return sorted(found) if len(found) < MOST_LOST else None


def lines_of(
    names: Sequence[str], rows: Sequence[Sequence[Any]], files: Sequence[str]
) -> tuple[dict[str, list[Line]], tuple[str, ...]]:
    """The lines of an answer by the file that each is of, and their columns."""
    columns = tuple(name for name in names if name != FILE_NO)
    lines: dict[str, list[Line]] = {path: [] for path in files}
    cells = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {}
    numbers = cells.get(FILE_NO, ())
    told = zip(*(_cells(cells[name], is_sum(name)) for name in columns), strict=True) if rows else ()
    for number, line in zip(numbers, told, strict=True):
        lines[files[number]].append([*line])
    return lines, columns


def _cells(values: Sequence[Any], is_of_sums: bool) -> Sequence[Any]:
    kinds = set(map(type, values))
    if is_of_sums:
        return values if kinds == {int} else [int(value or 0) for value in values]
    if kinds <= {int, NoneType}:
        return values
    kept = {value: said(value) for value in {*values}}  # each worked out once
    return [kept[value] for value in values]
