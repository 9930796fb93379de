"""The whole erasure: raw records, ledger, lake, what dead processes left, crosswalk; then the audit"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from medark.errors import RefusedInput
from medark.flows.apps import publish
from medark.flows.catalog.occurrences import forget as forget_counts
from medark.flows.characterise.keeping import forget as forget_results
from medark.flows.data_map.keeping import Keeping
from medark.flows.erase.pending import Pending, clear, hashed, note, noted
from medark.flows.erase.rows import Links, is_parent, links_of, rows_of
from medark.flows.erase.units import Found, units_of, without
from medark.flows.erase.wanted import Wanted, wanted
from medark.flows.quality.index import sweep as forget_people
from medark.flows.who import the_person
from medark.flows.working import working
from medark.flows.workspace import Workspace
from medark.model.account import ErasureAccount
from medark.model.audit import Act
from medark.model.omop import RECORD_NO, ROW_NO
from medark.model.progress import Progress
from medark.model.record import Format, RawRecord
from medark.model.source import Source
from medark.standardise.formats import TABLES, has_reader
from medark.standardise.formats.tabular import blanked_into

Told = Mapping[int, Collection[int]]  # record → its units of which the lake has rows of the person


def erase(workspace: Workspace, person: str, progress: Progress) -> ErasureAccount:
    """Erase a person, named by person_id or by an identifier or key that is only theirs.

    Raw units that are about them are emptied, also those that nothing was made of; records that hold nothing else
    are removed with their names. A unit that tells of somebody else and only mentions them stays: it is not theirs.
    Killed halfway, the same command goes on. NotFoundError if nobody, or more than one, goes by that name.
    """
    with working(workspace):
        if (left := noted(workspace)) is not None:
            account = _finished(workspace, left, progress)
            if left.name == hashed(workspace, person):
                return account
        person_id = the_person(workspace, person, lambda person_id: bool(workspace.lake.person_record(person_id)))
        workspace.ledger.audit.add(Act("erasure begun"))
        tables = {table: rows.num_rows for table, rows in workspace.lake.person_record(person_id).items()}
        begun = Pending(person_id, hashed(workspace, person), tables, len(workspace.lake.history()))
        note(workspace, begun)
        return _finished(workspace, begun, progress)


def _finished(workspace: Workspace, begun: Pending, progress: Progress) -> ErasureAccount:
    """Every step may be done again. The crosswalk is the last to forget: all others ask it who is meant."""
    who = wanted(workspace, begun.person_id)
    done = _raw_records(workspace, who, begun, progress)
    workspace.ledger.batches.forget_names(who.is_named_as)
    workspace.lake.erase_person(who.person_id)
    publish.forget_person(workspace, who.person_id)
    Keeping(workspace).forget()
    forget_results(workspace)
    forget_counts(workspace)
    forget_people(workspace)
    for left in ("lake.new", "lake.old"):  # of a rebuild that was killed
        shutil.rmtree(workspace.places.root / left, ignore_errors=True)
    workspace.crosswalk.forget(who.person_id)
    told = Act("erased", detail={"rows": sum(done.tables.values()), "units": done.units})
    workspace.ledger.forget_person(who.person_id, told)
    clear(workspace)
    return ErasureAccount(done.tables, done.records_removed, done.records_rewritten, done.units, done.versions)


def _raw_records(workspace: Workspace, who: Wanted, begun: Pending, progress: Progress) -> Pending:
    done, told, placed = begun, _told(workspace, who.person_id), set(workspace.crosswalk.records(who.person_id))
    told_in = {workspace.landing.record(number).source for number in {*told, *placed}}
    for source in (s for s in workspace.landing.sources() if s.people in who.keys or s.name in told_in):
        records = list(workspace.landing.records(source=source.name))
        likely = [
            r for r in records if r.record_no in told or r.record_no in placed or _names(workspace, r, who, source)
        ]
        parents = {record.record_no for record in likely if is_parent(workspace, record)}
        links = links_of(workspace, [record for record in likely if record.record_no in parents], source, who)
        if any(links.values()):  # rows that name nobody, only a stay of theirs, may be in any table
            numbers = {record.record_no for record in likely}
            likely = [r for r in records if r.record_no in numbers or r.format in TABLES]
        likely.sort(key=lambda record: record.record_no in parents)
        with progress.stage("erasing raw records", len(likely), "records") as stage, workspace.landing.erasing():
            for record in likely:
                only = record.record_no in placed and workspace.crosswalk.people_of([record.record_no]) == 1
                found = _found(workspace, record, source, who, told.get(record.record_no, ()), links)
                done = _erased(workspace, record, who, found, done, only_theirs=only)
                stage.advance(1)
    return done


def _told(workspace: Workspace, person_id: int) -> Told:
    """Units of which the lake has rows of the person."""
    told: dict[int, set[int]] = {}
    for rows in workspace.lake.person_record(person_id).values():
        for record_no, row_no in zip(rows[RECORD_NO.name].to_pylist(), rows[ROW_NO.name].to_pylist(), strict=True):
            if record_no is not None:  # rows that are derived come from no record
                told.setdefault(record_no, set()).add(row_no)
    return told


def _names(workspace: Workspace, record: RawRecord, who: Wanted, source: Source) -> bool:
    """May a record say anything of the person? Packed formats can't be looked through as they lie."""
    if record.format in (Format.PARQUET, Format.XLSX) or who.is_named_as(record.name):
        return True
    with workspace.landing.open(record) as content:
        return who.may_be_in(content, source.people)


def _found(
    workspace: Workspace, record: RawRecord, source: Source, who: Wanted, told: Collection[int], links: Links
) -> Found:
    if record.format in TABLES:
        with suppress(RefusedInput):
            return rows_of(workspace, record, source, who, told, links)
    if has_reader(record.format):
        return units_of(workspace, record, source, who, told)
    with workspace.landing.open(record) as opened:
        content = opened.read()
    # Nobody can say which part of it is about whom: if it names them, it goes.
    return Found({0} if who.is_named_in(content) or who.is_named_as(record.name) else set(), 1)


def _erased(
    workspace: Workspace, record: RawRecord, who: Wanted, found: Found, done: Pending, *, only_theirs: bool
) -> Pending:
    gone = workspace.landing.erased_rows(record.record_no)
    forget_name = only_theirs or who.is_named_as(record.name)
    if not (found.rows - gone or found.parts or (forget_name and record.name)):
        return done
    if found.units and len(found.rows | gone) >= found.units:
        workspace.landing.replace(record, None, forget_name=True)
        workspace.ledger.records.forget(record.record_no)
        done = done.counted(removed=1, units=len(found.rows - gone))
    else:
        with _without(workspace, record, found, who) as after:
            workspace.landing.replace(record, after, found.rows, forget_name=forget_name)
        workspace.ledger.records.forget_units(record.record_no, found.rows)
        done = done.counted(rewritten=1, units=len(found.rows - gone) + len(found.parts))
    note(workspace, done)
    return done


@contextmanager
def _without(workspace: Workspace, record: RawRecord, found: Found, who: Wanted) -> Iterator[Path]:
    """What is left of a record: in a file, if it may be too much for memory."""
    path = workspace.places.scratch / f"left-{uuid4().hex}"
    try:
        with workspace.landing.open(record) as content, path.open("wb") as out:
            if not (found.rows or found.parts):
                shutil.copyfileobj(content, out)  # only its name told who it is about
            elif record.format in TABLES:
                blanked_into(out, content, record.format, found.rows)
            else:
                out.write(without(record, content.read(), found, who))
        yield path
    finally:
        path.unlink(missing_ok=True)
