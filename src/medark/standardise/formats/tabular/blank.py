"""Rows of a table file emptied (erasure): every other row as it was, none moved"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from typing import BinaryIO

from medark.model.record import Format
from medark.standardise.formats.tabular import json_lines, parquet, xlsx_blank, xml_records
from medark.standardise.formats.tabular.encoding import encoding_of
from medark.standardise.formats.tabular.table_shape import TableShape, shape
from medark.standardise.formats.tabular.transcode import HEAD_BYTES

_FEED_LINES, _RETURN_LINES = re.compile(rb"[^\n]*\n|[^\n]+"), re.compile(rb"[^\r]*\r|[^\r]+")
_WIDE = {"utf-16": "utf-16", "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be", "utf-32": "utf-32"}
_UTF8 = frozenset({"utf-8", "utf-8-sig"})


def blanked(content: bytes, fmt: Format, row_nos: Collection[int]) -> bytes:
    """The same file with these rows emptied; row numbers as `cut` and `rows` count them.

    Delimited: empty cells. JSON lines: empty objects. XML: empty elements, and all of what can't be read if that is
    one of them. Fixed width: blanks. Parquet: NULLs, the file written anew (statistics and dictionaries too).
    Workbook: the cells' values, and shared strings that no other cell uses. RefusedInput for a broken file.
    """
    if fmt is Format.PARQUET:
        return parquet.blanked(content, row_nos, named_by_row=parquet.has_header_row(io.BytesIO(content)))
    if fmt is Format.XLSX:
        return xlsx_blank.blanked(content, row_nos)
    rows = frozenset(row_nos)
    if fmt is Format.JSON_LINES:
        return _through_text(content, encoding_of(content[:HEAD_BYTES]), lambda text: _objects(text, rows))
    if fmt is Format.XML_RECORDS:
        encoding = xml_records.encoding(content[:HEAD_BYTES], complete=len(content) < HEAD_BYTES)
        return _through_text(content, encoding, lambda text: _elements(text, rows), _UTF8)
    table = shape(content[:HEAD_BYTES], fmt)
    return _through_text(content, table.encoding, lambda text: b"".join(_text_rows(text, table, rows)))


def blanked_into(out: BinaryIO, content: BinaryIO, fmt: Format, row_nos: Collection[int]) -> None:
    """The same, from one file into another: row by row, in flat memory, where a text table lets itself be read so."""
    if fmt is Format.JSON_LINES:
        _objects_into(out, content, frozenset(row_nos))
        return
    if fmt is Format.XML_RECORDS:
        _elements_into(out, content, frozenset(row_nos))
        return
    head = content.read(HEAD_BYTES)
    table = shape(head, fmt) if fmt not in (Format.PARQUET, Format.XLSX) else None
    if table is None or table.encoding in _WIDE or table.returns:
        out.write(blanked(head + content.read(), fmt, row_nos))
        return
    mark = codecs.BOM_UTF8 if head.startswith(codecs.BOM_UTF8) else b""
    out.write(mark)
    out.writelines(_emptied_rows(_lines(head.removeprefix(mark), content), table, frozenset(row_nos)))


def _lines(head: bytes, content: BinaryIO) -> Iterator[bytes]:
    """Lines with their ends, of a file whose beginning is read already."""
    end = head.rfind(b"\n") + 1
    yield from _FEED_LINES.findall(head[:end])
    if line := head[end:] + content.readline():
        yield line
    yield from content


def _objects(content: bytes, row_nos: frozenset[int]) -> bytes:
    out = io.BytesIO()
    json_lines.blanked_into(out, io.BytesIO(content), row_nos)
    return out.getvalue()


def _objects_into(out: BinaryIO, content: BinaryIO, row_nos: frozenset[int]) -> None:
    head = content.read(HEAD_BYTES)
    if encoding_of(head) in _WIDE:
        out.write(blanked(head + content.read(), Format.JSON_LINES, row_nos))
    else:
        json_lines.blanked_into(out, content, row_nos, head)


def _elements(content: bytes, row_nos: frozenset[int]) -> bytes:
    out = io.BytesIO()
    xml_records.blanked_into(out, content[:HEAD_BYTES], io.BytesIO(content[HEAD_BYTES:]), row_nos)
    return out.getvalue()


def _elements_into(out: BinaryIO, content: BinaryIO, row_nos: frozenset[int]) -> None:
    head = content.read(HEAD_BYTES)
    if xml_records.encoding(head, complete=len(head) < HEAD_BYTES) in _UTF8:
        xml_records.blanked_into(out, head, content, row_nos)
    else:
        out.write(blanked(head + content.read(), Format.XML_RECORDS, row_nos))


def _through_text(content: bytes, encoding: str, work: Callable[[bytes], bytes], plain: Collection[str] = ()) -> bytes:
    """The work is done on the text in UTF-8, unless it can be on the bytes: of `plain`, or all but UTF-16 and -32."""
    if encoding in plain or (not plain and encoding not in _WIDE):
        return work(content)
    if encoding in ("utf-16", "utf-32"):  # with a mark: kept, as the first character
        encoding += "-le" if content[:1] == b"\xff" else "-be"
    errors = "surrogatepass" if encoding in _WIDE else "surrogateescape"
    text = content.decode(encoding, errors).encode("utf-8", errors)
    return work(text).decode("utf-8", errors).encode(encoding, errors)


def _text_rows(content: bytes, table: TableShape, row_nos: frozenset[int]) -> Iterator[bytes]:
    mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    yield mark
    lines = (_RETURN_LINES if table.returns else _FEED_LINES).findall(content.removeprefix(mark))
    yield from _emptied_rows(iter(lines), table, row_nos)


def _emptied_rows(lines: Iterator[bytes], table: TableShape, row_nos: frozenset[int]) -> Iterator[bytes]:
    yield from islice(lines, table.lines_above)
    row_no = -1 if table.header else 0
    for row in _rows(lines, table):
        if not row.strip(b"\r\n"):
            yield row
            continue
        yield _emptied(row, table) if row_no in row_nos else row
        row_no += 1


def _rows(lines: Iterable[bytes], table: TableShape) -> Iterator[bytes]:
    """Lines joined to rows where a quote is open over a line end."""
    quote = table.form.quote.encode() if table.form else b""
    held: list[bytes] = []
    is_open = False
    for line in lines:
        held.append(line)
        if quote:
            plain = line.replace(b"\\\\", b"").replace(b"\\" + quote, b"") if table.backslash else line
            is_open ^= plain.count(quote) % 2 == 1
        if not is_open:
            yield b"".join(held)
            held = []
    if held:
        yield b"".join(held)


def _emptied(row: bytes, table: TableShape) -> bytes:
    body = row.rstrip(b"\r\n")
    end = row[len(body) :]
    if table.form is None:
        return b" " * len(body) + end
    if len(table.columns) > 1:
        return table.form.delimiter.encode() * (len(table.columns) - 1) + end
    quote = table.form.quote.encode()
    return (quote * 2 if quote else b" ") + end  # an empty line would be no row
