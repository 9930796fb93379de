"""Parquet between Spark and everyone else: an exact list of files in, one sorted file a bucket out"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f
from pyspark.sql.types import (
    BooleanType,
    DataType,
    DateType,
    DoubleType,
    IntegerType,
    LongType,
    NullType,
    StringType,
    StructField,
    StructType,
    TimestampNTZType,
)  # fmt: skip

from medark.errors import DefinitionError, RefusedInput
from medark.model.table import Column, Type
from medark.store.engine import WrittenFile

_TYPES: dict[Type, tuple[DataType, pa.DataType]] = {
    Type.INTEGER: (IntegerType(), pa.int32()),
    Type.BIGINT: (LongType(), pa.int64()),
    Type.FLOAT: (DoubleType(), pa.float64()),
    Type.TEXT: (StringType(), pa.string()),
    Type.DATE: (DateType(), pa.date32()),
    Type.DATETIME: (TimestampNTZType(), pa.timestamp("us")),
    Type.BOOLEAN: (BooleanType(), pa.bool_()),
}
_GLOB = re.compile(r"([][{}*?\\])")
_BYTES_APART = 1 << 40  # a row group ends by its rows, never by its bytes


def quoted(name: str) -> str:
    """A name in Spark's SQL."""
    return "`" + name.replace("`", "``") + "`"


def uri(path: Path) -> str:
    """A path as Spark reads it: nothing in it is a pattern."""
    return "file://" + _GLOB.sub(r"\\\1", str(path.absolute()))


def scan(
    spark: SparkSession, files: Sequence[Path], columns: Sequence[Column], file_number: str | None = None
) -> DataFrame:
    """The rows of some files: exactly `columns`, cast to their types, NULL where a file lacks one."""
    wanted = StructType([StructField(c.name, _TYPES[c.type][0]) for c in columns])
    if not files:
        empty = spark.createDataFrame([], wanted)
        return empty if file_number is None else empty.withColumn(file_number, f.lit(None).cast(IntegerType()))
    if file_number is None and all(_is_as_wanted(path, columns) for path in files):
        return spark.read.schema(wanted).parquet(*map(uri, files))
    parts = [_cast(spark.read.parquet(uri(path)), columns) for path in files]
    if file_number is not None:
        parts = [part.withColumn(file_number, f.lit(number)) for number, part in enumerate(parts)]
    rows = parts[0]
    for part in parts[1:]:
        rows = rows.unionAll(part)
    return rows


def again(spark: SparkSession, folder: Path, schema: StructType) -> DataFrame:
    """What Spark wrote into a folder, or Arrow did."""
    return spark.read.schema(schema).parquet(uri(folder))


def typed(rows: DataFrame) -> DataFrame:
    """Rows whose every column has a type that can be stored: a bare NULL is an INTEGER, as on DuckDB."""
    bare = {field.name for field in rows.schema if isinstance(field.dataType, NullType)}
    if not bare:
        return rows
    cells = [f.col(quoted(c)).cast(IntegerType()) if c in bare else f.col(quoted(c)) for c in rows.columns]
    return rows.select(*(cell.alias(name) for cell, name in zip(cells, rows.columns, strict=True)))


def storable(table: pa.Table) -> pa.Table:
    """The same table without the types of Arrow that Spark has no word for."""
    wanted = pa.schema([pa.field(field.name, _plain(field.type)) for field in table.schema])
    return table.cast(wanted, safe=False)  # what Spark can't hold of a time (nanoseconds) is cut off


def write(
    rows: DataFrame, folder: Path, partition_by: str | None, order_by: Sequence[str], row_group_rows: int
) -> None:
    """Write rows, sorted (NULL last), one file for each value of `partition_by`."""
    keys = [f.col(quoted(name)).asc_nulls_last() for name in order_by]
    if partition_by is None:
        rows = rows.repartition(1)
    else:
        rows = rows.repartition(f.col(quoted(partition_by)))
        keys.insert(0, f.col(quoted(partition_by)))
    writer = (rows.sortWithinPartitions(*keys) if keys else rows).write
    if partition_by is not None:
        writer = writer.partitionBy(partition_by)
    writer.options(
        compression="zstd",
        **{"parquet.block.row.count.limit": str(row_group_rows), "parquet.block.size": str(_BYTES_APART)},
    ).parquet(uri(folder))


def moved(made: Path, folder: Path, partition_by: str | None) -> list[WrittenFile]:
    """The files that `write` made in the folder where they are wanted, those without rows left out."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for path in sorted(made.glob("*.parquet" if partition_by is None else "*/*.parquet"), key=_in_order):
        rows = pq.read_metadata(path).num_rows
        if rows:
            target = folder / f"{uuid4().hex}.parquet"
            path.replace(target)
            found.append(WrittenFile(target, rows, target.stat().st_size, _partition(path, partition_by)))
    return found


def _in_order(path: Path) -> tuple[int, str]:
    value = path.parent.name.rpartition("=")[2]
    return int(value) if re.fullmatch(r"-?\d+", value) else 0, path.name


def _partition(path: Path, partition_by: str | None) -> int | None:
    if partition_by is None:
        return None
    value = path.parent.name.rpartition("=")[2]
    if not re.fullmatch(r"-?\d+", value):
        raise DefinitionError("the partition column is no whole number", fix="cast it, leave no NULL in it")
    return int(value)


def _is_as_wanted(path: Path, columns: Sequence[Column]) -> bool:
    """Has a file, of the columns that are wanted, none of another type?"""
    try:
        there = pq.read_schema(path)
    except pa.ArrowInvalid:
        raise RefusedInput("a file is not sound Parquet") from None
    types = {field.name: field.type for field in there}
    return all(types.get(c.name, _TYPES[c.type][1]) == _TYPES[c.type][1] for c in columns)


def _cast(rows: DataFrame, columns: Sequence[Column]) -> DataFrame:
    there = {name.lower(): name for name in rows.columns}
    cells = [
        (f.col(quoted(there[c.name.lower()])) if c.name.lower() in there else f.lit(None)).cast(_TYPES[c.type][0])
        for c in columns
    ]
    return rows.select(*(cell.alias(c.name) for cell, c in zip(cells, columns, strict=True)))


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_null(kind):
        return pa.int32()
    if pa.types.is_dictionary(kind):
        return kind.value_type
    if pa.types.is_timestamp(kind) and kind.unit != "us":
        return pa.timestamp("us", kind.tz)
    return kind
