"""Tables on a terminal: a heading, columns of text and of numbers, a sum where there is one"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from medark.cli.text import number

if TYPE_CHECKING:
    from rich.console import Group
    from rich.text import Text

Cell = str | int
_GAP = 3  # between columns
_LONG = 40  # text past it goes on in the next line


def table(heading: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]], total: Sequence[Cell] = ()) -> Group:
    """A heading and its table; counts are set right, thousands marked, and zeros quiet so that the rest stands out.

    Numbers, and columns without a name (commands to type), are never cut into lines.
    """
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    rows = list(rows)
    numeric = {i for row in rows for i, cell in enumerate(row) if isinstance(cell, int)}
    drawn = Table(show_header=any(map(str.strip, columns)), box=None, pad_edge=False, padding=(0, _GAP, 0, 0))
    for place, name in enumerate(columns):
        side, whole = ("right", True) if place in numeric else ("left", not name)
        drawn.add_column(Text(name, "dim"), justify=side, no_wrap=whole, overflow="fold")  # type: ignore[arg-type]
    for row in rows:
        drawn.add_row(*map(_cell, row))
    if total:
        drawn.add_section()
        drawn.add_row(*map(_cell, total), style="bold")
    return Group(Text(heading, "bold"), drawn) if heading else Group(drawn)


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
