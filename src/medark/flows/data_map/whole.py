"""The whole map at once, for a terminal and for a page that needs nothing else; what was kept is not made again"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from medark.catalog import ColumnProfile, DataMap, FileEntry, Flow, SourceEntry, TableEntry
from medark.catalog.shown import IDENTIFIER, masked_raw
from medark.flows.data_map.fields import maps_state
from medark.flows.data_map.keeping import Keeping, raw_name
from medark.flows.data_map.named import Named, names_of
from medark.flows.data_map.profiling import profile
from medark.flows.data_map.seen import Seen, work_out
from medark.flows.gate.parts import now_ms
from medark.flows.ingest.raw_tables import WAITING, bound_raw_tables
from medark.flows.workspace import Workspace
from medark.flows.written import SHORTEST, ways_of
from medark.model.access import Reader
from medark.model.account import UnitAccount
from medark.model.omop import tables
from medark.model.progress import Progress, Silent
from medark.model.record import RawRecord
from medark.standardise.formats import TABLES
from medark.store.engine import Session

_SILENT = Silent()


def data_map(workspace: Workspace, reader: Reader, progress: Progress = _SILENT, *, raw: bool = True) -> DataMap:
    """The newest version of the lake, as far as a reader may see it, and (`raw`) the table files that came in.

    How many rows a table has is told of all; what is in its columns, of the rows and columns that the reader sees.
    """
    found = work_out(workspace, reader, progress)
    records = list(workspace.landing.records())
    with workspace.engine.session() as session:
        sources = _sources(workspace, session, records, raw, progress)
    return DataMap(
        version=found.snapshot.version,
        made_ms=now_ms(),
        vocabulary=workspace.vocabulary.release,
        people=found.snapshot.rows("person"),
        sources=sources,
        tables=tuple(_entry(found, name) for name in tables()),
        flows=tuple(
            Flow(one.source, one.format, table, one.rows)
            for table, kept in found.tables.items()
            for one in kept.profile.arrived
        ),
    )


def _entry(found: Seen, table: str) -> TableEntry:
    kept = found.tables.get(table)
    return TableEntry(table, found.snapshot.rows(table), kept.profile.columns if kept else ())


def _sources(
    workspace: Workspace, session: Session, records: Sequence[RawRecord], raw: bool, progress: Progress
) -> tuple[SourceEntry, ...]:
    ended = workspace.ledger.records.ends()
    batches = workspace.ledger.batches.all()
    entries = []
    for source in workspace.landing.sources():
        mine = [record for record in records if record.source == source.name]
        with progress.stage("profiling files", len(mine), "files") as stage:
            named = names_of(workspace, source.name)
            profiled = tuple(_called(one, named) for one in _raw_tables(workspace, session, mine)) if raw else ()
            stage.advance(len(mine))
        files = tuple(
            FileEntry(r.record_no, r.format, r.size, *ended.get(r.record_no, ("pending", UnitAccount()))) for r in mine
        )
        count = sum(batch.source == source.name for batch in batches)
        entries.append(SourceEntry(source.name, source.time_zone, count, files, profiled))
    return tuple(entries)


@dataclass(frozen=True, slots=True)
class _OfRecord:
    """The tables of one raw record, profiled."""

    tables: tuple[TableEntry, ...]


def _raw_tables(workspace: Workspace, session: Session, records: Sequence[RawRecord]) -> tuple[TableEntry, ...]:
    keeping, maps = Keeping(workspace), maps_state(workspace)
    found: list[TableEntry] = []
    for record in records:
        if record.format in TABLES:
            name = raw_name(record.record_no, record.id, record.size, maps)
            kept = keeping.told(name, _OfRecord)
            if kept is None:
                kept = _OfRecord(tuple(_profiled(workspace, session, record)))
                keeping.put(name, kept)
            # Who is known by now may not have been when it was profiled.
            found += [_without_names(workspace, table) for table in kept.tables]
    return tuple(found)


def _called(table: TableEntry, named: Named) -> TableEntry:
    """By the name of its proposal where it waits, which says more than the number of its record."""
    waits = table.state == WAITING and table.record_no is not None
    name = named(table.record_no or 0, [column.name for column in table.columns]) if waits else ""
    return replace(table, name=name) if name else table


def _profiled(workspace: Workspace, session: Session, record: RawRecord) -> Iterator[TableEntry]:
    for table in bound_raw_tables(workspace, session, [record]):
        masks = [masked_raw(column.name) for column in table.columns]
        columns = profile(session, table.relation, table.columns, masks)
        yield _without_names(workspace, TableEntry(table.name, table.rows, columns, table.record_no, table.state))
        session.drop(table.relation)


def _without_names(workspace: Workspace, table: TableEntry) -> TableEntry:
    return replace(table, columns=tuple(_masked_if_naming(workspace, column) for column in table.columns))


def _masked_if_naming(workspace: Workspace, column: ColumnProfile) -> ColumnProfile:
    """A column whose name is harmless, yet one of its values is a person's that we know: others are of people too."""
    find = workspace.crosswalk.find
    told = [value.value for value in column.top if len(value.value) >= SHORTEST]
    if not any(find(way) for value in told for way in ways_of(value)):
        return column
    return replace(column, least=None, greatest=None, top=(), masked=IDENTIFIER)
