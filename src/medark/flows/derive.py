"""What follows from the rows of the lake: observation periods and eras, for the buckets of people that changed"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from medark.flows.lake_relations import LakeRelations
from medark.flows.workspace import Workspace
from medark.model.omop import lake_columns
from medark.model.progress import Progress
from medark.sql.render import render
from medark.standardise.domains import DERIVED
from medark.store.engine import Session, WrittenFile
from medark.store.lake import Change, Replace, Snapshot


def derive(workspace: Workspace, buckets: Collection[int], progress: Progress) -> None:
    """Make the derived tables again for some buckets, as many at a time as fit in a wave, in one commit.

    Rows of those tables that a source itself delivered stay; only people without any get derived ones.
    """
    if not buckets:
        return
    snapshot = workspace.lake.snapshot()
    files: dict[str, list[WrittenFile]] = {step.table: [] for step in DERIVED if step.table}
    with workspace.lake.incoming() as folder, progress.stage("deriving", len(buckets), "buckets") as stage:
        for group in _groups(snapshot, sorted(buckets), workspace.settings.ingest.wave_rows):
            with workspace.engine.session() as session:
                workspace.vocabulary.bind(session)
                for table, sql in _queries(session, snapshot, group):
                    files[table] += workspace.lake.write(session, table, sql, folder)
            stage.advance(len(group))
        changes: dict[str, Change] = {t: Replace(tuple(f), frozenset(buckets)) for t, f in files.items()}
        workspace.lake.commit(changes, "derive")


def _groups(snapshot: Snapshot, buckets: Sequence[int], most: int) -> Iterator[frozenset[int]]:
    """Buckets together while all their rows are at most `most`; one at a time where a single one has more."""
    group: set[int] = set()
    rows = 0
    for bucket in buckets:
        size = sum(file.rows for table in snapshot.tables for file in snapshot.data_files(table, {bucket}))
        if group and rows + size > most:
            yield frozenset(group)
            group, rows = set(), 0
        group.add(bucket)
        rows += size
    if group:
        yield frozenset(group)


def _queries(session: Session, snapshot: Snapshot, buckets: frozenset[int]) -> list[tuple[str, str]]:
    """Table and SELECT of each derived table, over relations that are ready in the session."""
    queries = []
    lake = LakeRelations(session, snapshot, buckets)
    for step in DERIVED:
        lake.bind(step.reads)
        session.table(step.name, render(step.query, session.dialect, {}))
        if step.table:
            queries.append((step.table, _with_delivered(session, snapshot, step.table, step.name, buckets)))
    return queries


def _with_delivered(session: Session, snapshot: Snapshot, table: str, derived: str, buckets: frozenset[int]) -> str:
    snapshot.bind(session, table, buckets, f"had_{table}")
    columns = ", ".join(column.name for column in lake_columns(table))
    delivered = f"SELECT {columns} FROM had_{table} WHERE medark_record_no IS NOT NULL"
    others = f"person_id NOT IN (SELECT person_id FROM had_{table} WHERE medark_record_no IS NOT NULL)"
    return f"{delivered} UNION ALL SELECT {columns} FROM {derived} WHERE {others}"
