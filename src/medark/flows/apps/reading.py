"""The one place where applications' definitions meet data: as the reader who asks, and on the application's behalf"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pyarrow as pa

from medark.define.answers import digest, reads
from medark.define.definitions import Definition
from medark.flows.definitions.refresh import refresh
from medark.flows.definitions.run import Answer, run
from medark.flows.gate import About, Governed, at_terminal, reading
from medark.flows.workspace import Workspace
from medark.model.access import Reader


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
    return known_answer(workspace, reader, definition, lambda seen: kept() if stamp and seen.stamp == stamp else None)


def known_answer(
    workspace: Workspace, reader: Reader, definition: Definition, known: Callable[[Governed], pa.Table | None]
) -> pa.Table | None:
    """The rows that are known for what this reader sees; None where none are. Otherwise as `kept_answer`."""
    about = About("dataset", digest(definition), {"name": definition.name})
    with reading(workspace, reader, reads(definition), about, foreign=False) as governed:
        rows = known(governed)
        return None if rows is None else governed.hand_out(rows)
