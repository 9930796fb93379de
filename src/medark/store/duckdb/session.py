"""One private catalog of DuckDB"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Literal
from uuid import uuid4

import duckdb
import pyarrow as pa

from medark.errors import DefinitionError, RefusedInput
from medark.model.table import Column
from medark.store.delimited import REJECTS, sound_copy
from medark.store.duckdb.failures import errors_without_values
from medark.store.duckdb.words import cast_columns, delimited_scan, no_rows, quoted, text, texts
from medark.store.engine import ROW_GROUP_ROWS, Delimited, WrittenFile

_ONE_CORE = 122_880  # rows; DuckDB gives a core no fewer, so work on fewer keeps only one busy
_WORD = re.compile(r"\w+")
_ARROW = "ARROW"  # a table in memory that the engine was lent


class DuckDBSession:
    """One private catalog; see `engine.Session`. Not for two threads at once."""

    dialect: Literal["duckdb"] = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self._connection, self._folder = connection, folder
        self._kinds: dict[str, str] = {}  # of each name: what DROP calls it; asking the catalog costs more than a query
        self._lent: dict[str, pa.Table] = {}
        self._behind: dict[str, frozenset[str]] = {}  # of each view: what was lent that it reads
        self._run("SET TimeZone = 'UTC'")
        self._run("SET parquet_metadata_cache = true")  # our files never change once they have a name

    def __enter__(self) -> DuckDBSession:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Free memory and the scratch folder."""
        self._connection.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def bind_parquet(
        self, name: str, files: Sequence[Path], columns: Sequence[Column], *, file_number: str | None = None
    ) -> None:
        number = f", CAST({{}} AS INTEGER) AS {quoted(file_number)}" if file_number is not None else ""
        if not files:
            self.view(name, f"SELECT {cast_columns(columns, present=())}{number.format('NULL')} WHERE false")
            return
        source = f"read_parquet({texts(files)}, union_by_name = true, hive_partitioning = false)"
        rest = f"{number.format('file_index')} FROM {source}"
        try:  # most files have all; to ask which would open every file once more
            self.view(name, f"SELECT {cast_columns(columns, [c.name for c in columns])}{rest}")
        except DefinitionError:
            present = [row[0] for row in self._run(f"DESCRIBE SELECT * FROM {source}").fetchall()]
            self.view(name, f"SELECT {cast_columns(columns, present)}{rest}")

    def bind_arrow(self, name: str, table: pa.Table) -> None:
        self.drop(name)
        with errors_without_values():
            self._connection.register(name, table)
        self._kinds[name], self._lent[name] = _ARROW, table

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
        scans = []
        bad: list[pa.Table] = []
        for number, path in enumerate(files):
            if rejects is not None or form.encoding.lower() not in ("utf-8", "utf8", "utf-8-sig", "ascii"):
                copy = sound_copy(path, form, self._folder / f"{uuid4().hex}.csv", number)
                if rejects is None and copy.rejects.num_rows:
                    raise RefusedInput("a delimited file has bad lines", file_no=number, lines=copy.rejects.num_rows)
                bad.append(copy.rejects)
                scans.append(delimited_scan(copy.path, copy.form, row_number, file_number, number, numbered=True))
            else:
                scans.append(delimited_scan(path, form, row_number, file_number, number, numbered=False))
        self.view(name, " UNION ALL ".join(scans) or no_rows(form, row_number, file_number))
        if rejects is not None:
            self.bind_arrow(rejects, pa.concat_tables([REJECTS.empty_table(), *bad]))

    def view(self, name: str, sql: str) -> None:
        self.drop(name)
        self._run(f"CREATE VIEW {quoted(name)} AS {sql}")
        self._kinds[name] = "VIEW"
        self._behind[name] = self._lent_to(sql)

    def table(self, name: str, sql: str) -> None:
        if self.has(name):  # it may be made again from itself
            making = f"making_{uuid4().hex}"
            self._run(f"CREATE TABLE {quoted(making)} AS {sql}")
            self.drop(name)
            self._run(f"ALTER TABLE {quoted(making)} RENAME TO {quoted(name)}")
        else:
            self._run(f"CREATE TABLE {quoted(name)} AS {sql}")
        self._kinds[name] = "TABLE"

    def tables(self, made: Mapping[str, str]) -> None:
        """A core each: rows of a wave are too few for the engine to share one statement among cores."""
        cores = min(self._threads(), len(made))
        if cores < 2:
            for name, sql in made.items():
                self.table(name, sql)
            return
        waiting = SimpleQueue[tuple[str, str]]()
        for told in made.items():
            waiting.put(told)
        with ThreadPoolExecutor(cores) as threads:
            for ended in [threads.submit(self._tables_apart, waiting) for _ in range(cores)]:
                ended.result()

    def has(self, name: str) -> bool:
        return name in self._kinds

    def columns(self, name: str) -> list[str]:
        return [column for column, *_ in self._run(f"SELECT * FROM {quoted(name)} LIMIT 0").description]

    def drop(self, name: str) -> None:
        kind = self._kinds.pop(name, None)
        if kind == _ARROW:
            del self._lent[name]
            with errors_without_values():
                self._connection.unregister(name)
        elif kind is not None:
            self._behind.pop(name, None)
            self._run(f"DROP {kind} {quoted(name)}")

    def confine(self, folders: Sequence[Path]) -> None:
        self._run(f"SET allowed_directories = {texts([*folders, self._folder])}")
        self._run("SET enable_external_access = false")
        self._run("SET lock_configuration = true")

    def query(self, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
        with errors_without_values():
            relation = self._connection.sql(sql, params=list(parameters) or None)
            return pa.table({}) if relation is None else relation.to_arrow_table()

    def stream(self, sql: str, rows: int = 65536) -> pa.RecordBatchReader:
        with errors_without_values():
            reader = self._connection.sql(sql).to_arrow_reader(rows)
        return pa.RecordBatchReader.from_batches(reader.schema, _batches(reader))

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
        with errors_without_values():
            folder.mkdir(parents=True, exist_ok=True)
        if keep_order:
            with self._in_order():
                return self._write(sql, folder, (), row_group_rows, None)
        if partition_by is None:
            return self._write(sql, folder, order_by, row_group_rows, None)
        rows, column = f"writing_{uuid4().hex}", quoted(partition_by)
        self.table(rows, sql)
        try:
            parts = self._run(f"SELECT {column}, count(*) FROM {rows} GROUP BY 1 ORDER BY 1").fetchall()

            def part(value: int) -> list[WrittenFile]:
                mine = f"SELECT * EXCLUDE ({column}) FROM {rows} WHERE {column} = {value}"
                with self._connection.cursor() as connection:  # one a thread
                    return self._write(mine, folder, order_by, row_group_rows, value, connection)

            is_small = all(count < _ONE_CORE for _, count in parts)
            with ThreadPoolExecutor(self._threads() if is_small else 1) as threads:
                return [file for files in threads.map(part, [int(value) for value, _ in parts]) for file in files]
        finally:
            self.drop(rows)

    def _lent_to(self, sql: str) -> frozenset[str]:
        """What was lent that a query names, itself or through views."""
        words = set(_WORD.findall(sql))
        named = self._lent.keys() & words
        return frozenset(named).union(*(self._behind[view] for view in self._behind.keys() & words))

    def _tables_apart(self, waiting: SimpleQueue[tuple[str, str]]) -> None:
        """Make tables that wait, over a connection of its own, until none does."""
        with errors_without_values(), self._connection.cursor() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            known = set[str]()
            with suppress(Empty):
                while True:
                    name, sql = waiting.get_nowait()
                    for lent in self._lent_to(sql) - known:  # the other connection has its own
                        connection.register(lent, self._lent[lent])
                        known.add(lent)
                    connection.execute(f"CREATE TABLE {quoted(name)} AS {sql}")
                    self._kinds[name] = "TABLE"

    def _write(
        self,
        sql: str,
        folder: Path,
        order_by: Sequence[str],
        row_group_rows: int,
        partition: int | None,
        connection: duckdb.DuckDBPyConnection | None = None,
    ) -> list[WrittenFile]:
        path = folder / f"{uuid4().hex}.parquet"
        order = f" ORDER BY {', '.join(map(quoted, order_by))}" if order_by else ""
        with errors_without_values():
            (rows,) = (connection or self._connection).execute(
                f"COPY (SELECT * FROM ({sql}){order}) TO {text(path)}"
                f" (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {int(row_group_rows)})"
            ).fetchone() or (0,)
        if not rows:
            path.unlink(missing_ok=True)
            return []
        return [WrittenFile(path, int(rows), path.stat().st_size, partition)]

    def _threads(self) -> int:
        ((threads,),) = self._run("SELECT current_setting('threads')").fetchall()
        return int(threads)

    @contextmanager
    def _in_order(self) -> Iterator[None]:
        # Joins keep the order of their left side only on one thread.
        threads = self._threads()
        self._run("SET preserve_insertion_order = true; SET threads = 1")
        try:
            yield
        finally:
            self._run(f"SET preserve_insertion_order = false; SET threads = {threads}")

    def _run(self, sql: str, parameters: Sequence[object] = ()) -> duckdb.DuckDBPyConnection:
        with errors_without_values():
            return self._connection.execute(sql, list(parameters) or None)


def _batches(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    with errors_without_values():
        yield from reader
