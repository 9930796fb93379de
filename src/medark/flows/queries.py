"""Queries that others wrote, each in a process of its own: bounded in memory, disk and time, stopped at any moment"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from typing import Final

import pyarrow as pa

from medark.flows.query import querying
from medark.flows.workspace import Workspace
from medark.model.access import Reader
from medark.settings import ServeSettings
from medark.store.apart import Apart, Limits, Turn

_THREADS: Final = 2


class Queries:
    """A server's queries, so many at once."""

    def __init__(self, workspace: Workspace, settings: ServeSettings) -> None:
        limits = Limits(
            settings.query_memory, settings.query_spill, settings.query_seconds,
            min(_THREADS, workspace.settings.engine.threads or _THREADS), settings.queries,
        )  # fmt: skip
        self._workspace, self._apart = workspace, Apart(workspace.places.scratch, limits)

    def asked(self, reader: Reader, sql: str, version: int | None = None) -> Running:
        """One SELECT over OMOP tables for a reader; nothing of it runs before `begin`."""
        return Running(self._workspace, reader, sql, version, self._apart.turn())

    def close(self) -> None:
        """End the process that waits for the next query."""
        self._apart.close()


class Running:
    """One query: begun, read in batches, closed. Only `stop` may be called by another thread meanwhile."""

    def __init__(self, workspace: Workspace, reader: Reader, sql: str, version: int | None, turn: Turn) -> None:
        self._turn, self._lock = turn, threading.Lock()
        self._schema = pa.schema([])
        self._batches = self._read(workspace, reader, sql, version)
        self._first: pa.RecordBatch | None = None

    def begin(self) -> pa.RecordBatchReader:
        """Its rows, the first of which are there. Errors as of `query`; TooLongError, StorageError past its limits."""
        with self._lock:
            self._first = next(self._batches, None)
        return pa.RecordBatchReader.from_batches(self._schema, self._rest())

    def stop(self) -> None:
        """It ends at once, whatever it is doing. From any thread, any number of times."""
        self._turn.stop()

    def close(self) -> None:
        """Its process is gone, and the audit has how it ended."""
        self._turn.stop()
        with self._lock:
            self._batches.close()

    def _read(
        self, workspace: Workspace, reader: Reader, sql: str, version: int | None
    ) -> Generator[pa.RecordBatch, None, None]:
        with querying(workspace, reader, sql, version, self._turn) as governed:
            rows = governed.stream(sql)
            self._schema = rows.schema
            yield from rows

    def _rest(self) -> Iterator[pa.RecordBatch]:
        batch, self._first = self._first, None
        while batch is not None:
            yield batch
            with self._lock:
                batch = next(self._batches, None)
