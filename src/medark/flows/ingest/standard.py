"""What has landed and is not yet standardised: batch by batch into the lake, in waves of bounded size"""

from __future__ import annotations

from medark.flows.cdm_source import note_sources
from medark.flows.derive import derive
from medark.flows.held import held_versions
from medark.flows.ingest.order import in_order
from medark.flows.ingest.wave import Wave
from medark.flows.staging.staging import Staging
from medark.flows.vocabulary import publish
from medark.flows.working import PATIENCE, working
from medark.flows.workspace import Workspace
from medark.model.account import ReasonCount
from medark.model.progress import Progress, Stage
from medark.model.record import RawRecord
from medark.standardise.formats import TABLES, has_reader
from medark.store.ledger import Batch, EndCount, RecordOutcome, UnitOutcome, WaveOutcome

_MANY_FILES = 32  # of one bucket; a person's record is read from each of them
NO_FORMAT = "no known format"
EMPTY = "the file is empty"


def standardise_pending(
    workspace: Workspace, progress: Progress, staging: Staging, patience: float = PATIENCE
) -> list[int]:
    """Standardise every record that has landed and is not in the lake yet. Returns the batches they came in.

    A batch counts once all of it has landed: tables are read together with those that they join. BusyError if another
    process is at work for longer than `patience` seconds.
    """
    with working(workspace, patience):
        open_batches = {state.batch_no for state in workspace.ledger.records.states("pending")}
        batches = [b for b in workspace.ledger.batches.all() if b.batch_no in open_batches and b.ended_ms is not None]
        for batch in batches:
            standardise_batch(workspace, batch, progress, staging)
        derive_due(workspace, progress)
        for follow in workspace.follows:
            follow(workspace, progress)
        read_if_set(workspace, progress)
        publish(workspace)
        note_sources(workspace)
        _tidy(workspace)
        return [batch.batch_no for batch in batches]


def _tidy(workspace: Workspace) -> None:
    """Merge files where many small commits left many, and let go of versions past those that are to be kept."""
    snapshot = workspace.lake.snapshot()
    most = max((len(snapshot.data_files(t, {b})) for t in snapshot.tables for b in range(snapshot.buckets)), default=0)
    if most >= _MANY_FILES:
        workspace.lake.compact(min_files=_MANY_FILES)
    keep = workspace.settings.lake.keep_versions
    if len(workspace.lake.history()) > 2 * keep:
        workspace.lake.vacuum(keep, held_versions(workspace))


def standardise_batch(workspace: Workspace, batch: Batch, progress: Progress, staging: Staging) -> int:
    """Standardise a batch's pending records. The caller holds the workspace (see `working`)."""
    behind = {s.record_no: s.chunks_done for s in workspace.ledger.records.states("pending", batch.batch_no)}
    landed = workspace.landing.records(batch_no=batch.batch_no)
    records = in_order(workspace.landing, [record for record in landed if record.record_no in behind])
    if not records:
        return 0
    readable = [r for r in records if has_reader(r.format)]
    tables = [r for r in records if r.format in TABLES]
    _not_understood(workspace, batch, [r for r in records if not has_reader(r.format) and r.format not in TABLES])
    with workspace.engine.session() as session:
        wave = Wave(workspace, workspace.landing.source(batch.source), batch, session)
        _stage(wave, tables, readable, behind, staging, progress)
    derive_due(workspace, progress)
    return len(records)


def stage_records(wave: Wave, records: list[RawRecord], staging: Staging, progress: Progress) -> None:
    """Whole records of a wave's batch, in this order, through the wave to its end."""
    readable = [record for record in records if has_reader(record.format)]
    tables = [record for record in records if record.format in TABLES]
    _stage(wave, tables, readable, {record.record_no: 0 for record in records}, staging, progress)


def _stage(
    wave: Wave,
    tables: list[RawRecord],
    readable: list[RawRecord],
    behind: dict[int, int],
    staging: Staging,
    progress: Progress,
) -> None:
    with progress.stage("standardising", sum(r.size for r in (*readable, *tables)), "bytes") as stage:
        _stage_tables(wave, tables, behind, stage)
        _stage_readable(wave, readable, behind, staging, stage)
        wave.finish()


def derive_due(workspace: Workspace, progress: Progress) -> None:
    """Derive what is due, also of an ingest that was killed before it could."""
    due = workspace.ledger.waves.due_buckets()
    derive(workspace, due, progress)
    workspace.ledger.waves.derived(due)


def read_if_set(workspace: Workspace, progress: Progress) -> None:
    """Read the notes that came, where the settings say so."""
    if workspace.settings.notes.read_after_ingest:
        from medark.flows.notes.run import read_due  # the words are worth loading only where notes are read

        read_due(workspace, progress)


def _stage_tables(wave: Wave, records: list[RawRecord], behind: dict[int, int], stage: Stage) -> None:
    if records:
        from medark.flows.ingest.tables import stage_tables  # a feed of messages can do without all that reads tables

        stage_tables(wave, records, behind, stage)


def _stage_readable(
    wave: Wave, records: list[RawRecord], behind: dict[int, int], staging: Staging, stage: Stage
) -> None:
    sizes = {record.record_no: record.size for record in records}
    wanted = [(record, behind[record.record_no]) for record in records]
    for portion in staging.portions(wave.source, wanted, meanwhile=wave.prepare):
        wave.add(portion)
        stage.advance(sum(sizes[number] for number in portion.done))


def _not_understood(workspace: Workspace, batch: Batch, records: list[RawRecord]) -> None:
    for reason, some in ((EMPTY, [r for r in records if not r.size]), (NO_FORMAT, [r for r in records if r.size])):
        if numbers := [record.record_no for record in some]:
            outcome = WaveOutcome(
                records=tuple(RecordOutcome(n, chunks=1, units=1, not_understood=1, done=True) for n in numbers),
                kept=tuple(UnitOutcome(n, 0, "not_understood", reason) for n in numbers),
                reasons=(ReasonCount("not_understood", reason, len(numbers), example=f"record={numbers[0]}"),),
                ends=(EndCount("", "not_understood", reason, numbers, [1] * len(numbers)),),
            )
            workspace.ledger.waves.add(batch.batch_no, outcome)
