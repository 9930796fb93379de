"""Tables in the forms that people and programs read; what a spreadsheet would run as a formula is text"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from decimal import Decimal
from enum import StrEnum
from itertools import chain
from typing import Any, Final

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from medark.errors import UsageError
from medark.flows.documents.cells import ROWS, new_book, put
from medark.serve.http.exact import exact, is_key
from medark.serve.http.streams import Streamed


class Form(StrEnum):
    """How a table is written."""

    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    ARROW = "arrow"


MEDIA_TYPES: Final = {
    Form.JSON: "application/json",
    Form.NDJSON: "application/x-ndjson",
    Form.CSV: "text/csv; charset=utf-8",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.PARQUET: "application/vnd.apache.parquet",
    Form.ARROW: "application/vnd.apache.arrow.stream",
}
_CHUNK: Final = 16_384  # rows at a time
_GROUP_BYTES: Final = 16 << 20
# What a spreadsheet takes for the beginning of a formula. Source: OWASP, "CSV Injection".
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_FORMULA_PATTERN: Final = r"^[=+\-@\t\r\n＝＋－＠]"
_BOM: Final = "﻿".encode()  # or Excel takes UTF-8 for the machine's own encoding


def form_of(named: str, accept: str, default: Form) -> Form:
    """The form that is asked for by name or by Accept. UsageError for a name that there is not."""
    if named:
        told = named.removeprefix("application/").removeprefix("text/").removeprefix("x-").lower()
        told = {"fhir+json": "json", "vnd.apache.parquet": "parquet", "vnd.apache.arrow.stream": "arrow"}.get(
            told, told
        )
        if told not in tuple(Form):
            raise UsageError("there is no such form", fix=" | ".join(Form), parameter="_format")
        return Form(told)
    for part in accept.split(","):
        wanted = part.split(";")[0].strip().lower()
        for form, media_type in MEDIA_TYPES.items():
            if media_type.split(";")[0] == wanted:
                return form
    return default


def written(
    rows: pa.Table | pa.RecordBatchReader,
    form: Form,
    name: str,
    headers: dict[str, str] | None = None,
    end: Callable[[], None] = lambda: None,
) -> Streamed:
    """Rows as a response, sent as they are made; `end` is called after. UsageError where the form has no room."""
    told = {"cache-control": "no-store", **(headers or {})}
    if form not in (Form.JSON, Form.NDJSON):
        told["content-disposition"] = f'attachment; filename="{_file_name(name)}.{form.value}"'
    return Streamed(_begun(pieces(rows, form, name)), told, MEDIA_TYPES[form], end)


def pieces(rows: pa.Table | pa.RecordBatchReader, form: Form, name: str) -> Iterator[bytes]:
    """What is sent of rows."""
    reader = rows.to_reader(_CHUNK) if isinstance(rows, pa.Table) else rows
    return _xlsx(reader, name) if form is Form.XLSX else _STREAMS[form](reader)


def _begun(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same, the first of which is there: what can't be written is known before an answer begins."""
    return chain([next(pieces, b"")], pieces)


def safe_text(value: str) -> str:
    """Text that no spreadsheet runs.

    >>> safe_text("=1+1"), safe_text("-5 mmol"), safe_text("K+")
    ("'=1+1", "'-5 mmol", 'K+')
    """
    return "'" + value if value.startswith(_FORMULA) else value


# -- forms -------------------------------------------------------------------------------------------------------------


def _json(rows: pa.RecordBatchReader) -> Iterator[bytes]:
    """A list of objects. NaN and infinity, which JSON has not, are null."""
    before = b"["
    for batch in rows:
        if batch.num_rows:
            yield before + orjson.dumps(_exact(batch), _plain)[1:-1]
            before = b","
    yield b"[]" if before == b"[" else b"]"


def _ndjson(rows: pa.RecordBatchReader) -> Iterator[bytes]:
    for batch in rows:
        yield b"".join(orjson.dumps(row, _plain, orjson.OPT_APPEND_NEWLINE) for row in _exact(batch))


