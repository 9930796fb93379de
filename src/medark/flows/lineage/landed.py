"""From staging to the lake, of one source: what its staging columns decide of each column, alone and with the lake"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from medark.flows.lineage.pipeline import LAKE, OWN, derived, lake_of, no_lake, to_lake
from medark.model.lineage import ROWS, Asset, Edge, Influences, Layer
from medark.model.omop import tables
from medark.sql.lineage.relation import Relation, base

Relations = Mapping[str, Relation]


def edges_of(source: str, staged: Relations) -> Iterator[Edge]:
    """From what a source stages to the lake, and from the lake to itself.

    Alone: what holds where the lake is empty, or of a source that tells of no people, where it holds what others tell.
    """
    full = dict(_all_edges(source, to_lake(staged, lake_of(tables()))))
    alone = dict(_all_edges(source, to_lake(staged, no_lake() if "person" in staged else lake_of(tables()))))
    for ends, (how, by) in full.items():
        surely = ends in alone
        yield Edge(*ends, alone[ends][0] if surely else how, by, alone=surely and ends[0].layer is Layer.STAGING)


def derived_edges() -> Iterator[Edge]:
    """From the lake to what is derived of it."""
    for (start, end), (how, by) in _all_edges("", derived()):
        yield Edge(start, end, how, by)


_Told = tuple[tuple[Asset, Asset], tuple]  # type: ignore[type-arg]


def _all_edges(source: str, made: Relations) -> Iterator[_Told]:
    for table, relation in made.items():
        if relation.is_empty:
            continue
        by = f"domains/{table}.sql"
        for column, cell in relation.columns.items():
            if column not in OWN:
                yield from _edges(source, cell.influences, Asset(Layer.COLUMN, table, column), by)
        yield from _edges(source, relation.rows, Asset(Layer.COLUMN, table, ROWS), by)


def _edges(source: str, influences: Influences, end: Asset, by: str) -> Iterator[_Told]:
    for (table, column), how in base(influences).items():
        start = (
            Asset(Layer.COLUMN, table.removeprefix(LAKE), column)
            if table.startswith(LAKE)
            else Asset(Layer.STAGING, f"{source}: {table}", column)
        )
        if start != end and column not in OWN:
            yield (start, end), (how, by)
