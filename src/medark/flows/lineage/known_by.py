"""Fields of a source's tables: which there are, and by which of them a table is known as what it is"""

from __future__ import annotations

from collections.abc import Iterator

from medark.catalog.lineage.graph import Graph
from medark.flows.lineage.whole import sources_of, tables_of
from medark.flows.maps import maps_of
from medark.flows.workspace import Workspace
from medark.model.lineage import ROWS, Asset, How, Layer, Touched


def fields_of(workspace: Workspace) -> Iterator[Asset]:
    """Every field of the tables that came, those too of which nothing is made."""
    for source in sources_of(workspace):
        for tables in tables_of(source).values():
            for table, columns in tables.items():
                yield from (Asset(Layer.FIELD, f"{source.name}/{table}", column.lower()) for column in columns)


def is_known_by(workspace: Workspace, field: Asset) -> bool:
    """Is it one of the columns by which a table is known? Without it the file is none that its map can read."""
    source, _, table = field.of.rpartition("/")
    mine = [one for one in sources_of(workspace) if one.name == source]
    own = [maps_of(workspace).get(own) for one in mine for own, tables in tables_of(one).items() if table in tables]
    found = [one.tables[table] for one in own if one is not None and table in one.tables]
    return any(field.name.lower() in map(str.lower, one.needs) for one in found)


def without_table(workspace: Workspace, known: Graph, field: Asset) -> tuple[Touched, ...]:
    """What changes where none of the field's table comes: all that any of its fields decides, and which rows there are
    of what has values of it.
    """
    found: dict[Asset, Touched] = {}
    for one in {*fields_of(workspace), *known.assets}:
        if one.layer is Layer.FIELD and one.of == field.of and one != field:
            for touched in known.downstream(one):
                before = found.get(touched.asset)
                if before is None or (touched.alone, -touched.steps) > (before.alone, -before.steps):
                    found[touched.asset] = touched
    filled = {
        one.asset.of for one in found.values() if one.asset.layer is Layer.COLUMN and one.alone and one.how is How.VALUE
    }
    rows = [Asset(Layer.COLUMN, table, ROWS) for table in sorted(filled)]
    told = [Touched(one.asset, How.ROWS, one.steps, one.alone) for one in found.values()]
    return (*told, *(Touched(one, How.ROWS, 1) for one in rows if one not in found))
