"""Rows of a table file emptied (erasure): every other row as it was, none moved"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import BinaryIO

from medark.model.record import Format
from medark.standardise.formats.tabular import parquet, xlsx_blank
from medark.standardise.formats.tabular.table_shape import HEAD_BYTES, TableShape, shape

_FEED_LINES, _RETURN_LINES = re.compile(rb"[^\n]*\n|[^\n]+"), re.compile(rb"[^\r]*\r|[^\r]+")
_WIDE = {"utf-16": "utf-16", "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be", "utf-32": "utf-32"}


def blanked(content: bytes, fmt: Format, row_nos: Collection[int]) -> bytes:
    """The same file with these rows emptied; row numbers as `cut` and `rows` count them.

    Delimited: empty cells. Fixed width: blanks. Parquet: NULLs, the file written anew (statistics and dictionaries
    too). Workbook: the cells' values, and shared strings that no other cell uses. RefusedInput for a broken file.
    """
    if fmt is Format.PARQUET:
        return parquet.blanked(content, row_nos, named_by_row=parquet.has_header_row(io.BytesIO(content)))
    if fmt is Format.XLSX:
        return xlsx_blank.blanked(content, row_nos)
    table = shape(content[:HEAD_BYTES], fmt)
    if table.encoding in _WIDE:
        return _through_text(content, table, frozenset(row_nos))
    return b"".join(_text_rows(content, table, frozenset(row_nos)))


def blanked_into(out: BinaryIO, content: BinaryIO, fmt: Format, row_nos: Collection[int]) -> None:
    """The same, from one file into another: row by row, in flat memory, where a text table lets itself be read so."""
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


def _through_text(content: bytes, table: TableShape, row_nos: frozenset[int]) -> bytes:
    """UTF-16 and UTF-32: the same work on the text in UTF-8."""
    codec = table.encoding
    if codec in ("utf-16", "utf-32"):  # with a mark: kept, as the first character
        codec += "-le" if content[:1] == b"\xff" else "-be"
    text = content.decode(codec, "surrogatepass").encode("utf-8", "surrogatepass")
    return b"".join(_text_rows(text, table, row_nos)).decode("utf-8", "surrogatepass").encode(codec, "surrogatepass")


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
