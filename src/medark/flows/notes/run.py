"""The notes of a lake that are not read yet, read into note_nlp, portion by portion, a commit each"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from medark.flows.notes.concepts import Concepts
from medark.flows.notes.due import bind, due, gone, keep_without, kept_without, texts_of
from medark.flows.notes.readers import Readers, system_of
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
    started, settings = time.monotonic(), workspace.settings
    system = system_of(workspace.vocabulary.digest, settings.notes.model)
    counts = [0, 0, 0, 0, 0]
    with workspace.engine.session() as session:
        bind(session, workspace.lake.snapshot(), None)
        session.bind_arrow("nothing_in", kept_without(workspace))
        found = due(session, system)
        if not found.num_rows:  # but what was read of notes that are gone has to go
            counts[3] = _without_gone(workspace, session)
            return NotesAccount(*counts, seconds=time.monotonic() - started, system=system)
        words = words_of(workspace)
        concepts = Concepts(workspace, words)
        with (
            Readers(words.lexicon, words.names, settings.notes.model, settings.ingest.workers) as readers,
            progress.stage("reading notes", found.num_rows, "notes") as stage,
        ):
            for ids, characters in _portions(found):
                session.bind_arrow("due_note", pa.table({"note_id": ids}))
                done = _portion(workspace, session, _mentions(session, readers, concepts, stage), system)
                counts = [a + b for a, b in zip(counts, (len(ids), *done, characters), strict=True)]
    return NotesAccount(*counts, seconds=time.monotonic() - started, system=system)


def _without_gone(workspace: Workspace, session: Session) -> int:
    session.bind_arrow("due_note", pa.table({"note_id": pa.array([], pa.int64())}))
    old = gone(session, has_new=False)
    if old.num_rows:
        workspace.lake.commit({"note_nlp": Upsert(gone=old)}, "notes")
    return old.num_rows


def _mentions(session: Session, readers: Readers, concepts: Concepts, stage: Stage) -> pa.Table:
    tables = []
    for count, mentions in readers.mentions(texts_of(session)):
        tables.append(concepts.added(mentions))
        stage.advance(count)
    return pa.concat_tables(tables)


def _portions(found: pa.Table) -> Iterator[tuple[pa.Array, int]]:
    """Notes together while they have so many characters."""
    ids, sizes = found.column("note_id").combine_chunks(), found.column("size").to_pylist()
    first = total = 0
    for at, size in enumerate(sizes):
        if total and total + size > _PORTION:
            yield ids.slice(first, at - first), total
            first, total = at, 0
        total += size
    yield ids.slice(first), total


def _portion(workspace: Workspace, session: Session, mentions: pa.Table, system: str) -> tuple[int, int, int]:
    """Mentions, those with a concept, rows that went."""
    session.bind_arrow("note_mention", _stamped(workspace, system, mentions))
    session.table("note_nlp_rows", render(READ[0].query, session.dialect))
    old = gone(session, has_new=True)
    if mentions.num_rows or old.num_rows:
        columns = ", ".join(f'"{column.name}"' for column in lake_columns("note_nlp"))
        rows = Query(session, f"SELECT {columns} FROM note_nlp_rows", kept=True)
        change = Upsert(rows if mentions.num_rows else (), gone=old if old.num_rows else None)
        workspace.lake.commit({"note_nlp": change}, "notes")
    keep_without(workspace, session, system)
    for name in ("note_mention", "note_nlp_rows"):
        session.drop(name)
    return mentions.num_rows, pc.sum(pc.not_equal(mentions["note_nlp_concept_id"], 0)).as_py() or 0, old.num_rows


def _stamped(workspace: Workspace, system: str, found: pa.Table) -> pa.Table:
    """Mentions with who read them and when, in the workspace's zone."""
    now = dt.datetime.now(ZoneInfo(workspace.settings.time_zone)).replace(tzinfo=None, microsecond=0)
    found = found.append_column("nlp_system", pa.array([system] * found.num_rows, pa.string()))
    return found.append_column("read_at", pa.array([now] * found.num_rows, pa.timestamp("us")))
