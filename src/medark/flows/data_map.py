"""The data map of a workspace: every source, file, table and column, profiled where that is allowed and harmless"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from medark.catalog import ColumnProfile, DataMap, FileEntry, Flow, SourceEntry, TableEntry, TopValue
from medark.catalog.profile import column_profiles, scan_sql, top_sql, wants_top
from medark.catalog.shown import IDENTIFIER, masked_omop, masked_raw
from medark.flows.gate import About, Governed, decide, reading
from medark.flows.gate.decide import levels
from medark.flows.ingest.raw_tables import bound_raw_tables
from medark.flows.workspace import Workspace
from medark.flows.written import SHORTEST, ways_of
from medark.govern.levels import Sensitivity
from medark.govern.rows import LevelOf
from medark.model.access import Reader
from medark.model.account import UnitAccount
from medark.model.omop import RECORD_NO, lake_columns, tables
from medark.model.progress import Progress, Silent, Stage
from medark.model.record import RawRecord
from medark.model.table import Column
from medark.sql.render import render
from medark.store.engine import Session
from medark.store.lake import Snapshot

_SILENT = Silent()


def data_map(workspace: Workspace, reader: Reader, progress: Progress = _SILENT, *, raw: bool = True) -> DataMap:
    """Profile the newest version of the lake, as far as a reader may see it, and (`raw`) the table files that came in.

    How many rows a table has is told of all; what is in its columns, of the rows and columns that the reader sees.
    """
    snapshot = workspace.lake.snapshot()
    records = {record.record_no: record for record in workspace.landing.records()}
    with progress.stage("profiling the lake", len(tables()), "tables") as stage:
        lake, flows = _lake(workspace, reader, snapshot, records, stage)
    with workspace.engine.session() as session:
        sources = _sources(workspace, session, list(records.values()), raw, progress)
    return DataMap(
        version=snapshot.version,
        made_ms=int(time.time() * 1000),
        vocabulary=workspace.vocabulary.release,
        people=snapshot.rows("person"),
        sources=sources,
        tables=tuple(lake),
        flows=tuple(flows),
    )


def _lake(
    workspace: Workspace, reader: Reader, snapshot: Snapshot, records: Mapping[int, RawRecord], stage: Stage
) -> tuple[list[TableEntry], list[Flow]]:
    entries: list[TableEntry] = []
    flows: list[Flow] = []
    filled = dict.fromkeys(name for name in tables() if snapshot.rows(name))
    shut = {lack.table for lack in decide(workspace, reader, filled).lacking}
    reads = {name: None for name in filled if name not in shut}
    with reading(workspace, reader, reads, About("map"), version=snapshot.version, foreign=False) as governed:
        for name in tables():
            if name in reads:
                columns = profiled(governed, name, levels(workspace.ledger.access.overrides()))
                entries.append(TableEntry(name, snapshot.rows(name), columns))
                flows += _flows(governed, name, records)
            else:
                entries.append(TableEntry(name, snapshot.rows(name), ()))
            stage.advance(1)
    return entries, flows


def profiled(governed: Governed, table: str, level_of: LevelOf) -> tuple[ColumnProfile, ...]:
    """The columns of a table that a reader sees, profiled, each with how sensitive it is and why."""
    columns = [column for column in lake_columns(table) if column.name in governed.reads[table]]
    told = profile(governed.session, table, columns, [masked_omop(column) for column in columns])
    return tuple(_judged(one, level_of(table, one.name)) for one in told)


def _judged(column: ColumnProfile, found: Sensitivity) -> ColumnProfile:
    return replace(column, kind=found.kind, level=found.level, why=found.reason)


def _flows(governed: Governed, table: str, records: Mapping[int, RawRecord]) -> list[Flow]:
    if RECORD_NO.name not in governed.reads[table]:
        return []
    sql = f"SELECT {RECORD_NO.name} AS record_no, count(*) AS n FROM {table} GROUP BY 1"
    cells: dict[tuple[str, str], int] = {}
    for row in governed.query(sql).to_pylist():
        record = records.get(row["record_no"])
        if record is not None:  # rows that are derived come from no record
            cells[record.source, record.format] = cells.get((record.source, record.format), 0) + row["n"]
    return [Flow(source, format_, table, rows) for (source, format_), rows in cells.items()]


def profile(
    session: Session, relation: str, columns: Sequence[Column], masks: Sequence[str]
) -> tuple[ColumnProfile, ...]:
    """The columns of a relation, profiled in one scan and one short query for each column with few values."""
    (scan,) = session.query(render(scan_sql(relation, columns))).to_pylist()
    tops: dict[str, list[TopValue]] = {}
    for i, (column, masked) in enumerate(zip(columns, masks, strict=True)):
        if wants_top(column, masked, scan[f"distinct_{i}"]):
            rows = session.query(render(top_sql(relation, column.name))).to_pylist()
            tops[column.name] = [TopValue(row["value"], row["n"]) for row in rows]
    return column_profiles(columns, masks, scan, tops)


def _sources(
    workspace: Workspace, session: Session, records: Sequence[RawRecord], raw: bool, progress: Progress
) -> tuple[SourceEntry, ...]:
    ended = workspace.ledger.records.ends()
    batches = workspace.ledger.batches.all()
    entries = []
    for source in workspace.landing.sources():
        mine = [record for record in records if record.source == source.name]
        with progress.stage("profiling files", len(mine), "files") as stage:
            profiled = _raw_tables(workspace, session, mine) if raw else ()
            stage.advance(len(mine))
        files = tuple(
            FileEntry(r.record_no, r.format, r.size, *ended.get(r.record_no, ("pending", UnitAccount()))) for r in mine
        )
        count = sum(batch.source == source.name for batch in batches)
        entries.append(SourceEntry(source.name, source.time_zone, count, files, profiled))
    return tuple(entries)


def _raw_tables(workspace: Workspace, session: Session, records: Sequence[RawRecord]) -> tuple[TableEntry, ...]:
    entries = []
    for table in bound_raw_tables(workspace, session, records):
        masks = [masked_raw(column.name) for column in table.columns]
        columns = profile(session, table.relation, table.columns, masks)
        columns = tuple(_masked_if_naming(workspace, column) for column in columns)
        entries.append(TableEntry(table.name, table.rows, columns, table.record_no, table.state))
        session.drop(table.relation)
    return tuple(entries)


def _masked_if_naming(workspace: Workspace, column: ColumnProfile) -> ColumnProfile:
    """A column whose name is harmless, yet one of its values is a person's that we know: others are of people too."""
    find = workspace.crosswalk.find
    told = [value.value for value in column.top if len(value.value) >= SHORTEST]
    if not any(find(way) for value in told for way in ways_of(value)):
        return column
    return replace(column, least=None, greatest=None, top=(), masked=IDENTIFIER)
