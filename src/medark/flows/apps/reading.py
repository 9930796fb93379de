"""The one place where applications' definitions meet data: as the reader who asks, and on the application's behalf"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping

import pyarrow as pa

from medark.define.answers import digest, reads
from medark.define.definitions import Definition
from medark.define.memory import Record
from medark.flows.definitions.explain import record_of
from medark.flows.definitions.refresh import refresh
from medark.flows.definitions.run import Answer, run
from medark.flows.gate import About, at_terminal, person, reading
from medark.flows.workspace import Workspace
from medark.model.access import Reader

Reads = Mapping[str, Collection[str]]


def platform(workspace: Workspace) -> Reader:
    """Who publishes: the user of this machine who runs the platform. An application reads as them, by its own grant."""
    return at_terminal(workspace)


def answer(
    workspace: Workspace, reader: Reader, definition: Definition, today: dt.date, earlier: Answer | None = None
) -> tuple[Answer, int | None]:
    """The answer that this reader gets, and how many people were asked again; None where all had to be.

    AccessError where the reader, or the application, may not read it.
    """
    if earlier is None:
        return run(workspace, reader, definition, today=today), None
    return refresh(workspace, reader, definition, earlier, today=today)


def kept_answer(
    workspace: Workspace, reader: Reader, definition: Definition, stamp: str, kept: Callable[[], pa.Table]
) -> pa.Table | None:
    """The rows of an answer that was kept, if this reader sees exactly what it was made of (its stamp); else None.

    AccessError as of `answer`. What is handed out is in the audit, as any read.
    """
    about = About("dataset", digest(definition), {"name": definition.name})
    with reading(workspace, reader, reads(definition), about, foreign=False) as governed:
        return governed.hand_out(kept()) if stamp and governed.stamp == stamp else None


def record(workspace: Workspace, reader: Reader, person_id: int, asked: Reads, hook: str) -> Record:
    """A person's rows as this reader sees them: the tables and columns asked for. AccessError as of `answer`."""
    about = About("cards", detail={"hook": hook})
    return record_of(person_id, person(workspace, reader, person_id, asked, about))
