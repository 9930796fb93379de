"""Where the ledger is kept: a SQLite file, or PostgreSQL by its URL. What was written is on disk"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import orjson
from sqlalchemy import ARRAY, BigInteger, Select, Table, bindparam, create_engine, event, func, make_url, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from medark.errors import BusyError, MedarkError, MissingExtraError, SettingsError, StorageError
from medark.store.ledger.plain import PlainFile, prepared
from medark.store.ledger.remembered import Remembered

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.sql.expression import Executable

PATIENCE = 60.0  # seconds to wait for another writer
_LOCK = 0x6D656461726B  # medark's advisory lock: one for all that must not happen twice at once
_CHANGES = "SELECT changes FROM access_change"
# SQLSTATEs: a lock that was not free in time, a deadlock, a conflict, too many connections.
_BUSY = frozenset({"55P03", "40P01", "40001", "53300"})


class Database:
    """Transactions on the ledger's tables, for any number of threads. Its repr never shows a password.

    BusyError if another process writes for longer than `patience` seconds, StorageError if it can't be kept.
    """

    def __init__(self, place: Path | str, *, password: str = "", patience: float = PATIENCE) -> None:
        self._engine = _of_file(place, patience) if isinstance(place, Path) else _of_server(place, password, patience)
        self.remembered = Remembered(self)
        self._plain = PlainFile(place, patience) if isinstance(place, Path) else None

    def __repr__(self) -> str:
        return f"Database({self._engine.url.render_as_string(hide_password=True)})"

    @property
    def is_file(self) -> bool:
        """Is it SQLite?"""
        return self._engine.dialect.name == "sqlite"

    def close(self) -> None:
        """Release it."""
        if self._plain:
            self._plain.close()
        self._engine.dispose()

    def changes(self) -> int:
        """How often anything was changed of who may do what, by any process, up to now."""
        return int(self.rows(_CHANGES)[0][0])

    def rows(self, sql: str, *values: int) -> list[Any]:
        """The rows of a short question that is asked with every read; ? stands for each value."""
        with _errors():
            if self._plain:
                return self._plain.rows(sql, values)
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                return list(connection.exec_driver_sql(sql.replace("?", "%s"), values or None))

    @contextmanager
    def adding(self) -> Iterator[Adding]:
        """A transaction that only adds: on disk as a whole when the block ends well, else nothing of it. Whoever else
        adds waits until it ends.
        """
        if self._plain:
            with _errors(), self._plain.writing() as writing:
                yield writing
            return
        with self.writing() as connection:
            self.alone(connection)
            yield Added(connection)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: on disk as a whole when the block ends well, else nothing of it."""
        with _errors(), self._engine.connect() as connection:  # noqa: SIM117
            with connection.execution_options(begin="BEGIN IMMEDIATE").begin():
                yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to ask with; all its questions see one state."""
        with _errors(), self._engine.connect() as connection:
            yield connection if self.is_file else connection.execution_options(isolation_level="REPEATABLE READ")

    def alone(self, connection: Connection) -> None:
        """Until this transaction ends, whoever else asks for this waits. (A file has one writer anyway.)"""
        if not self.is_file:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})

    def insert(self, table: Table) -> Any:
        """An INSERT that knows ON CONFLICT, which both dialects write alike."""
        if self.is_file:
            return sqlite.insert(table)
        from sqlalchemy.dialects import postgresql  # loaded with its driver; most ledgers are files

        return postgresql.insert(table)

    def numbers(self, given: Iterable[int]) -> Select[Any]:
        """Whole numbers to look among, as one parameter: there may be more than a statement takes parameters."""
        if self.is_file:
            found = func.json_each(orjson.dumps(list(given)).decode()).table_valued("value")
        else:
            found = func.unnest(bindparam(None, list(given), type_=ARRAY(BigInteger))).table_valued("value")
            found = found.render_derived()
        return select(found.c.value)

    def rewrite(self, *tables: Table) -> None:
        """Write tables anew, so that nothing is left of what was deleted or changed in them."""
        with _errors(), self._engine.connect() as connection:
            if self.is_file:
                connection = connection.execution_options(begin=None)
                connection.exec_driver_sql("VACUUM")  # pages and log may hold old copies
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                return
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            for table in tables:
                connection.exec_driver_sql(f'VACUUM FULL "{table.name}"')


class Adding(Protocol):
    """What can be done in a transaction that only adds."""

    def first(self, sql: str) -> Sequence[Any] | None:
        """The first row of a question."""

    def put(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows, which all have the same columns."""


@dataclass(frozen=True, slots=True)
class Added:
    """The same, in a transaction that is open."""

    connection: Connection

    def first(self, sql: str) -> Sequence[Any] | None:
        return self.connection.exec_driver_sql(sql).first()

    def put(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        put(self.connection, table.insert(), rows)


def put(connection: Connection, statement: Executable, rows: Sequence[Mapping[str, Any]]) -> None:
    """Run a statement once for each of some rows; for none, not at all."""
    if rows:
        connection.execute(statement, rows)


def _of_file(path: Path, patience: float) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        # SQLite begins when it is told to, not by Python's guess.
        connect_args={"timeout": patience, "isolation_level": None, "check_same_thread": False},
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def opened(connection: sqlite3.Connection, _: object) -> None:
        prepared(connection, patience)

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        if statement := connection.get_execution_options().get("begin", "BEGIN"):
            connection.exec_driver_sql(statement)

    return engine


def _of_server(place: str, password: str, patience: float) -> Engine:
    try:
        url = make_url(place).set(drivername="postgresql+psycopg")
        waits = f"-c lock_timeout={int(patience * 1000)} -c synchronous_commit=on"
        return create_engine(
            url.set(password=password or url.password),
            connect_args={"options": waits, "application_name": "medark", "connect_timeout": 10},
            pool_pre_ping=True,
            hide_parameters=True,
        )
    except ImportError:
        raise MissingExtraError(
            "PostgreSQL's driver is not installed", fix="pip install 'medark[postgresql]'"
        ) from None
    except (ArgumentError, NoSuchModuleError):
        raise SettingsError("the ledger's URL is none", fix='url = "postgresql+psycopg://USER@HOST/DATABASE"') from None


@contextmanager
def _errors() -> Iterator[None]:
    """A database's complaints as errors of ours, which never quote what was being written."""
    try:
        yield
    except DBAPIError as error:
        raise _told(error.orig) from None
    except sqlite3.Error as error:
        raise _told(error) from None
    except PoolTimeoutError:
        raise BusyError("too many at once ask for the ledger", fix="try again") from None


def _told(error: BaseException | None) -> MedarkError:
    if isinstance(error, sqlite3.Error):
        return _told_by_sqlite(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    state = getattr(error, "sqlstate", None) or ""
    if state in _BUSY:
        return BusyError("another process holds the ledger", fix="try again")
    if not state or state[:2] in ("08", "28", "57", "3D"):
        return StorageError(
            "the ledger's database can't be reached",
            fix="check ledger.url, MEDARK_LEDGER_PASSWORD and that PostgreSQL runs",
            sqlstate=state,
        )
    return StorageError("the ledger can't be read or written", fix="ask PostgreSQL's log", sqlstate=state)


def _told_by_sqlite(code: int) -> MedarkError:
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return BusyError("another process holds the ledger", fix="try again")
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return StorageError("the ledger is damaged", fix="move ledger.db away, then: medark rebuild")
    if code == sqlite3.SQLITE_CONSTRAINT:
        return StorageError("the ledger does not take this", code=code)
    return StorageError("the ledger can't be read or written", fix="check space and rights of its disk", code=code)
