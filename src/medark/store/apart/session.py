"""The platform's end of a session that is a process: it can be stopped by anybody at any time, whatever it is doing"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal

import pyarrow as pa

from medark import errors
from medark.errors import BusyError, InternalError, MedarkError, StorageError
from medark.model.table import Column
from medark.store.apart.wire import Kind, heard, say
from medark.store.engine import ROW_GROUP_ROWS, Delimited, Relation, Rows, Session, Writing, WrittenFile, rows_of

_LOOK_S: Final = 0.1  # between looks at what a process takes
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a process may take: seconds from its first call on, bytes of memory in all."""

    seconds: float
    memory_bytes: int


class TooLongError(BusyError):
    """The query took longer than one may."""

    http_status = 504


class StoppedError(BusyError):
    """The query was stopped: whoever asked does not wait for it any more."""


class ApartSession:
    """One private catalog in a process; see `engine.Session`. Past its bounds the process is killed.

    Not for two threads at once, but for `stop`.
    """

    dialect: Literal["duckdb"] = "duckdb"

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        opening: bytes,
        folder: Path,
        bounds: Bounds,
        end: Callable[[], None],
    ) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._folder, self._end = process, folder, end
        self._to, self._from = process.stdin.fileno(), process.stdout.fileno()
        self._why: type[MedarkError] | None = None
        self._over = threading.Event()
        threading.Thread(target=self._watch, args=[bounds], daemon=True).start()
        try:
            say(self._to, Kind.CALL, opening)
        except OSError:
            raise self._ended() from None

    def __enter__(self) -> ApartSession:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._process.pid

    def stop(self) -> None:
        """Kill the process, from any thread: whatever it was doing ends with StoppedError."""
        self._stop(StoppedError)

    def close(self) -> None:
        """End the process and free what it held."""
        self._over.set()
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._end()

    def bind_parquet(
        self, name: str, files: Sequence[Path], columns: Sequence[Column], *, file_number: str | None = None
    ) -> None:
        self._call("bind_parquet", name, list(files), list(columns), file_number=file_number)

    def bind_arrow(self, name: str, table: pa.Table) -> None:
        self._call("bind_arrow", name, table)

    def bind_delimited(
        self, name: str, files: Sequence[Path], form: Delimited, *, row_number: str | None = None,
        file_number: str | None = None, rejects: str | None = None,
    ) -> None:  # fmt: skip
        raise InternalError("text files are not read apart")

    def view(self, name: str, sql: str) -> None:
        self._call("view", name, sql)

    def table(self, name: str, sql: str) -> None:
        self._call("table", name, sql)

    def make(self, relations: Sequence[Relation]) -> None:
        self._call("make", list(relations))

    def beside(self, lent: Collection[str]) -> Session:
        raise InternalError("a session that is a process is for one thread")

    def has(self, name: str) -> bool:
        return bool(self._call("has", name))

    def columns(self, name: str) -> list[str]:
        return [str(column) for column in self._call("columns", name)]

    def drop(self, name: str) -> None:
        self._call("drop", name)

    def confine(self, folders: Sequence[Path]) -> None:
        self._call("confine", list(folders))

    def query(self, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
        self._say("query", sql, list(parameters))
        schema = self._schema()
        return pa.Table.from_batches(list(self._batches()), schema)

    def rows(self, sql: str) -> Rows:
        return rows_of(self.query(sql))

    def stream(self, sql: str, rows: int = 65536) -> pa.RecordBatchReader:
        self._say("stream", sql, rows)
        schema = self._schema()
        return pa.RecordBatchReader.from_batches(schema, self._batches())

    def write_parquet(
        self, sql: str, folder: Path, *, partition_by: str | None = None, order_by: Sequence[str] = (),
        keep_order: bool = False, row_group_rows: int = ROW_GROUP_ROWS,
    ) -> list[WrittenFile]:  # fmt: skip
        raise InternalError("nothing is written apart")

    def write_all(self, wanted: Sequence[Writing]) -> list[list[WrittenFile]]:
        raise InternalError("nothing is written apart")

    def _call(self, name: str, *arguments: object, **named: object) -> Any:
        """The value that a call gives."""
        self._say(name, *arguments, **named)
        kind, content = self._heard()
        if kind is not Kind.PLAIN:
            raise self._ended()
        return _value(content)

    def _say(self, name: str, *arguments: object, **named: object) -> None:
        try:
            say(self._to, Kind.CALL, pickle.dumps((name, arguments, named)))
        except OSError:
            raise self._ended() from None

    def _schema(self) -> pa.Schema:
        kind, content = self._heard()
        if kind is Kind.PLAIN:
            _value(content)
            raise self._ended()
        return pa.ipc.open_stream(content).schema

    def _batches(self) -> Iterator[pa.RecordBatch]:
        while (message := self._heard())[0] is Kind.ROWS:
            yield from pa.ipc.open_stream(message[1])
        _value(message[1])

    def _heard(self) -> tuple[Kind, bytes]:
        try:
            return heard(self._from)
        except (EOFError, OSError, ValueError):
            raise self._ended() from None

    def _watch(self, bounds: Bounds) -> None:
        """Kill the process once it takes more than it may."""
        until = time.monotonic() + bounds.seconds
        while not self._over.wait(_LOOK_S):
            if time.monotonic() > until:
                self._stop(TooLongError)
            elif _resident(self._process.pid) > bounds.memory_bytes:
                self._stop(StorageError)

    def _stop(self, why: type[MedarkError]) -> None:
        self._why = self._why or why
        self._process.kill()

    def _ended(self) -> MedarkError:
        """Why the process is no more."""
        self._process.kill()
        by_time = self._process.wait() == -signal.SIGXCPU
        if self._why is TooLongError or by_time:
            return TooLongError("the query took too long", fix="ask for less, or narrow it by WHERE")
        if self._why is StoppedError:
            return StoppedError("the query was stopped", fix="ask again")
        return StorageError("the query took more memory than one may", fix="ask for less, or in parts")


def _resident(pid: int) -> int:
    """Bytes of memory that a process takes; 0 where the system does not tell."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE
    except (OSError, ValueError, IndexError):
        return 0


def _value(content: bytes) -> Any:
    """The value of a plain message; the error that it tells is raised."""
    told = json.loads(content)
    if "error" in told:
        name, what, fix, where = told["error"]
        kind = getattr(errors, name, InternalError)
        raise kind(what, fix=fix, **where)
    return told["value"]
