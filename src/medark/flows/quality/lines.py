"""Which fields of a source, and which lines of its map, make a column of the lake"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Final

from medark.check.checks import Check
from medark.flows.lineage import upstream
from medark.flows.workspace import Workspace

_MOST: Final = 6


@dataclass(frozen=True, slots=True)
class Line:
    """A field that a column is made of. `place`: the lines of the map that say so, as file:1,2; "" of a reader."""

    field: str
    place: str = ""


def lines_of(workspace: Workspace, one: Check, source: str, form: str) -> tuple[Line, ...]:
    """The lines by which what a source sends in one form (a format, or tables of its map) becomes the checked column,
    the most direct first.
    """
    name = f"{one.table}.{one.column}" if one.column else one.table
    tables = {each.rpartition(".")[2] for each in form.split()}
    mine = [one for one in upstream(workspace, name) if one.source == source and one.table in tables and one.alone]
    makes = [one for one in mine if one.how is mine[0].how]
    places: dict[tuple[str, str], set[int]] = {}
    for origin in makes:
        places.setdefault((origin.field, origin.map), set()).add(origin.line)
    return tuple(_line(field, file, lines) for (field, file), lines in islice(places.items(), _MOST))


def _line(field: str, file: str, lines: set[int]) -> Line:
    return Line(field, f"{file}:{','.join(map(str, sorted(lines)))}" if file else "")
