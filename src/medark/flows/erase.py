"""One person taken away everywhere: raw records, lake, crosswalk; the audit says that it happened, not to whom"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from medark.errors import NotFoundError
from medark.flows.derive import derive
from medark.flows.ingest.staging import stage_chunks
from medark.flows.ingest.standard import working
from medark.flows.ingest.tables import rows_of_keys
from medark.flows.workspace import Workspace
from medark.model.account import ErasureAccount
from medark.model.progress import Progress
from medark.model.record import RawRecord
from medark.model.source import Source
from medark.standardise.formats import TABLES, has_reader, reader_of
from medark.standardise.formats.tabular import blanked as blanked_table


@dataclass(slots=True)
class _Counts:
    removed: int = 0
    rewritten: int = 0
    units: int = 0


def erase(workspace: Workspace, person: str, progress: Progress) -> ErasureAccount:
    """Erase a person, named by person_id or by an identifier or key that is only theirs.

    Killed halfway, the same command goes on. NotFoundError if nobody, or more than one, goes by that name.
    """
    with working(workspace):
        person_id = _person(workspace, person)
        before = {table: rows.num_rows for table, rows in workspace.lake.person_record(person_id).items()}
        versions = len(workspace.lake.history())
        workspace.ledger.audit("erasure begun", {})
        counts = _Counts()
        keys = workspace.crosswalk.keys(person_id)
        records = _records(workspace, person_id, {key.people for key in keys})
        with progress.stage("erasing raw records", len(records), "records") as stage, workspace.landing.erasing():
            for record in records:
                source = workspace.landing.source(record.source)
                mine = {key.person_key for key in keys if key.people == source.people}
                _erase_record(workspace, record, source, mine, counts)
                stage.advance(1)
        workspace.lake.erase_person(person_id)
        workspace.crosswalk.forget(person_id)
        derive(workspace, {person_id % workspace.lake.buckets}, progress)
        workspace.lake.vacuum(keep=1)
        account = ErasureAccount(before, counts.removed, counts.rewritten, counts.units, versions)
        workspace.ledger.audit("erased", {"rows": sum(before.values()), "units": counts.units})
        return account


def _records(workspace: Workspace, person_id: int, namespaces: Collection[str]) -> list[RawRecord]:
    """Raw records that say something of a person: those that gave rows, and every table of the same sources, also
    those of which nothing is made.
    """
    numbers = set(workspace.crosswalk.records(person_id))
    sources = [s.name for s in workspace.landing.sources() if s.people in namespaces]
    for source in sources:
        numbers |= {r.record_no for r in workspace.landing.records(source=source, formats=list(TABLES))}
    found = (workspace.landing.record(number) for number in sorted(numbers))
    return [record for record in found if record.size]  # an erasure that was killed has done the others


def _person(workspace: Workspace, person: str) -> int:
    if person.lstrip("-").isdigit() and workspace.lake.person_record(int(person)):
        return int(person)
    found = workspace.crosswalk.find(person)
    if person.lstrip("-").isdigit() and not found and workspace.crosswalk.keys(int(person)):
        return int(person)  # an erasure that was killed after the lake was done
    if len(found) != 1:
        what = "more than one person goes by this name" if found else "nobody goes by this name"
        raise NotFoundError(what, fix="name the person_id: SELECT person_id FROM person")
    return found[0]


def _erase_record(
    workspace: Workspace, record: RawRecord, source: Source, keys: Collection[str], counts: _Counts
) -> None:
    rows, units = _rows_of(workspace, record, source, keys)
    rows |= workspace.landing.erased_rows(record.record_no)
    if units and len(rows) >= units:
        workspace.landing.replace(record, None, forget_name=True)
        workspace.ledger.forget_record(record.record_no)
        counts.removed += 1
    elif rows:
        with workspace.landing.open(record) as content:
            before = content.read()
        if record.format in TABLES:
            after = blanked_table(before, record.format, rows)
        else:
            after = reader_of(record.format).blanked(before, rows)
        workspace.landing.replace(record, after, rows)
        counts.rewritten += 1
    counts.units += len(rows)


def _rows_of(workspace: Workspace, record: RawRecord, source: Source, keys: Collection[str]) -> tuple[set[int], int]:
    """The units of a record that are about one person, and how many units it has."""
    if record.format in TABLES:
        return rows_of_keys(workspace, record, source, keys)
    if not has_reader(record.format):
        return set(), 0
    rows: set[int] = set()
    units = 0
    with workspace.landing.open(record) as content:
        for chunk in reader_of(record.format).chunks(record, content):
            tables = stage_chunks(record.format, (chunk,), source)
            rows |= _mine(tables.values(), keys)
            units += sum(tables["unit_count"]["units"].to_pylist()) if "unit_count" in tables else 0
    return rows, units


def _mine(tables: Iterable[pa.Table], keys: Collection[str]) -> set[int]:
    wanted = pa.array(sorted(keys), pa.string())
    rows: set[int] = set()
    for table in tables:
        for column in ("person_key", "survivor_key"):
            if column in table.column_names:
                mine = table.filter(pc.is_in(table[column], value_set=wanted))
                rows.update(mine["row_no"].to_pylist())
    return rows