def _exact(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    """The rows of a batch, their keys and long numbers as text: see `exact`."""
    rows: list[dict[str, Any]] = batch.to_pylist()
    for field in batch.schema:
        kind = field.type
        if pa.types.is_int64(kind) or pa.types.is_uint64(kind) or pa.types.is_nested(kind) or is_key(field.name):
            for row in rows:
                row[field.name] = exact(row[field.name], field.name)
    return rows


def _csv(rows: pa.RecordBatchReader) -> Iterator[bytes]:
    """As Excel opens it. Whole numbers past 2^53 would lose digits there: see xlsx, where such are text."""
    yield _BOM
    names = [safe_text(name) for name in rows.schema.names]
    yield _lines(pa.Table.from_batches([], rows.schema), names, header=True)
    for batch in rows:
        yield _lines(pa.Table.from_batches([batch]), names, header=False)


def _lines(table: pa.Table, names: list[str], *, header: bool) -> bytes:
    sink = io.BytesIO()
    flat = pa.table([_flat(column) for column in table.columns], names=names)
    pa_csv.write_csv(flat, sink, pa_csv.WriteOptions(include_header=header, quoting_style="needed"))
    return sink.getvalue()


def _arrow(rows: pa.RecordBatchReader) -> Iterator[bytes]:
    sink = _Sink()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        for batch in rows:
            writer.write_batch(batch)
            yield sink.taken()
    yield sink.taken()


def _parquet(rows: pa.RecordBatchReader) -> Iterator[bytes]:
    """A group of rows for so many bytes: what has been written is sent while the rest is made."""
    sink = _Sink()
    with pq.ParquetWriter(sink, rows.schema, compression="zstd") as writer:
        held: list[pa.RecordBatch] = []
        for batch in rows:
            held.append(batch)
            if sum(one.nbytes for one in held) > _GROUP_BYTES:
                writer.write_table(pa.Table.from_batches(held))
                held = []
                yield sink.taken()
        if held:
            writer.write_table(pa.Table.from_batches(held))
    yield sink.taken()


class _Sink(io.RawIOBase):
    """A file that is sent while it is written."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._written = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._written

    def write(self, content: Any) -> int:
        self._pieces.append(bytes(content))
        self._written += len(self._pieces[-1])
        return len(self._pieces[-1])

    def taken(self) -> bytes:
        """What was written since the last time."""
        found, self._pieces = b"".join(self._pieces), []
        return found


def _xlsx(rows: pa.RecordBatchReader, name: str) -> Iterator[bytes]:
    """A workbook, which can only be sent whole."""
    sink = io.BytesIO()
    book, formats = new_book(sink, constant_memory=True)
    with book:
        sheet = book.add_worksheet(_sheet_name(name))
        sheet.write_row(0, 0, rows.schema.names, formats.bold)
        sheet.freeze_panes(1, 0)
        for row, cells in enumerate(_rows(rows), 1):
            if row > ROWS:
                raise UsageError("a sheet of Excel has no room for so many rows", fix="parquet", most=ROWS)
            for column, value in enumerate(cells):
                put(sheet, row, column, _as_cell(value), formats)
    yield sink.getvalue()


def _rows(rows: pa.RecordBatchReader) -> Iterator[tuple[Any, ...]]:
    for batch in rows:
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _as_cell(value: Any) -> Any:
    """Lists and structures as JSON; the rest as it is."""
    is_plain = value is None or isinstance(value, bool | int | float | Decimal | dt.date | str)
    return value if is_plain else orjson.dumps(value, _plain).decode()


def _flat(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column of CSV: text that can't be a formula; lists and structures as JSON."""
    if pa.types.is_nested(column.type):
        told = [None if value is None else orjson.dumps(value, _plain).decode() for value in column.to_pylist()]
        column = pa.chunked_array([pa.array(told, pa.string())])
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        runs = pc.match_substring_regex(column, _FORMULA_PATTERN)
        return pc.if_else(pc.fill_null(runs, False), pc.binary_join_element_wise("'", column, ""), column)
    return column


def _plain(value: object) -> object:
    match value:
        case dt.datetime():
            return value.isoformat()
        case dt.date() | dt.time():
            return value.isoformat()
        case Decimal():
            return float(value)
        case bytes():
            return value.hex()
    raise TypeError


def _file_name(name: str) -> str:
    return "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name)[:80] or "table"


def _sheet_name(name: str) -> str:
    return _file_name(name)[:31]


_STREAMS: Final[dict[Form, Callable[[pa.RecordBatchReader], Iterator[bytes]]]] = {
    Form.JSON: _json, Form.NDJSON: _ndjson, Form.CSV: _csv, Form.ARROW: _arrow, Form.PARQUET: _parquet,
}  # fmt: skip
