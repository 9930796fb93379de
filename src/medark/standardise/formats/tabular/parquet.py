"""Parquet: every value as text without loss, times as ISO 8601, nested values as JSON"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterator, Sequence
from typing import BinaryIO

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from medark.errors import RefusedInput
from medark.standardise.formats.tabular.header import is_header, unique_names

_BATCH = 65_536  # rows
_MOST_ROWS = 1 << 32  # row numbers have 32 bits
_ROWS_A_BYTE = 10_000  # a column of one value takes a byte for about a thousand rows
_MADE_UP = re.compile(r"(?i)column_?[0-9]+")  # what tools call the columns of a file without a header


def columns(content: BinaryIO) -> tuple[str, ...]:
    """The names of the columns. Where a tool made them up and the first row has the real ones: those."""
    names = _schema(content).names
    first = _naming_row(content)
    return unique_names(first or names)


def has_header_row(content: BinaryIO) -> bool:
    """Does the first row name the columns?"""
    return _naming_row(content) is not None


def rows(content: BinaryIO, names: Sequence[str], *, named_by_row: bool, row_no: str) -> Iterator[pa.Table]:
    """All rows as text columns `names`, missing values NULL, with their numbers from 0."""
    first = 0
    with _refusing():
        content.seek(0)
        for batch in pq.ParquetFile(content).iter_batches(batch_size=_BATCH):
            skip = 1 if named_by_row and first == 0 else 0
            batch = batch.slice(skip)
            numbers = pa.array(range(first, first + batch.num_rows), pa.int64())
            first += batch.num_rows
            yield pa.table([*map(as_text, batch.columns), numbers], names=[*names, row_no])
            if skip:
                named_by_row = False


def blanked(content: bytes, row_nos: Collection[int], *, named_by_row: bool) -> bytes:
    """The file with these rows' values gone: NULL, or zero or empty in columns that may not be NULL."""
    with _refusing():
        file = pq.ParquetFile(pa.BufferReader(content))
        gone = {number + named_by_row for number in row_nos}
        sink, first = pa.BufferOutputStream(), 0
        with pq.ParquetWriter(sink, file.schema_arrow, compression="zstd") as writer:
            for group in range(file.num_row_groups):
                table = file.read_row_group(group)
                kept = pa.array([first + i not in gone for i in range(table.num_rows)])
                first += table.num_rows
                cleared = [_cleared(c, f, kept) for c, f in zip(table.columns, table.schema, strict=True)]
                table = pa.table(cleared, schema=table.schema)
                writer.write_table(table, row_group_size=max(table.num_rows, 1))
        return bytes(sink.getvalue())


def as_text(values: pa.Array) -> pa.Array:
    """A column as text.

    >>> as_text(pa.array([1.0, 2.5])).to_pylist(), as_text(pa.array([True, None])).to_pylist()
    (['1', '2.5'], ['true', None])
    """
    kind = values.type
    if pa.types.is_dictionary(kind):
        return as_text(values.dictionary_decode())
    if pa.types.is_timestamp(kind):
        return _time_text(values)
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return pa.array([_bytes_text(v) for v in values.to_pylist()], pa.string())
    if pa.types.is_nested(kind) or pa.types.is_duration(kind) or pa.types.is_interval(kind):
        return pa.array([None if v is None else _json(v) for v in values.to_pylist()], pa.string())
    if pa.types.is_floating(kind):
        return _number_text(values)
    return pc.cast(values, pa.string())


def _number_text(values: pa.Array) -> pa.Array:
    """Shortest text that reads back to the same number; 17.0 is 17."""
    text = pc.cast(values, pa.string())
    return pc.replace_substring_regex(text, r"^(-?[0-9]+)\.0$", r"\1")


def _time_text(values: pa.Array) -> pa.Array:
    """2180-05-07T00:17:00Z for an instant, without the Z for a local time; a fraction only where there is one."""
    zone = values.type.tz
    if zone is not None:
        values = pc.cast(values, pa.timestamp(values.type.unit, "UTC"))
    local = pc.cast(values, pa.timestamp(values.type.unit))
    text = pc.strftime(local, "%Y-%m-%dT%H:%M:%S")
    text = pc.replace_substring_regex(text, r"(\.[0-9]*[1-9])0+$", r"\1")
    text = pc.replace_substring_regex(text, r"\.0+$", "")
    return text if zone is None else pc.binary_join_element_wise(text, "Z", "")


def _bytes_text(value: bytes | None) -> str | None:
    if value is None:
        return None
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.hex()


def _json(value: object) -> str:
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _cleared(column: pa.ChunkedArray, field: pa.Field, kept: pa.Array) -> pa.ChunkedArray:
    if field.nullable:
        return pc.if_else(kept, column, pa.scalar(None, field.type))
    empty = "" if pa.types.is_string(field.type) or pa.types.is_large_string(field.type) else 0
    return pc.if_else(kept, column, pc.cast(pa.scalar(empty), field.type))


def _schema(content: BinaryIO) -> pa.Schema:
    with _refusing():
        size = content.seek(0, io.SEEK_END)
        content.seek(0)
        file = pq.ParquetFile(content)
        if file.metadata.num_rows > min(_MOST_ROWS, size * _ROWS_A_BYTE):
            raise RefusedInput("the file says it has more rows than it can have", rows=file.metadata.num_rows)
        return file.schema_arrow


def _naming_row(content: BinaryIO) -> list[str] | None:
    schema = _schema(content)
    if not schema.names or not all(_MADE_UP.fullmatch(name) for name in schema.names):
        return None
    with _refusing():
        content.seek(0)
        head = next(pq.ParquetFile(content).iter_batches(batch_size=200), None)
    if head is None or not head.num_rows:
        return None
    first, *body = ([value or "" for value in row] for row in zip(*(as_text(c).to_pylist() for c in head), strict=True))
    return first if is_header(first, body) else None


class _refusing:  # noqa: N801  used as a word: with _refusing()
    """Arrow's complaints about a file become RefusedInput, without what they quote of it."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, pa.ArrowException | OSError | EOFError):
            raise RefusedInput("not sound Parquet") from None
