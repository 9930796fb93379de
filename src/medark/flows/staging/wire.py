"""Staging rows from one process to another: a stream of bytes a table, without the columns that say nothing"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from medark.flows.staging.tasks import Portion


@dataclass(frozen=True, slots=True)
class Sent:
    """A portion on its way: each table as an Arrow stream."""

    streams: Mapping[str, bytes]
    chunks: dict[int, int]
    done: frozenset[int]


def sent(portion: Portion) -> Sent:
    """A portion as bytes: pickled as it is, every buffer of every column would be an object of its own."""
    return Sent({name: _stream(table) for name, table in portion.tables.items()}, portion.chunks, portion.done)


def received(portion: Sent) -> Portion:
    """The portion again. Columns that were missing throughout are not there: see `Gathered.bind`."""
    tables = {name: pa.ipc.open_stream(stream).read_all() for name, stream in portion.streams.items()}
    return Portion(tables, portion.chunks, portion.done)


def _stream(table: pa.Table) -> bytes:
    told = table.select([n for n, column in enumerate(table.columns) if column.null_count < table.num_rows])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, told.schema) as stream:
        stream.write_table(told.combine_chunks())
    return bytes(sink.getvalue().to_pybytes())
