"""Tables in the forms that people and programs read; what a spreadsheet would run as a formula is text"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import xlsxwriter
from starlette.responses import Response, StreamingResponse

from medark.errors import UsageError


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
_ROWS_OF_EXCEL: Final = 1_048_575  # below the headings
_CHUNK: Final = 16_384  # rows at a time
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


def written(table: pa.Table, form: Form, name: str, headers: dict[str, str] | None = None) -> Response:
    """A table as a response: streamed where the form can be written piece by piece."""
    told = {"cache-control": "no-store", **(headers or {})}
    if form not in (Form.JSON, Form.NDJSON):
        told["content-disposition"] = f'attachment; filename="{_file_name(name)}.{form.value}"'
    media_type = MEDIA_TYPES[form]
    if form is Form.XLSX:
        return Response(_xlsx(table, name), 200, told, media_type)
    if form is Form.PARQUET:
        return Response(_parquet(table), 200, told, media_type)
    return StreamingResponse(_STREAMS[form](table), 200, told, media_type)


def safe_text(value: str) -> str:
    """Text that no spreadsheet runs.

    >>> safe_text("=1+1"), safe_text("-5 mmol"), safe_text("K+")
    ("'=1+1", "'-5 mmol", 'K+')
    """
    return "'" + value if value.startswith(_FORMULA) else value


# -- forms -------------------------------------------------------------------------------------------------------------


def _json(table: pa.Table) -> Iterator[bytes]:
    """A list of objects. NaN and infinity, which JSON has not, are null."""
    yield b"["
    first = True
    for batch in table.to_batches(_CHUNK):
        if not batch.num_rows:
            continue
        told = orjson.dumps(batch.to_pylist(), _plain)
        yield (b"" if first else b",") + told[1:-1]
        first = False
    yield b"]"


def _ndjson(table: pa.Table) -> Iterator[bytes]:
    for batch in table.to_batches(_CHUNK):
        lines = [orjson.dumps(row, _plain, orjson.OPT_APPEND_NEWLINE) for row in batch.to_pylist()]
        yield b"".join(lines)


def _csv(table: pa.Table) -> Iterator[bytes]:
    """As Excel opens it. Whole numbers past 2^53 would lose digits there: see xlsx, where such are text."""
    yield _BOM
    flat = pa.table([_flat(column) for column in table.columns], names=[safe_text(name) for name in table.column_names])
    for number, start in enumerate(range(0, max(1, flat.num_rows), _CHUNK)):
        sink = io.BytesIO()
        options = pa_csv.WriteOptions(include_header=number == 0, quoting_style="needed")
        pa_csv.write_csv(flat.slice(start, _CHUNK), sink, options)
        yield sink.getvalue()


def _arrow(table: pa.Table) -> Iterator[bytes]:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        for batch in table.to_batches(_CHUNK * 4):
            writer.write_batch(batch)
            yield sink.getvalue()
            sink.seek(0)
            sink.truncate()
    yield sink.getvalue()


def _parquet(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue().to_pybytes()


def _xlsx(table: pa.Table, name: str) -> bytes:
    if table.num_rows > _ROWS_OF_EXCEL:
        raise UsageError("a sheet of Excel has no room for so many rows", fix="_format=parquet", most=_ROWS_OF_EXCEL)
    sink = io.BytesIO()
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "nan_inf_to_errors": True, "remove_timezone": True,
    }  # fmt: skip
    with xlsxwriter.Workbook(sink, options) as book:
        sheet = book.add_worksheet(_sheet_name(name))
        day, time = (
            book.add_format({"num_format": "yyyy-mm-dd"}),
            book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        )
        sheet.write_row(0, 0, table.column_names, book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        for row, cells in enumerate(_rows(table), 1):
            for column, value in enumerate(cells):
                _put(sheet, row, column, value, day, time)
    return sink.getvalue()


def _rows(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    for batch in table.to_batches(_CHUNK):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _put(sheet: Any, row: int, column: int, value: Any, day: Any, time: Any) -> None:
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(row, column, value)
        case int() if abs(value) >= 1 << 53:
            sheet.write_string(row, column, str(value))  # Excel's numbers have 15 digits
        case int() | float() | Decimal():
            sheet.write_number(row, column, value)
        case dt.datetime():
            sheet.write_datetime(row, column, value.replace(tzinfo=None), time)
        case dt.date():
            sheet.write_datetime(row, column, value, day)
        case str():
            sheet.write_string(row, column, value)
        case _:
            sheet.write_string(row, column, orjson.dumps(value, _plain).decode())


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


_STREAMS: Final[dict[Form, Callable[[pa.Table], Iterator[bytes]]]] = {
    Form.JSON: _json, Form.NDJSON: _ndjson, Form.CSV: _csv, Form.ARROW: _arrow,
}  # fmt: skip
