"""An earlier answer kept fresh: only people with new rows are asked again"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from medark.define.answers import TIME, digest, reads, triggers
from medark.define.definitions import Cohort, Dataset, Definition, Tally
from medark.errors import NotFoundError
from medark.flows.definitions.run import Answer, asking, provenance, run, runnable
from medark.flows.workspace import Workspace
from medark.model.access import Reader
from medark.model.omop import RECORD_NO, ROW_NO, lake_columns, person_column
from medark.store.lake import DataFile, Snapshot


def refresh(
    workspace: Workspace,
    reader: Reader,
    definition: Definition,
    earlier: Answer,
    *,
    today: dt.date,
    empty_sets: bool = False,
) -> tuple[Answer, int | None]:
    """The answer of now, and how many people were asked again; None where all had to be.

    All are asked again where another definition, vocabulary or engine made the earlier answer, where it shows what the
    reader does not see or leaves out what they do, where its version of the lake is no longer kept, where time alone
    can change it and time has passed, and for measures, which are sums. A tally, of which nobody is asked, is made
    again unless its tables are as they were.
    """
    if isinstance(definition, Tally) and (same := _untouched(workspace, reader, definition, earlier, today)):
        return same, 0
    before = _still_good(workspace, definition, earlier, today)
    if before is None:
        return run(workspace, reader, definition, today=today, empty_sets=empty_sets), None
    now = workspace.lake.snapshot()
    changed = changed_people(workspace, reads(definition), before, now)
    fresh = run(workspace, reader, definition, today=today, people=changed, version=now.version, empty_sets=empty_sets)
    if fresh.provenance.view != earlier.provenance.view:
        return run(workspace, reader, definition, today=today, empty_sets=empty_sets), None
    kept = earlier.rows.filter(pc.invert(pc.is_in(earlier.rows["person_id"], pa.array(sorted(changed), pa.int64()))))
    rows = pa.concat_tables([kept, fresh.rows.cast(kept.schema)])
    return Answer(rows, (), fresh.provenance, fresh.unknown, fresh.rules), len(changed)


def _untouched(workspace: Workspace, reader: Reader, asked: Tally, earlier: Answer, today: dt.date) -> Answer | None:
    """The earlier answer as that of now, if what it was made of is as it was and the reader sees the same of it."""
    try:
        before, now = workspace.lake.snapshot(earlier.provenance.lake_version), workspace.lake.snapshot()
    except NotFoundError:
        return None
    moved = any(before.files(table) != now.files(table) for table in reads(asked))
    if moved or earlier.provenance.digest != digest(asked):
        return None
    with asking(workspace, reader, asked, version=now.version) as (governed, _):
        if governed.stamp != earlier.provenance.view:
            return None
        return Answer(governed.hand_out(earlier.rows), (), provenance(workspace, asked, governed, today))


def changed_people(
    workspace: Workspace, wanted: Mapping[str, Collection[str]], before: Snapshot, now: Snapshot
) -> set[int]:
    """The people who have a row, of the tables and columns read, that the other version of the lake does not have."""
    found: set[int] = set()
    for table, columns in wanted.items():
        person = person_column(table)
        gone = set(before.data_files(table)) - set(now.data_files(table))
        come = set(now.data_files(table)) - set(before.data_files(table))
        if person is not None and (gone or come):
            found |= _differing(workspace, table, person, columns, (before, gone), (now, come))
    return found


def _differing(
    workspace: Workspace,
    table: str,
    person: str,
    columns: Collection[str],
    *sides: tuple[Snapshot, Collection[DataFile]],
) -> set[int]:
    compared = ", ".join(sorted({*columns, person, RECORD_NO.name, ROW_NO.name}))
    with workspace.engine.session() as session:
        for name, (snapshot, files) in zip(("gone", "come"), sides, strict=True):
            paths = [snapshot.places.data(table, file.path) for file in files]
            session.bind_parquet(name, paths, lake_columns(table))
        either = (
            f"(SELECT {compared} FROM gone EXCEPT SELECT {compared} FROM come)"
            f" UNION ALL (SELECT {compared} FROM come EXCEPT SELECT {compared} FROM gone)"
        )
        return set(session.query(f"SELECT DISTINCT {person} AS p FROM ({either}) AS d")["p"].to_pylist())


def _still_good(workspace: Workspace, definition: Definition, earlier: Answer, today: dt.date) -> Snapshot | None:
    """The version of the lake that the earlier answer is of, if the answer can be kept for people without new rows."""
    asked, made = runnable(definition), earlier.provenance
    passed = TIME in triggers(definition) and made.today != today.isoformat()
    same = made.digest == digest(asked) and made.vocabulary == workspace.vocabulary.digest
    if passed or not same or not isinstance(asked, Dataset | Cohort):
        return None
    try:
        return workspace.lake.snapshot(made.lake_version)
    except NotFoundError:
        return None
