"""The few things that a place to run portable SQL must do"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import pyarrow as pa

from medark.model.delimited import Delimited as Delimited
from medark.model.table import Column

Dialect = Literal["duckdb", "spark"]  # whose words a session's SQL is in: what `sql.render` takes for its engine

Rows = tuple[tuple[str, ...], list[tuple[Any, ...]]]  # the names of columns, and rows of Python values

ROW_GROUP_ROWS = 8192  # a person's rows lie in one or two row groups; bigger ones scan faster and point-read slower


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A Parquet file that `write_parquet` has written: `partition` is its value of the partition column."""

    path: Path
    rows: int
    bytes: int
    partition: int | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation to be made. `reads`: what has to be there before it; `view`: a query with a name, not rows."""

    name: str
    sql: str
    reads: frozenset[str] = frozenset()
    view: bool = False


@dataclass(frozen=True, slots=True)
class Writing:
    """Rows to be written into files of `folder`, one for each value of the integer column `partition_by`.

    `kept`: the query is a plain one of rows that are kept, so that to ask it again for every file costs less than to
    keep what it gives.
    """

    sql: str
    folder: Path
    partition_by: str | None = None
    order_by: tuple[str, ...] = ()
    kept: bool = False
    row_group_rows: int = ROW_GROUP_ROWS


class Session(AbstractContextManager["Session"], Protocol):
    """One private catalog of named relations, for one thread. Leaving the context frees all of it.

    Every method raises DefinitionError when SQL and tables don't fit, StorageError when disk or memory ran out,
    RefusedInput for a file that is not what it should be, InternalError for the rest; none holds a value.
    SQL is in the session's own words: `session.table(name, render(portable, session.dialect))`.
    """

    @property
    def dialect(self) -> Dialect:
        """Whose words its SQL is in."""

    def bind_parquet(
        self, name: str, files: Sequence[Path], columns: Sequence[Column], *, file_number: str | None = None
    ) -> None:
        """Name the rows of `files`: exactly `columns`, cast to their types, NULL where a file lacks one.

        `file_number` names a further column: the file's place in `files`.
        """

    def bind_arrow(self, name: str, table: pa.Table) -> None:
        """Name a table in memory."""

    def bind_delimited(
        self,
        name: str,
        files: Sequence[Path],
        form: Delimited,
        *,
        row_number: str | None = None,
        file_number: str | None = None,
        rejects: str | None = None,
    ) -> None:
        """Name the rows of text files: every cell text, untrimmed; an empty cell is '', never NULL.

        `row_number` names a column with the row's place in its file (from 0, header and blank lines not counted),
        `file_number` one with the file's place in `files`. Without `rejects` a query over a file with a bad line
        raises RefusedInput. With it, bad lines are left out and told in the relation of that name:
        file_no, row_no, line_no (from 1), reason; so nothing is lost silently. That reads the files once more.
        """

    def view(self, name: str, sql: str) -> None:
        """Name a query; it runs when it is read."""

    def table(self, name: str, sql: str) -> None:
        """Run a query and keep its rows under a name (spills to disk when large)."""

    def make(self, relations: Sequence[Relation]) -> None:
        """Make relations, none of which is there, each after those that it reads: at once where the engine can."""

    def beside(self, lent: Collection[str]) -> Session:
        """Another for a thread of its own, which sees what this one has made, and what it was `lent` by bind_arrow.

        Until it is closed, neither makes or binds what the other names. UsageError on an engine that can't (Spark).
        """

    def has(self, name: str) -> bool:
        """Is there a relation of this name?"""

    def columns(self, name: str) -> list[str]:
        """The names of a relation's columns, in order."""

    def drop(self, name: str) -> None:
        """Forget a name, if it is there."""

    def confine(self, folders: Sequence[Path]) -> None:
        """From now on nothing outside `folders` can be read and no setting changed: for SQL that others wrote.

        UsageError on an engine that can't (Spark).
        """

    def query(self, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
        """All rows of a query."""

    def rows(self, sql: str) -> Rows:
        """The same as Python values: of few rows sooner."""

    def stream(self, sql: str, rows: int = 65536) -> pa.RecordBatchReader:
        """The rows of a query in batches of about `rows`. Drain it before the session is used again."""

    def write_parquet(
        self,
        sql: str,
        folder: Path,
        *,
        partition_by: str | None = None,
        order_by: Sequence[str] = (),
        keep_order: bool = False,
        row_group_rows: int = ROW_GROUP_ROWS,
    ) -> list[WrittenFile]:
        """Write the rows of a query, sorted, one file for each value of the integer column `partition_by`.

        `keep_order`: instead of sorting, rows stay as the query's first relation has them (cheaper, one core);
        UsageError on an engine that can't (Spark).

        The partition column itself is not in the files. No rows: no files. Files are not yet synced to disk.
        """

    def write_all(self, wanted: Sequence[Writing]) -> list[list[WrittenFile]]:
        """The same for several queries, at once where the engine can: the files of each."""


def rows_of(table: pa.Table) -> Rows:
    """Those of a table in memory."""
    return tuple(table.column_names), list(zip(*(column.to_pylist() for column in table.columns), strict=True))


class Engine(Protocol):
    """Opens sessions."""

    def session(self, threads: int | None = None) -> Session:
        """A fresh, empty session, on this machine of at most so many `threads`."""
