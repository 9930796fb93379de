"""The rows of a query: a table on the terminal, JSON, or a file that a spreadsheet can open without running anything"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from medark.cli.files import whole
from medark.cli.tables import fitting, table
from medark.errors import SourceError, UsageError
from medark.messages import _, plural

Batches = Iterable[pa.RecordBatch]

# What a spreadsheet takes for the start of a formula (OWASP, CSV injection), full-width twins included.
_FORMULA = "^[=+\\-@\t\r＝＋－＠]"
_NUMBER = "^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?$"
_SHEET_ROWS = 1_048_575  # of an xlsx sheet, less the heading
_NAMED = 8  # columns that do not fit are called by name
_EXACT = 2**53  # whole numbers past it are not exact in a spreadsheet or in JavaScript


def to_terminal(schema: pa.Schema, batches: Batches, limit: int, width: int) -> object:
    """At most `limit` rows (0: all) of the columns that fit into so many places, and a word when there are more."""
    from rich.console import Group
    from rich.text import Text

    rows = list(islice(_rows(batches), limit + 1 if limit else None))
    more = bool(limit) and len(rows) > limit
    shown = rows[:limit] if more else rows
    cells = list(zip(*map(_cells, zip(*shown, strict=True)), strict=True))
    names = unique(schema.names)
    fit = fitting(names, cells, width)
    told = [plural("{count} row", "{count} rows", len(rows))]
    if more:
        told = [_("the first {count} rows; --limit 0 shows all", count=limit)]
    if hidden := names[fit:]:
        told.append(_too_wide(hidden))
    return Group(table("", names[:fit], (row[:fit] for row in cells)), "", *map(Text, told))


def to_json(schema: pa.Schema, batches: Batches) -> None:
    """A list of objects on standard output, one a row, written as the rows come."""
    names, first = unique(schema.names), True
    sys.stdout.write("[")
    for row in _rows(batches):
        sys.stdout.write(("\n" if first else ",\n") + _json(dict(zip(names, row, strict=True))))
        first = False
    sys.stdout.write("\n]\n")


def to_file(schema: pa.Schema, batches: Batches, path: Path) -> int:
    """Write the rows in the form that the file's name ends with; returns how many.

    The file is its owner's only, and there whole or not at all. SourceError for a name that ends otherwise.
    """
    write = WRITERS.get(path.suffix.lower())
    if write is None:
        raise SourceError("the file's name does not say a format", fix=f"end it with one of {' '.join(WRITERS)}")
    with whole(path) as content:
        return write(schema, batches, content)


def unique(names: Sequence[str]) -> list[str]:
    """Column names, those that come again numbered.

    >>> unique(["a", "b", "a"])
    ['a', 'b', 'a_2']
    """
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
    count = dict.fromkeys(names, 0)
    found = []
    for name in names:
        count[name] += 1
        found.append(name if count[name] == 1 else f"{name}_{count[name]}")
    return found


def harmless(text: pa.Array) -> pa.Array:
    """Text that no spreadsheet runs: what looks like a formula gets a `'` before it, plain numbers don't.

    >>> harmless(pa.array(["=1+1", "-5", "-x", None, "mmol/L"])).to_pylist()
    ["'=1+1", '-5', "'-x", None, 'mmol/L']
    """
    risky = pc.and_(pc.match_substring_regex(text, _FORMULA), pc.invert(pc.match_substring_regex(text, _NUMBER)))
    return pc.if_else(risky, pc.binary_join_element_wise("'", text, ""), text)


def _csv(schema: pa.Schema, batches: Batches, content: BinaryIO) -> int:
    from pyarrow import csv

    names = unique(schema.names)
    flat = pa.schema([pa.field(name, _flat_type(field.type)) for name, field in zip(names, schema, strict=True)])
    content.write(b"\xef\xbb\xbf")  # without it a spreadsheet takes Chinese for another encoding
    rows = 0
    with csv.CSVWriter(content, flat) as writer:
        for batch in batches:
            columns = [_flat(column) for column in batch.columns]
            writer.write_batch(pa.record_batch(columns, schema=flat))
            rows += batch.num_rows
    return rows


def _flat_type(kind: pa.DataType) -> pa.DataType:
    return pa.string() if pa.types.is_nested(kind) or _is_text(kind) else kind


def _flat(column: pa.Array) -> pa.Array:
    if pa.types.is_nested(column.type):
        column = pa.array([None if value is None else _json(value) for value in column.to_pylist()], pa.string())
    return harmless(column.cast(pa.string())) if _is_text(column.type) else column


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _parquet(schema: pa.Schema, batches: Batches, content: BinaryIO) -> int:
    from pyarrow import parquet

    named = pa.schema([field.with_name(name) for field, name in zip(schema, unique(schema.names), strict=True)])
    named = named.with_metadata(schema.metadata)  # what an answer was made of goes with it
    rows = 0
    with parquet.ParquetWriter(content, named, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(pa.record_batch(batch.columns, schema=named))
            rows += batch.num_rows
    return rows


def _json_lines(schema: pa.Schema, batches: Batches, content: BinaryIO) -> int:
    names, rows = unique(schema.names), 0
    for row in _rows(batches):
        content.write(_json(dict(zip(names, row, strict=True))).encode() + b"\n")
        rows += 1
    return rows


def _xlsx(schema: pa.Schema, batches: Batches, content: BinaryIO) -> int:
    from xlsxwriter import Workbook

    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(content, {"constant_memory": True, "nan_inf_to_errors": True, **plain})
    sheet = book.add_worksheet("medark")
    forms = [book.add_format({"num_format": form}) if form else None for form in map(_sheet_format, schema.types)]
    sheet.write_row(0, 0, unique(schema.names))
    rows = 0
    for row in _rows(batches):
        rows += 1
        if rows > _SHEET_ROWS:
            raise UsageError("more rows than a sheet can hold", fix="--out FILE.csv or FILE.parquet", most=_SHEET_ROWS)
        for place, value in enumerate(row):
            if value is not None:
                sheet.write(rows, place, _sheet_value(value), forms[place])
    book.close()
    return rows


def _sheet_format(kind: pa.DataType) -> str:
    if pa.types.is_date(kind):
        return "yyyy-mm-dd"
    return "yyyy-mm-dd hh:mm:ss" if pa.types.is_timestamp(kind) else ""


def _sheet_value(value: object) -> object:
    if isinstance(value, int) and abs(value) > _EXACT:
        return str(value)
    return _json(value) if isinstance(value, list | dict) else value


WRITERS: dict[str, Callable[[pa.Schema, Batches, BinaryIO], int]] = {
    ".parquet": _parquet,
    ".csv": _csv,
    ".xlsx": _xlsx,
    ".jsonl": _json_lines,
}


def _rows(batches: Batches) -> Iterator[tuple[object, ...]]:
    for batch in batches:
        columns = [[_plain(value) for value in column.to_pylist()] for column in batch.columns]
        yield from zip(*columns, strict=True) if columns else ()


def _plain(value: object) -> object:
    if isinstance(value, Decimal):  # sums of whole numbers come as decimals without a fraction
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _cells(column: Sequence[object]) -> list[str]:
    """The values of a column as text. Times are days where all are midnight; an id is no amount: no marks in it."""
    times = [value for value in column if value is not None]
    if all(isinstance(value, dt.datetime) and value.time() == dt.time() for value in times):
        column = [value.date() if isinstance(value, dt.datetime) else value for value in column]
    return ["∅" if value is None else str(value).replace("\n", "⏎") for value in column]


def _too_wide(names: Sequence[str]) -> str:
    named = ", ".join(names[:_NAMED]) + (", …" if names[_NAMED:] else "")
    return plural(
        "{count} more column does not fit ({names}): --out FILE or --json gives all",
        "{count} more columns do not fit ({names}): --out FILE or --json gives all",
        len(names),
        names=named,
    )


def _json(value: object) -> str:
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
