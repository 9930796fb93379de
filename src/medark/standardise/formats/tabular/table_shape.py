"""The shape of a table file: columns, how text is cut, and its rows where an engine can't read them"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

import pyarrow as pa

from medark.errors import RefusedInput
from medark.model.delimited import Delimited
from medark.model.record import Format
from medark.standardise.formats.tabular import fixed_width, json_lines, parquet, xlsx, xml_records
from medark.standardise.formats.tabular.delimiter import marks_of, rows_of
from medark.standardise.formats.tabular.encoding import encoding_of
from medark.standardise.formats.tabular.header import Header, find_header, unique_names
from medark.standardise.formats.tabular.json_objects import Reject
from medark.standardise.formats.tabular.transcode import HEAD_BYTES

ROW_NO = "row_no"


@dataclass(frozen=True, slots=True)
class TableShape:
    """One table of a file.

    `columns`: as its header has them, made unique; column_1 … without a header. `form`: of delimited text, as `cut`
    gives it (UTF-8, from the header on, quotes doubled). `lines_above`: lines before the header or the first row.
    `encoding`, `backslash` (before quotes) and `returns` (lines end in a carriage return alone): of the file itself.
    `ends`: of fixed width, where each column ends. `sheet`: of a workbook. `paths`: of JSON and XML, where each
    column's values are found. `element` and `repeated`: of XML, the name of a row and the paths that are arrays.
    """

    format: Format
    columns: tuple[str, ...]
    form: Delimited | None = None
    lines_above: int = 0
    encoding: str = "utf-8"
    header: bool = True
    ends: tuple[int, ...] = ()
    sheet: str = ""
    backslash: bool = False
    returns: bool = False
    paths: tuple[str, ...] = ()
    element: str = ""
    repeated: tuple[str, ...] = ()
    first_row_no: int = 0  # of this table's rows in the record: sheets count on


def shape(head: bytes, fmt: Format, name: str = "") -> TableShape:
    """The shape of a text table that begins with `head` (64 KiB are enough). RefusedInput for what is no text table."""
    complete = len(head) < HEAD_BYTES
    encoding = encoding_of(head, complete=complete)
    text = head.decode(encoding, "replace")
    if "\0" in text:
        raise RefusedInput("NUL bytes: this is not a text table")
    returns = "\r" in text and "\n" not in text
    if not complete:
        text = text[: text.rfind("\n") + 1] or text
    if fmt is Format.FIXED_WIDTH:
        return _fixed(text, encoding)
    return replace(_delimited(text, encoding), returns=returns)


def shapes(content: BinaryIO, fmt: Format, name: str = "") -> tuple[TableShape, ...]:
    """The tables of a file of any table format: one, or one a sheet that has rows. RefusedInput for a broken file."""
    if fmt is Format.PARQUET:
        return (TableShape(fmt, parquet.columns(content), header=parquet.has_header_row(content)),)
    if fmt is Format.XLSX:
        return tuple(
            TableShape(fmt, sheet.columns, lines_above=sheet.rows_above, header=sheet.named, sheet=sheet.name,
                       first_row_no=sheet.first_row_no)
            for sheet in xlsx.sheets(content.read())
        )  # fmt: skip
    if fmt is Format.JSON_LINES:
        return (_objects(content),)
    if fmt is Format.XML_RECORDS:
        return tuple(_elements(content))
    return (shape(content.read(HEAD_BYTES), fmt, name),)


def rows(content: BinaryIO, table: TableShape, rejects: list[Reject] | None = None) -> Iterator[pa.Table]:
    """The rows of a table that is not delimited: its columns as text, and `row_no`, a batch at a time.

    `rejects` is given what is no row, in the order of the file; whoever reads may empty it between batches.
    """
    rejects = [] if rejects is None else rejects
    if table.format is Format.JSON_LINES:
        yield from json_lines.rows(content, table.encoding, table.paths, table.columns, rejects, row_no=ROW_NO)
    elif table.format is Format.XML_RECORDS:
        found = xml_records.XmlList(table.element, table.paths, table.repeated, table.first_row_no)
        yield from xml_records.rows(content, table.encoding, found, table.columns, rejects, row_no=ROW_NO)
    elif table.format is Format.PARQUET:
        yield from parquet.rows(content, table.columns, named_by_row=table.header, row_no=ROW_NO)
    elif table.format is Format.XLSX:
        yield from xlsx.rows(content.read(), table.sheet, table.columns, row_no=ROW_NO)
    elif table.format is Format.FIXED_WIDTH:
        skip = table.lines_above + table.header
        yield from fixed_width.rows(content, table.encoding, table.columns, table.ends, skip, row_no=ROW_NO)
    else:
        raise RefusedInput("delimited text is cut, and read by the engine", fix="use tabular.cut")


def _delimited(text: str, encoding: str) -> TableShape:
    marks = marks_of(text)
    found = rows_of(text, marks)
    header = find_header([row for _, row in found])
    above = found[header.row][0] if found else 0
    form = Delimited(header.columns, marks.delimiter, marks.quote, marks.quote, header.named)
    backslash = marks.escape == "\\"
    return TableShape(Format.DELIMITED, header.columns, form, above, encoding, header.named, backslash=backslash)


def _objects(content: BinaryIO) -> TableShape:
    """All of it is read: the last object may have a name that no other has."""
    head = content.read(HEAD_BYTES)
    encoding = encoding_of(head, complete=len(head) < HEAD_BYTES)
    paths = json_lines.paths(head, content, encoding)
    return TableShape(Format.JSON_LINES, unique_names(paths), encoding=encoding, header=False, paths=paths)


def _elements(content: BinaryIO) -> Iterator[TableShape]:
    """All of it is read, as with objects."""
    head = content.read(HEAD_BYTES)
    encoding = xml_records.encoding(head, complete=len(head) < HEAD_BYTES)
    for found in xml_records.lists(head, content, encoding):
        yield TableShape(
            Format.XML_RECORDS,
            unique_names(found.paths),
            encoding=encoding,
            header=False,
            paths=found.paths,
            element=found.name,
            repeated=found.repeated,
            first_row_no=found.first_row_no,
        )


def _fixed(text: str, encoding: str) -> TableShape:
    lines = text.splitlines()
    ends = fixed_width.column_ends(lines)
    header, above = _fixed_header(lines, ends)
    if header.named:
        better = fixed_width.headed_ends(ends, lines[above], lines[above + 1 :])
        if better != ends:
            ends = better
            header, above = _fixed_header(lines, ends)
    return TableShape(Format.FIXED_WIDTH, header.columns, None, above, encoding, header.named, ends)


def _fixed_header(lines: Sequence[str], ends: Sequence[int]) -> tuple[Header, int]:
    """The header, and the number of lines above it or the first row."""
    cells = [(number, fixed_width.cells(line, ends)) for number, line in enumerate(lines) if line]
    header = find_header([row for _, row in cells])
    return header, cells[header.row][0] if cells else 0
