"""Tables on a terminal: a heading, columns of text and of numbers, a sum where there is one"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from medark.cli.text import number

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, Group
    from rich.table import Table
    from rich.text import Text

Cell = str | int
_GAP = 3  # between columns
_MANY = 6  # columns: a table of fewer is cut into lines, never into parts
_FIRST = 24  # the same of the first column, by which lines are told apart
_NARROW = 16  # letters in a line of text that can still be read
_LONG = 40  # text past it goes on in the next line


def table(heading: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]], total: Sequence[Cell] = ()) -> Group:
    """A heading and its table; counts are set right, thousands marked, and zeros quiet so that the rest stands out.

    Numbers, and columns without a name (commands to type), are never cut into lines. A table of many columns that is
    too wide goes on under itself.
    """
    from rich.console import Group
    from rich.text import Text

    rows = list(rows)
    drawn = _Fitted(columns, rows, total)
    return Group(Text(heading, "bold"), drawn) if heading else Group(drawn)


def _drawn(columns: Sequence[str], rows: Sequence[Sequence[Cell]], total: Sequence[Cell], width: int) -> Table:
    from rich.table import Table
    from rich.text import Text

    numeric = {i for row in rows for i, cell in enumerate(row) if isinstance(cell, int)}
    cells = [tuple(number(cell) if isinstance(cell, int) else cell for cell in row) for row in rows]
    is_wide = fitting(columns, cells, width) < len(columns)
    drawn = Table(show_header=any(map(str.strip, columns)), box=None, pad_edge=False, padding=(0, _GAP, 0, 0))
    for place, name in enumerate(columns):
        side, whole = ("right", True) if place in numeric else ("left", not name)
        title = _lines(name) if is_wide and place in numeric else name
        drawn.add_column(Text(title, "dim"), justify=side, no_wrap=whole, overflow="fold")  # type: ignore[arg-type]
    for row in rows:
        drawn.add_row(*map(_cell, row))
    if total:
        drawn.add_section()
        drawn.add_row(*map(_cell, total), style="bold")
    return drawn


class _Fitted:
    """A table as it is where it fits; else its columns, under one another, the first one before each part of them."""

    def __init__(self, columns: Sequence[str], rows: Sequence[Sequence[Cell]], total: Sequence[Cell]) -> None:
        self._columns, self._rows, self._total = columns, rows, total

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Table | str]:
        for part, places in enumerate(_parts(self._columns, [*self._rows, self._total], options.max_width)):
            if part:
                yield ""
            names = [self._columns[place] for place in places]
            rows = [[row[place] for place in places] for row in self._rows]
            total = [self._total[place] for place in places] if self._total else []
            yield _drawn(names, rows, total, options.max_width)


def _parts(columns: Sequence[str], rows: Sequence[Sequence[Cell]], width: int) -> list[list[int]]:
    """Places of the columns that stand side by side; more than one part where lines of a few letters would not do."""
    least = [_least(place, name, rows) for place, name in enumerate(columns)]
    if sum(least) + _GAP * len(least) <= width + _GAP or len(least) < _MANY:
        return [list(range(len(columns)))]
    parts, taken = [[0]], least[0]
    for place, wide in enumerate(least[1:], 1):
        if taken + _GAP + wide > width and len(parts[-1]) > 1:
            parts.append([0])
            taken = least[0]
        parts[-1].append(place)
        taken += _GAP + wide
    return parts


def _lines(name: str) -> str:
    """What a column of numbers is called, in lines of few letters, as those columns are not cut.

    >>> _lines("records inside observation periods").splitlines()
    ['records', 'inside', 'observation', 'periods']
    """
    return "\n".join(textwrap.wrap(name, _NARROW - _GAP, break_long_words=False))


def _least(place: int, name: str, rows: Sequence[Sequence[Cell]]) -> int:
    """How narrow a column may be: whole numbers, names and short words; of long texts so many letters of a line."""
    from rich.cells import cell_len

    cells = [row[place] for row in rows if place < len(row)]
    told = max((cell_len(number(one) if isinstance(one, int) else one) for one in cells), default=0)
    return min(max(told, *map(cell_len, name.split() or [""]), 1), _NARROW if place else _FIRST)


def fitting(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> int:
    """How many columns, from the left, lie side by side in so many places of a terminal; one at least."""
    from rich.cells import cell_len

    taken = 0
    for place, name in enumerate(columns):
        longest = max((cell_len(row[place]) for row in rows), default=0)
        taken += max(cell_len(name), min(longest, _LONG))
        if taken > width and place:
            return place
        taken += _GAP
    return len(columns)


def _cell(value: Cell) -> Text:
    from rich.text import Text

    if isinstance(value, int):
        return Text(number(value), "" if value else "dim")
    return Text(value)  # never markup: a name from a file could hold brackets
