"""One private catalog of DuckDB"""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Literal
from uuid import uuid4

import duckdb
import pyarrow as pa

from medark.errors import DefinitionError, RefusedInput
from medark.model.table import Column
from medark.store.delimited import REJECTS, sound_copy
from medark.store.duckdb.failures import errors_without_values
from medark.store.duckdb.words import cast_columns, delimited_scan, no_rows, quoted, texts
from medark.store.duckdb.writing import Part, write
from medark.store.engine import ROW_GROUP_ROWS, Delimited, Relation, Rows, Writing, WrittenFile
from medark.store.order import Order

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
        self._from: DuckDBSession | None = None  # the one that this is beside
        self._found = frozenset[str]()  # names that were there already
        self._run("SET TimeZone = 'UTC'; SET parquet_metadata_cache = true")  # our files never change

    def __enter__(self) -> DuckDBSession:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Free memory and the scratch folder."""
        if self._from is not None:
            made = self._kinds.keys() - self._found
            self._from._kinds |= {name: self._kinds[name] for name in made if self._kinds[name] != _ARROW}
        self._connection.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def native(self) -> duckdb.DuckDBPyConnection:
        """The connection itself, for a library that speaks to DuckDB."""
        return self._connection

    def beside(self, lent: Collection[str]) -> DuckDBSession:
        """Another over the same catalog; what either makes from now on, the other must not name before it is closed."""
        found = DuckDBSession(self._connection.cursor(), self._folder / uuid4().hex)
        found._from, found._kinds = self, {name: kind for name, kind in self._kinds.items() if kind != _ARROW}
        found._found = frozenset(found._kinds)
        for name in self._lent.keys() & {*lent}:
            found.bind_arrow(name, self._lent[name])
        return found

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

    def make(self, relations: Sequence[Relation]) -> None:
        """A core each: rows of a wave are too few for the engine to share one statement among cores."""
        order = Order(relations)
        cores = min(self._threads(), len(relations))
        with ThreadPoolExecutor(max(cores, 1)) as threads:
            for ended in [threads.submit(self._make_apart, order) for _ in range(cores)]:
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

    def rows(self, sql: str) -> Rows:
        with errors_without_values():
            found = self._connection.execute(sql)  # is bound once; a relation twice
            return tuple(column for column, *_ in found.description), found.fetchall()

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
        if keep_order:
            with errors_without_values(), self._in_order():
                folder.mkdir(parents=True, exist_ok=True)
                return write(Part(Writing(sql, folder, row_group_rows=row_group_rows), sql), self._connection)
        wanted = Writing(sql, folder, partition_by, tuple(order_by), row_group_rows=row_group_rows)
        return self.write_all([wanted])[0]

    def write_all(self, wanted: Sequence[Writing]) -> list[list[WrittenFile]]:
        for folder in {one.folder for one in wanted}:
            with errors_without_values():
                folder.mkdir(parents=True, exist_ok=True)
        copies = {one: f"writing_{uuid4().hex}" for one in wanted if one.partition_by and not one.kept}
        try:
            self.make([Relation(name, one.sql) for one, name in copies.items()])
            parts = [(place, part) for place, one in enumerate(wanted) for part in self._parts(one, copies.get(one))]
            return self._written(parts, len(wanted))
        finally:
            for name in copies.values():
                self.drop(name)

    def _lent_to(self, sql: str) -> frozenset[str]:
        """What was lent that a query names, itself or through views."""
        words = set(_WORD.findall(sql))
        named = self._lent.keys() & words
        return frozenset(named).union(*(self._behind[view] for view in self._behind.keys() & words))

    def _make_apart(self, order: Order) -> None:
        """Make what is next, over a connection of its own, until there is nothing."""
        lent = set[str]()
        try:
            with errors_without_values(), self._connection.cursor() as connection:
                connection.execute("SET TimeZone = 'UTC'")
                while (relation := order.take()) is not None:
                    behind = self._lend(connection, relation.sql, lent)
                    kind = "VIEW" if relation.view else "TABLE"
                    connection.execute(f"CREATE {kind} {quoted(relation.name)} AS {relation.sql}")
                    self._kinds[relation.name] = kind
                    if relation.view:
                        self._behind[relation.name] = behind
                    order.done(relation)
        except BaseException:
            order.give_up()
            raise

    def _lend(self, connection: duckdb.DuckDBPyConnection, sql: str, lent: set[str]) -> frozenset[str]:
        """Name to another connection, which has its own, what was lent that a query reads; `lent` it has already."""
        wanted = self._lent_to(sql)
        for name in wanted - lent:
            connection.register(name, self._lent[name])
        lent |= wanted
        return wanted

    def _parts(self, to: Writing, copy: str | None) -> list[Part]:
        """The files that a query's rows make: its own rows, or those of their `copy`."""
        if to.partition_by is None:
            return [Part(to, to.sql)]
        column, rows = quoted(to.partition_by), f"({to.sql})" if copy is None else quoted(copy)
        counted = self._run(f"SELECT {column}, count(*) FROM {rows} AS r GROUP BY 1 ORDER BY 1").fetchall()
        mine = f"SELECT * EXCLUDE ({column}) FROM {rows} AS r WHERE {column} = "
        return [Part(to, f"{mine}{int(value)}", int(value), int(count)) for value, count in counted]

    def _written(self, parts: Sequence[tuple[int, Part]], wanted: int) -> list[list[WrittenFile]]:
        """The files of parts, by the query that each is of: small ones side by side, largest first."""
        small = sorted((part for _, part in parts if part.is_small), key=lambda part: -(part.rows or 0))
        with ThreadPoolExecutor(self._threads()) as threads:
            files = dict(zip(small, threads.map(self._write_apart, small), strict=True))
        files |= {part: write(part, self._connection) for _, part in parts if not part.is_small}
        found: list[list[WrittenFile]] = [[] for _ in range(wanted)]
        for place, part in parts:
            found[place] += files[part]
        return found

    def _write_apart(self, part: Part) -> list[WrittenFile]:
        with errors_without_values(), self._connection.cursor() as connection:  # one a thread
            self._lend(connection, part.sql, set())
            return write(part, connection)

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
