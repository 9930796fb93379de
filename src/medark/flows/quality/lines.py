"""Which fields of a source, and which lines of its map, make a column of the lake"""

from __future__ import annotations

from dataclasses import dataclass

from medark.check.checks import Check
from medark.flows.data_map import work_out_sources
from medark.flows.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Line:
    """A field that a column is made of. `place`: the line of the map that says so, as file:line; "" of a reader."""

    field: str
    place: str = ""


def lines_of(workspace: Workspace, one: Check, source: str, form: str) -> tuple[Line, ...]:
    """The lines by which what a source sends in one form becomes the checked column."""
    target = f"{one.table}.{one.column}"
    found = (
        Line(field.name)
        for each in work_out_sources(workspace).sources
        if each.name == source
        for raw in each.tables
        if raw.title == form
        for field in raw.fields
        if target in field.becomes
    )
    return tuple(dict.fromkeys(found))
