"""A ledger's file without SQLAlchemy in between: for what is asked and written with every read"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from medark.store.write_ahead import write_ahead

if TYPE_CHECKING:
    from sqlalchemy import Table

_OWN: Final = ("synchronous = FULL", "secure_delete = ON")  # of each connection


def prepared(connection: sqlite3.Connection, patience: float) -> sqlite3.Connection:
    """A connection as the ledger wants it. sqlite3.Error, after `patience` seconds if others hold the file."""
    write_ahead(connection, patience)
    for pragma in _OWN:
        connection.execute(f"PRAGMA {pragma}")
    return connection


class PlainFile:
    """Connections that do nothing else, each used by one thread at a time, so that no thread waits for another's."""

    def __init__(self, path: Path, patience: float) -> None:
        self._path, self._patience = path, patience
        self._idle: list[sqlite3.Connection] = []

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """The rows of a question, with ? for each value: a few microseconds. sqlite3.Error."""
        connection = self._taken()
        found = connection.execute(sql, values).fetchall()
        self._idle.append(connection)
        return found

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """A transaction: on disk as a whole when the block ends well, else nothing of it. sqlite3.Error."""
        connection = self._taken()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield Writing(connection)
            connection.execute("COMMIT")
        except BaseException:
            connection.close()  # what it had begun is rolled back
            raise
        self._idle.append(connection)

    def close(self) -> None:
        """Release the file."""
        while self._idle:
            self._idle.pop().close()

    def _taken(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return self._opened()

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, self._patience, isolation_level=None, check_same_thread=False)
        return prepared(connection, self._patience)


class Writing:
    """One transaction on a file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def first(self, sql: str) -> tuple[Any, ...] | None:
        """The first row of a question."""
        found = self._connection.execute(sql).fetchall()
        return found[0] if found else None

    def put(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows, which all have the same columns; for none, nothing is done."""
        if rows:
            columns = list(rows[0])
            sql = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({', '.join(f':{one}' for one in columns)})"
            self._connection.executemany(sql, rows)
