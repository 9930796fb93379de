"""A Spark session: relations bound, made and written, in Spark's words"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Literal
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
import pyspark.sql
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema

from medark.errors import UsageError
from medark.model.table import Column, Type
from medark.store.duckdb import DuckDB
from medark.store.engine import ROW_GROUP_ROWS, Delimited, Relation, Rows, Writing, WrittenFile, rows_of
from medark.store.order import Order
from medark.store.spark import parquet
from medark.store.spark.failures import errors_without_values
from medark.store.spark.parquet import quoted

_CODEC = "snappy"  # Spark's reader of LZ4 takes some sound blocks that Arrow writes for malformed


class SparkSession:
    """One private catalog; see `engine.Session`. Not for two threads at once.

    A table is Parquet under the session's folder: what Spark keeps in memory alone is lost with an executor, and a
    plan that reaches back through every table before it is slower to make with each.
    """

    dialect: Literal["spark"] = "spark"

    def __init__(self, spark: pyspark.sql.SparkSession, folder: Path, texts: DuckDB, end: Callable[[], None]) -> None:
        self._spark, self._folder, self._texts, self._end = spark, folder, texts, end
        self._folders: dict[str, Path | None] = {}  # of each name: where its rows lie, None for a view

    def __enter__(self) -> SparkSession:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Forget all names and remove the scratch folder."""
        for name in list(self._folders):
            self.drop(name)
        self._end()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def native(self) -> pyspark.sql.SparkSession:
        """The session itself, for a library that speaks to Spark."""
        return self._spark

    def bind_parquet(
        self, name: str, files: Sequence[Path], columns: Sequence[Column], *, file_number: str | None = None
    ) -> None:
        with errors_without_values():
            self._name(name, parquet.scan(self._spark, files, columns, file_number), None)

    def bind_arrow(self, name: str, table: pa.Table) -> None:
        folder = self._new_folder()
        rows = parquet.storable(table)
        with errors_without_values():
            folder.mkdir()
            pq.write_table(rows, folder / "rows.parquet", compression=_CODEC)
            self._name(name, parquet.again(self._spark, folder, from_arrow_schema(rows.schema, True)), folder)

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
        folder = self._new_folder()
        columns = [Column(column, Type.TEXT) for column in form.columns]
        columns += [Column(row_number, Type.BIGINT)] if row_number is not None else []
        columns += [Column(file_number, Type.INTEGER)] if file_number is not None else []
        with self._texts.session() as reader:
            reader.bind_delimited(
                "t", files, form, row_number=row_number, file_number=file_number, rejects=rejects and "bad"
            )
            written = reader.write_parquet("SELECT * FROM t", folder)
            bad = reader.query("SELECT * FROM bad") if rejects is not None else None
        self.bind_parquet(name, [file.path for file in written], columns)
        self._folders[name] = folder
        if rejects is not None and bad is not None:
            self.bind_arrow(rejects, bad)

    def view(self, name: str, sql: str) -> None:
        with errors_without_values():
            if self._folders.get(name) is not None:
                self.drop(name)
            self._spark.sql(f"CREATE OR REPLACE TEMPORARY VIEW {quoted(name)} AS {sql}")
            self._folders[name] = None

    def table(self, name: str, sql: str) -> None:
        folder = self._new_folder()
        with errors_without_values():
            rows = parquet.typed(self._spark.sql(sql))
            rows.write.option("compression", _CODEC).parquet(parquet.uri(folder))
            self._name(name, parquet.again(self._spark, folder, rows.schema), folder)

    def make(self, relations: Sequence[Relation]) -> None:
        order = Order(relations)
        while (relation := order.take()) is not None:  # one by one: each is spread over all cores already
            (self.view if relation.view else self.table)(relation.name, relation.sql)
            order.done(relation)

    def beside(self, lent: Collection[str]) -> SparkSession:
        raise UsageError("Spark shares out what it runs by itself", fix="run it on DuckDB")

    def has(self, name: str) -> bool:
        return name in self._folders

    def columns(self, name: str) -> list[str]:
        with errors_without_values():
            return list(self._spark.table(quoted(name)).columns)

    def drop(self, name: str) -> None:
        if name not in self._folders:
            return
        folder = self._folders.pop(name)
        with errors_without_values():
            self._spark.sql(f"DROP VIEW IF EXISTS {quoted(name)}")
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    def confine(self, folders: Sequence[Path]) -> None:
        raise UsageError("Spark can't shut in SQL that others wrote", fix="run it on DuckDB")

    def query(self, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
        with errors_without_values():
            found = self._spark.sql(sql, args=list(parameters) or None).toArrow()
            return found.cast(_nullable(found.schema))

    def rows(self, sql: str) -> Rows:
        return rows_of(self.query(sql))

    def stream(self, sql: str, rows: int = 65536) -> pa.RecordBatchReader:
        folder = self._new_folder()
        with errors_without_values():
            found = parquet.typed(self._spark.sql(sql))
            found.write.parquet(parquet.uri(folder))
            schema = to_arrow_schema(found.schema)
        return pa.RecordBatchReader.from_batches(_nullable(schema), _batches(folder, _nullable(schema), rows))

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
            raise UsageError("Spark doesn't keep the order of rows", fix="name columns to sort by")
        made = self._new_folder()
        try:
            with errors_without_values():
                rows = parquet.typed(self._spark.sql(sql))
                parquet.write(rows, made, partition_by, order_by, row_group_rows)
                return parquet.moved(made, folder, partition_by)
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def write_all(self, wanted: Sequence[Writing]) -> list[list[WrittenFile]]:
        return [
            self.write_parquet(
                one.sql,
                one.folder,
                partition_by=one.partition_by,
                order_by=one.order_by,
                row_group_rows=one.row_group_rows,
            )
            for one in wanted
        ]

    def _name(self, name: str, rows: DataFrame, folder: Path | None) -> None:
        self.drop(name)
        rows.createOrReplaceTempView(quoted(name))
        self._folders[name] = folder

    def _new_folder(self) -> Path:
        return self._folder / uuid4().hex


def _batches(folder: Path, schema: pa.Schema, rows: int) -> Iterator[pa.RecordBatch]:
    """What Spark wrote, part by part: a sorted result's parts are named in its order."""
    try:
        for path in sorted(folder.glob("*.parquet")):
            with errors_without_values(), pq.ParquetFile(path) as part:
                for batch in part.iter_batches(rows):
                    yield batch.cast(schema)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _nullable(schema: pa.Schema) -> pa.Schema:
    return pa.schema([field.with_nullable(True) for field in schema])
