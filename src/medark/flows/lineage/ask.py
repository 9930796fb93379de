"""What is asked of lineage: what decides a column, what it decides, and what breaks without it"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from medark.catalog.lineage.graph import Graph
from medark.errors import NotFoundError
from medark.flows.lineage.feeds import checks_of
from medark.flows.lineage.known_by import fields_of, is_known_by, without_table
from medark.flows.lineage.whole import graph
from medark.flows.workspace import Workspace
from medark.model.lineage import ROWS, Asset, How, Impact, Layer, Origin, Touched
from medark.model.omop import tables


def asset(workspace: Workspace, named: str) -> Asset:
    """What a name means: `measurement.value_as_number`, `measurement` (its rows), `north/lis/result.value` or its
    end, `app/dataset.column`. NotFoundError with the nearest there is.
    """
    asked = named.strip()
    table, _, column = asked.partition(".")
    if table in tables() and (not column or column in (ROWS, *tables()[table].column_names)):
        return Asset(Layer.COLUMN, table, column or ROWS)
    there = [one for one in {*graph(workspace).assets, *fields_of(workspace)} if one.layer is not Layer.STAGING]
    exact = sorted(one for one in there if one.title == asked)
    found = exact or sorted(one for one in there if one.title.endswith(f"/{asked}"))
    if found:
        return found[0]
    near = difflib.get_close_matches(asked, [one.title for one in there], n=1, cutoff=0.5)
    raise NotFoundError("lineage knows nothing of this name", fix=near[0] if near else "measurement.value_as_number")


def upstream(workspace: Workspace, named: str) -> tuple[Origin, ...]:
    """The fields of sources that decide a column of the lake or of a dataset, the most direct first."""
    known, end = graph(workspace), asset(workspace, named)
    ways = {one.asset: one for one in known.upstream(end)}
    found = [origin for one in ways.values() if one.asset.layer is Layer.FIELD for origin in _origins(known, one, ways)]
    return tuple(sorted(found, key=lambda one: (not one.alone, one.how.rank, one.source, one.table, one.field)))


def downstream(workspace: Workspace, named: str) -> tuple[Touched, ...]:
    """Everything that an asset decides, nearest first."""
    return graph(workspace).downstream(asset(workspace, named))


def impact(workspace: Workspace, named: str) -> Impact:
    """What changes where an asset does: columns, datasets, applications with their pages, and checks. A column by which
    a table is known takes the table with it.
    """
    start = asset(workspace, named)
    known = graph(workspace)
    needs = start.layer is Layer.FIELD and is_known_by(workspace, start)
    own_ways = {one.asset: one for one in known.downstream(start)}
    ways = {one.asset: one for one in without_table(workspace, known, start)} if needs else {}
    ways |= {end: one for end, one in own_ways.items() if one.alone or end not in ways}
    touched = tuple(one for one in ways.values() if one.asset.layer is not Layer.STAGING)
    columns = [one for one in touched if one.asset.layer is Layer.COLUMN]
    own = [Touched(start, How.VALUE, 0)] if start.layer is Layer.COLUMN else []
    return Impact(start, (*touched, *checks_of(workspace, start, [*own, *columns])), needs)


def _origins(known: Graph, one: Touched, ways: dict[Asset, Touched]) -> Iterator[Origin]:
    """A field, once for each line of a map that takes it on the way."""
    source, _, table = one.asset.of.rpartition("/")
    places = sorted({edge.by for edge in known.after(one.asset) if edge.target in ways})
    for by in places or [""]:
        file, _, line = by.rpartition(":")
        place = (file, int(line)) if line.isdecimal() else ("", 0)
        yield Origin(source, table, one.asset.name, one.how, place[0], place[1], one.alone)
