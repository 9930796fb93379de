"""DuckDB, the embedded engine: sessions with a memory limit, a scratch folder, and errors without values"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Literal
from uuid import uuid4

import duckdb
import pyarrow as pa

from medark.errors import DefinitionError, InternalError, MedarkError, RefusedInput, StorageError
from medark.model.table import Column
from medark.store.delimited import REJECTS, sound_copy
from medark.store.engine import ROW_GROUP_ROWS, Delimited, WrittenFile

_LONGEST_LINE = 16 << 20  # bytes; a longer line is refused, not buffered; the engine would read 16 of them at once
_NEVER = "1000TB"  # a checkpoint of a catalog in memory compresses tables that are dropped a moment later
_ONE_CORE = 122_880  # rows; DuckDB gives a core no fewer, so work on fewer keeps only one busy
_WORD = re.compile(r"\w+")
_ARROW = "ARROW"  # a table in memory that the engine was lent
_NO_NULL = "\\0\\0"  # text that stands for NULL: none is wanted, and an empty setting would mean ''


@dataclass(frozen=True, slots=True)
class DuckDB:
    """The engine on one machine. Sizes as DuckDB writes them ("1GB"): of `memory` (None: most of the machine's), and of
    what may spill to disk (None: most of what is free).
    """

    scratch: Path
    memory: str | None = None
    threads: int | None = None
    spill: str | None = None

    def session(self) -> DuckDBSession:
        """A private in-memory catalog; what does not fit in memory spills into a folder of its own under scratch."""
        folder = self.scratch / f"duckdb-{uuid4().hex}"
        config: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "temp_directory": str(folder),
            "preserve_insertion_order": False,
            "checkpoint_threshold": _NEVER,
            "python_enable_replacements": False,  # a name in SQL is never a Python variable
        }
        if self.memory:
            config["memory_limit"] = self.memory
        if self.threads:
            config["threads"] = self.threads
        if self.spill:
            config["max_temp_directory_size"] = self.spill
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise StorageError(
                "the scratch folder can't be made", fix="free disk space", errno=error.errno or 0
            ) from None
        with _errors_without_values():
            return DuckDBSession(duckdb.connect(":memory:", config=config), folder)


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
        number = f", CAST({{}} AS INTEGER) AS {_name(file_number)}" if file_number is not None else ""
        if not files:
            self.view(name, f"SELECT {_columns(columns, present=())}{number.format('NULL')} WHERE false")
            return
        source = f"read_parquet({_list(files)}, union_by_name = true, hive_partitioning = false)"
        rest = f"{number.format('file_index')} FROM {source}"
        try:  # most files have all; to ask which would open every file once more
            self.view(name, f"SELECT {_columns(columns, [c.name for c in columns])}{rest}")
        except DefinitionError:
            present = [row[0] for row in self._run(f"DESCRIBE SELECT * FROM {source}").fetchall()]
            self.view(name, f"SELECT {_columns(columns, present)}{rest}")

    def bind_arrow(self, name: str, table: pa.Table) -> None:
        self.drop(name)
        with _errors_without_values():
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
                scans.append(_scan(copy.path, copy.form, row_number, file_number, number, numbered=True))
            else:
                scans.append(_scan(path, form, row_number, file_number, number, numbered=False))
        self.view(name, " UNION ALL ".join(scans) or _no_rows(form, row_number, file_number))
        if rejects is not None:
            self.bind_arrow(rejects, pa.concat_tables([REJECTS.empty_table(), *bad]))

    def view(self, name: str, sql: str) -> None:
        self.drop(name)
        self._run(f"CREATE VIEW {_name(name)} AS {sql}")
        self._kinds[name] = "VIEW"
        self._behind[name] = self._lent_to(sql)

    def table(self, name: str, sql: str) -> None:
        if self.has(name):  # it may be made again from itself
            making = f"making_{uuid4().hex}"
            self._run(f"CREATE TABLE {_name(making)} AS {sql}")
            self.drop(name)
            self._run(f"ALTER TABLE {_name(making)} RENAME TO {_name(name)}")
        else:
            self._run(f"CREATE TABLE {_name(name)} AS {sql}")
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
        return [column for column, *_ in self._run(f"SELECT * FROM {_name(name)} LIMIT 0").description]

    def drop(self, name: str) -> None:
        kind = self._kinds.pop(name, None)
        if kind == _ARROW:
            del self._lent[name]
            with _errors_without_values():
                self._connection.unregister(name)
        elif kind is not None:
            self._behind.pop(name, None)
            self._run(f"DROP {kind} {_name(name)}")

    def confine(self, folders: Sequence[Path]) -> None:
        self._run(f"SET allowed_directories = {_list([*folders, self._folder])}")
        self._run("SET enable_external_access = false")
        self._run("SET lock_configuration = true")

    def query(self, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
        with _errors_without_values():
            relation = self._connection.sql(sql, params=list(parameters) or None)
            return pa.table({}) if relation is None else relation.to_arrow_table()

    def stream(self, sql: str, rows: int = 65536) -> pa.RecordBatchReader:
        with _errors_without_values():
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
        with _errors_without_values():
            folder.mkdir(parents=True, exist_ok=True)
        if keep_order:
            with self._in_order():
                return self._write(sql, folder, (), row_group_rows, None)
        if partition_by is None:
            return self._write(sql, folder, order_by, row_group_rows, None)
        rows, column = f"writing_{uuid4().hex}", _name(partition_by)
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
        with _errors_without_values(), self._connection.cursor() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            known = set[str]()
            with suppress(Empty):
                while True:
                    name, sql = waiting.get_nowait()
                    for lent in self._lent_to(sql) - known:  # the other connection has its own
                        connection.register(lent, self._lent[lent])
                        known.add(lent)
                    connection.execute(f"CREATE TABLE {_name(name)} AS {sql}")
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
        order = f" ORDER BY {', '.join(map(_name, order_by))}" if order_by else ""
        with _errors_without_values():
            (rows,) = (connection or self._connection).execute(
                f"COPY (SELECT * FROM ({sql}){order}) TO {_text(path)}"
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
        with _errors_without_values():
            return self._connection.execute(sql, list(parameters) or None)


def _batches(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    with _errors_without_values():
        yield from reader


def _scan(
    path: Path, form: Delimited, row_number: str | None, file_number: str | None, number: int, *, numbered: bool
) -> str:
    columns = ", ".join(f"{_text(c)}: 'VARCHAR'" for c in form.columns)
    source = (
        f"read_csv([{_text(path)}], auto_detect = false, columns = {{{columns}}}, header = {form.header},"
        f" delim = {_text(form.delimiter)}, quote = {_text(form.quote)}, escape = {_text(form.escape)},"
        f" nullstr = {_text(_NO_NULL)}, comment = '', strict_mode = true, compression = 'none',"
        f" max_line_size = {_LONGEST_LINE}, buffer_size = {2 * _LONGEST_LINE}, hive_partitioning = false)"
    )
    kept = form.columns[1:] if numbered else form.columns
    cells = [_name(c) for c in kept]
    if row_number is not None:
        place = f"CAST({_name(form.columns[0])} AS BIGINT)" if numbered else "row_number() OVER () - 1"
        cells.append(f"{place} AS {_name(row_number)}")
    if file_number is not None:
        cells.append(f"CAST({number} AS INTEGER) AS {_name(file_number)}")
    return f"SELECT {', '.join(cells)} FROM {source}"


def _no_rows(form: Delimited, row_number: str | None, file_number: str | None) -> str:
    cells = [f"CAST(NULL AS VARCHAR) AS {_name(c)}" for c in form.columns]
    cells += [f"CAST(NULL AS BIGINT) AS {_name(row_number)}"] if row_number is not None else []
    cells += [f"CAST(NULL AS INTEGER) AS {_name(file_number)}"] if file_number is not None else []
    return f"SELECT {', '.join(cells)} WHERE false"


def _columns(columns: Sequence[Column], present: Sequence[str]) -> str:
    return ", ".join(
        f"CAST({_name(c.name) if c.name in present else 'NULL'} AS {c.type}) AS {_name(c.name)}" for c in columns
    )


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str | Path) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def _list(files: Sequence[Path]) -> str:
    return "[" + ", ".join(map(_text, files)) + "]"


@contextmanager
def _errors_without_values() -> Iterator[None]:
    try:
        yield
    except MedarkError:
        raise
    except (duckdb.Error, pa.ArrowException, OSError, RuntimeError) as error:
        raise _translated(error) from None


def _translated(error: Exception) -> MedarkError:
    text = str(error)
    if isinstance(error, duckdb.OutOfMemoryException) or "Out of Memory" in text:
        return StorageError("the query ran out of memory or scratch space", fix="allow it more memory, free disk")
    if isinstance(error, duckdb.IOException | OSError):
        full = "No space left" in text
        return StorageError("the disk is full" if full else "a file could not be read or written", fix="check the disk")
    line = re.search(r"CSV Error on Line: (\d+)", text)
    if line or "CSV" in text:
        return RefusedInput(
            "a delimited file has a bad line", fix="bind it with rejects=", line=int(line[1]) if line else 0
        )
    if "magic bytes" in text or "Parquet" in text or "thrift" in text.lower():
        return RefusedInput("a file is not sound Parquet")
    if isinstance(error, duckdb.ProgrammingError | duckdb.NotSupportedError | duckdb.DataError):
        return DefinitionError(f"the SQL does not fit its tables: {_names_only(error)}", fix="check names and types")
    return InternalError(f"the engine failed: {type(error).__name__}")


def _names_only(error: Exception) -> str:
    """The kind of an engine error and the plain names it mentions; anything else in it may be somebody's value."""
    first = str(error).splitlines()[0] if isinstance(error, duckdb.BinderException | duckdb.CatalogException) else ""
    names = re.findall(r'"([a-z_][a-z0-9_]*)"|with name ([a-z_][a-z0-9_]*) does', first)
    return " ".join([type(error).__name__, *(a or b for a, b in names)])
