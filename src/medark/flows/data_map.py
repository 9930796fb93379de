"""The data map of a workspace: every source, file, table and column, profiled where that is harmless"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from medark.catalog import ColumnProfile, DataMap, FileEntry, Flow, SourceEntry, TableEntry, TopValue
from medark.catalog.profile import column_profiles, scan_sql, top_sql, wants_top
from medark.catalog.shown import IDENTIFIER, masked_omop, masked_raw
from medark.flows.ingest.raw_tables import bound_raw_tables
from medark.flows.workspace import Workspace
from medark.flows.written import SHORTEST, ways_of
from medark.model.account import UnitAccount
from medark.model.omop import VOCABULARY_TABLES, lake_columns, tables
from medark.model.progress import Progress, Silent, Stage
from medark.model.record import RawRecord
from medark.model.table import Column
from medark.sql.render import render
from medark.store.engine import Session
from medark.store.lake import Snapshot

_SILENT = Silent()


def data_map(workspace: Workspace, progress: Progress = _SILENT, *, raw: bool = True) -> DataMap:
    """Profile the newest version of the lake and (`raw`) the table files that came in."""
    snapshot = workspace.lake.snapshot()
    records = {record.record_no: record for record in workspace.landing.records()}
    with workspace.engine.session() as session:
        with progress.stage("profiling the lake", len(tables()), "tables") as stage:
            lake, flows = _lake(session, snapshot, records, stage)
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
    session: Session, snapshot: Snapshot, records: Mapping[int, RawRecord], stage: Stage
) -> tuple[list[TableEntry], list[Flow]]:
    entries: list[TableEntry] = []
    flows: list[Flow] = []
    for name, spec in tables().items():
        rows = snapshot.rows(name)
        if rows:
            snapshot.bind(session, name)
            masks = [masked_omop(column) for column in spec.columns]
            entries.append(TableEntry(name, rows, profile(session, name, spec.columns, masks)))
            flows += _flows(session, name, records)
        else:
            entries.append(TableEntry(name, 0, ()))
        stage.advance(1)
    return entries, flows


def _flows(session: Session, table: str, records: Mapping[int, RawRecord]) -> list[Flow]:
    if table in VOCABULARY_TABLES or not any(c.name == "medark_record_no" for c in lake_columns(table)):
        return []
    counted = session.query(f"SELECT medark_record_no AS record_no, count(*) AS n FROM {table} GROUP BY 1").to_pylist()
    cells: dict[tuple[str, str], int] = {}
    for row in counted:
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
