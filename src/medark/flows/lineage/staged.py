"""From a source's tables to staging: its map's own queries, run over relations of lineage"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from medark.flows.lineage.map_lines import MapFile, map_file
from medark.flows.lineage.pipeline import PLACE_COLUMNS
from medark.model.lineage import ROWS, Asset, Edge, How, Layer
from medark.model.staging import STAGING
from medark.sql.lineage import relation_of
from medark.sql.lineage.relation import EMPTY, Cell, Relation, base, either, stored
from medark.sql.query import parse
from medark.standardise.maps import SourceMap, StagingQuery

Present = Mapping[str, Collection[str]]  # table of a source: the columns it came with
Cells = Mapping[str, Cell]
RAW = "raw_"


@dataclass(frozen=True, slots=True)
class Target:
    """What a map makes of the rows of one table in one staging table: the file and line that says so."""

    staging: str
    made: Relation
    file: MapFile
    part_no: int

    def by(self, column: str = "") -> str:
        """The place in the map: "city_lis/results.toml:17"."""
        return f"{self.file.name}:{self.file.line(self.staging, self.part_no, column)}"


def targets(source_map: SourceMap, own: str, present: Present, folder: Path) -> Iterator[Target]:
    """Each target of each table that is there, run. `own`: the map's folder; `folder`: the workspace's maps."""
    there = {name: frozenset(map(str.lower, columns)) for name, columns in present.items() if name in source_map.tables}
    tables = {f"{RAW}{name}": _raw(name, columns) for name, columns in there.items()}
    for table, queries in _by_table(source_map.staging(there)):
        mapped = source_map.tables[table]
        for target, query in zip(mapped.targets, queries, strict=False):
            if query.staging == target.staging:
                made = relation_of(parse(query.sql), tables)
                yield Target(target.staging, made, map_file(folder, own, table), target.part_no)


def _by_table(queries: list[StagingQuery]) -> Iterator[tuple[str, list[StagingQuery]]]:
    found: dict[str, list[StagingQuery]] = {}
    for query in queries:
        found.setdefault(query.reads[0].removeprefix(RAW), []).append(query)
    yield from found.items()


def _raw(name: str, columns: Collection[str]) -> Relation:
    cells = dict(stored(name, columns).columns) | dict.fromkeys(PLACE_COLUMNS, Cell(filled=True))
    return Relation(cells, {(name, ROWS): How.ROWS})


def edges_of(source: str, found: Collection[Target]) -> Iterator[Edge]:
    """From each field of a source's tables to what is staged of it."""
    for one in found:
        if one.made.is_empty:
            continue
        for column, cell in one.made.columns.items():
            if column not in PLACE_COLUMNS:
                end = Asset(Layer.STAGING, f"{source}: {one.staging}", column)
                yield from _edges(source, cell.influences, end, one.by(column))
        yield from _edges(source, one.made.rows, Asset(Layer.STAGING, f"{source}: {one.staging}", ROWS), one.by())


def _edges(source: str, influences: Mapping[object, How], end: Asset, by: str) -> Iterator[Edge]:
    for (table, field), how in base(influences).items():
        if field != ROWS:
            yield Edge(Asset(Layer.FIELD, f"{source}/{table}", field), end, how, by)


def relations(found: Collection[Target]) -> dict[str, Relation]:
    """Staging tables as the steps to the lake see them: each column decided by itself, constants known."""
    by_table: dict[str, list[Relation]] = {}
    for one in found:
        if not one.made.is_empty:
            by_table.setdefault(one.staging, []).append(one.made)
    return {staging: _together(staging, some) for staging, some in by_table.items()}


def _together(staging: str, some: list[Relation]) -> Relation:
    cells = {}
    for name in STAGING[staging].column_names:
        cell = either(one.columns.get(name, EMPTY) for one in some)
        told = {(staging, name): How.VALUE} if cell.influences else {}
        cells[name] = Cell(told, cell.known, cell.filled)
    return Relation(cells, {(staging, ROWS): How.ROWS})


@cache
def everything() -> dict[str, Relation]:
    """The same of a source of which anything may come."""
    return {name: stored(name, spec.column_names) for name, spec in STAGING.items()}
