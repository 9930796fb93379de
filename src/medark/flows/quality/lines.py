"""Which fields of a source, and which lines of its map, make a column of the lake"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from medark.check.checks import Check
from medark.flows.lineage import asset, graph
from medark.flows.workspace import Workspace
from medark.model.lineage import ROWS, Asset, Edge, Layer, Touched, weaker

MOST: Final = 6  # lines that are shown


@dataclass(frozen=True, slots=True)
class Line:
    """A field that a column is made of. `place`: the lines of the map that say so, as file:1,2; "" of a reader."""

    field: str
    place: str = ""


def lines_of(workspace: Workspace, one: Check, source: str, form: str) -> tuple[Line, ...]:
    """The lines by which what a source sends in one form (a format, or tables of its map) becomes the checked column,
    the most direct first: those alone by which its most direct way goes, and of ways as direct the shortest.
    """
    known, end = graph(workspace), asset(workspace, f"{one.table}.{one.column}" if one.column else one.table)
    ways = {each.asset: each for each in known.upstream(end) if each.alone}
    fields = [each for each in ways.values() if _is_of(each.asset, source, form)]
    edges = {each: [edge for edge in known.after(each.asset) if _leads(edge, each, ways, end)] for each in fields}
    nearest = min((each.how.rank for each in fields if not _is_key(edges[each])), default=0)
    direct = [each for each in fields if each.how.rank <= nearest]
    ordered = sorted(direct, key=lambda each: (_is_key(edges[each]), each.steps, each.asset.name))
    return tuple(line for each in ordered for line in _lines(edges[each]))


def _leads(edge: Edge, field: Touched, ways: Mapping[Asset, Touched], end: Asset) -> bool:
    """Is it the beginning of a field's most direct way?"""
    if edge.target == end:
        return edge.how is field.how
    after = ways.get(edge.target)
    return edge.alone and after is not None and weaker(edge.how, after.how) is field.how


def _is_of(field: Asset, source: str, form: str) -> bool:
    whose, _, table = field.of.rpartition("/")
    return field.layer is Layer.FIELD and whose == source and table in {one.rpartition(".")[2] for one in form.split()}


def _is_key(edges: Sequence[Edge]) -> bool:
    """Does it say alone which thing is meant? That is behind every column, and hardly ever what is wrong with one."""
    names = [edge.target.name for edge in edges]
    return all(name.endswith("_key") or name == ROWS for name in names) and names != [ROWS]


def _lines(edges: Sequence[Edge]) -> Iterator[Line]:
    """A line for each file that takes the field."""
    places: dict[str, set[int]] = {}
    for edge in edges:
        file, _, line = edge.by.rpartition(":")
        places.setdefault(file if line.isdecimal() else "", set()).add(int(line) if line.isdecimal() else 0)
    for file, lines in sorted(places.items()):
        yield Line(edges[0].source.name, f"{file}:{','.join(map(str, sorted(lines)))}" if file else "")
