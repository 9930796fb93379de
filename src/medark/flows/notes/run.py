"""The notes of a lake that are not read yet, read into note_nlp, portion by portion, a commit each"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pyarrow as pa

from medark.flows.notes.concepts import Concepts
from medark.flows.notes.due import bind, due, gone, texts_of
from medark.flows.notes.readers import Readers
from medark.flows.notes.words import words_of
from medark.flows.working import working
from medark.flows.workspace import Workspace
from medark.model.omop import lake_columns
from medark.model.progress import Progress, Silent, Stage
from medark.sql.render import render
from medark.standardise.domains import READ
from medark.store.engine import Session
from medark.store.lake import Query, Upsert

_SILENT = Silent()
_PORTION = 60_000_000  # characters of notes whose mentions are committed together


@dataclass(frozen=True, slots=True)
class NotesAccount:
    """What a run did: notes read, mentions found and how many of them have a standard concept; rows taken away."""

    notes: int = 0
    mentions: int = 0
    mapped: int = 0
    removed: int = 0
    characters: int = 0
    seconds: float = 0.0
    system: str = ""


def read_notes(workspace: Workspace, progress: Progress = _SILENT) -> NotesAccount:
    """Read every note that is new, whose text came anew, or that other words or another model would read otherwise.

    What was found in notes that are gone goes, too. Rows of note_nlp that sources delivered stay as they are.
    SettingsError if the model that the settings name is not there.
    """
    with working(workspace):
        return read_due(workspace, progress)


def read_due(workspace: Workspace, progress: Progress = _SILENT) -> NotesAccount:
    """The same, for a caller that holds the workspace."""
    started, snapshot = time.monotonic(), workspace.lake.snapshot()
    words, settings = words_of(workspace), workspace.settings
    counts = [0, 0, 0, 0, 0]
    with Readers(words.lexicon, words.names, settings.notes.model, settings.ingest.workers) as readers:
        concepts = Concepts(workspace, words)
        with workspace.engine.session() as session, progress.stage("reading notes", 0, "notes") as stage:
            bind(session, snapshot, None)
            for ids, characters in _portions(due(session, readers.system)):
                done = _portion(workspace, session, readers, concepts, ids, stage)
                counts = [a + b for a, b in zip(counts, (*done, characters), strict=True)]
    return NotesAccount(*counts, seconds=time.monotonic() - started, system=readers.system)


def _portions(found: pa.Table) -> Iterator[tuple[pa.Array, int]]:
    """Notes together while they have so many characters; one portion at least, for what older readings left."""
    ids, sizes = found.column("note_id").combine_chunks(), found.column("size").to_pylist()
    first = total = 0
    for at, size in enumerate(sizes):
        if total and total + size > _PORTION:
            yield ids.slice(first, at - first), total
            first, total = at, 0
        total += size
    yield ids.slice(first), total


def _portion(
    workspace: Workspace, session: Session, readers: Readers, concepts: Concepts, ids: pa.Array, stage: Stage
) -> tuple[int, int, int, int]:
    """Notes, mentions, those with a concept, rows that went."""
    session.bind_arrow("due_note", pa.table({"note_id": ids}))
    tables = []
    for count, mentions in readers.mentions(texts_of(session)):
        tables.append(concepts.added(mentions))
        stage.advance(count)
    found = _stamped(workspace, readers.system, tables)
    changes: dict[str, Upsert] = {}
    if found is not None:
        session.bind_arrow("note_mention", found)
        session.table("note_nlp_rows", render(READ[0].query, session.dialect))
    old = gone(session, has_new=found is not None)
    if found is not None or old.num_rows:
        columns = ", ".join(f'"{column.name}"' for column in lake_columns("note_nlp"))
        rows = Query(session, f"SELECT {columns} FROM note_nlp_rows", kept=True) if found is not None else ()
        changes["note_nlp"] = Upsert(rows, gone=old if old.num_rows else None)
        workspace.lake.commit(changes, "notes")
    for name in ("note_mention", "note_nlp_rows"):
        session.drop(name)
    mapped = sum(1 for one in found.column("note_nlp_concept_id").to_pylist() if one) if found is not None else 0
    return len(ids), found.num_rows if found is not None else 0, mapped, old.num_rows


def _stamped(workspace: Workspace, system: str, tables: list[pa.Table]) -> pa.Table | None:
    """All mentions with who read them and when, in the workspace's zone; None if there are none."""
    found = pa.concat_tables(tables) if tables else None
    if found is None or not found.num_rows:
        return None
    now = dt.datetime.now(ZoneInfo(workspace.settings.time_zone)).replace(tzinfo=None, microsecond=0)
    found = found.append_column("nlp_system", pa.array([system] * found.num_rows, pa.string()))
    return found.append_column("read_at", pa.array([now] * found.num_rows, pa.timestamp("us")))
