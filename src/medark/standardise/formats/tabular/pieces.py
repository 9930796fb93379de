"""A delimited file of any size cut into pieces at row ends, in flat memory, all in UTF-8"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from medark.errors import RefusedInput
from medark.model.delimited import Delimited
from medark.standardise.formats.tabular.table_shape import TableShape
from medark.standardise.formats.tabular.transcode import HEAD_BYTES, utf8_blocks

PIECE_BYTES = 256 << 20
LONGEST_ROW = 16 << 20  # bytes; as much as the engine takes
_READ = 256 << 10  # a block passes several loops: it should stay in the core's cache meanwhile
_NEWLINE = pa.scalar(10, pa.uint8())


@dataclass(frozen=True, slots=True)
class Block:
    """Whole rows of one piece. A piece's first block begins with the header line, if the table has one."""

    piece_no: int  # from 0
    first_row_no: int  # of the piece: row_no of its first data row
    rows: int  # data rows in this block
    content: bytes = field(repr=False)


def cut(content: BinaryIO, table: TableShape, piece_bytes: int = PIECE_BYTES) -> Iterator[Block]:
    """The file in blocks of some MiB; those with one piece_no, joined, are a file that `table.form` describes.

    A quote is counted, not parsed: between an odd and the next even one, line ends are text. RefusedInput, with the
    row, for NUL bytes, for a row past LONGEST_ROW (which a quote left open makes of the rest), and for a quote still
    open at the end.
    """
    if table.form is None:
        raise RefusedInput("only delimited text is cut", fix="use tabular.rows")
    rows = _Rows(table.form, backslash=table.backslash)
    piece_no = piece_rows = size = done = 0
    header, due = b"", b""  # due: the header, until the piece at hand has it
    for lines in rows.runs(_without_top(_utf8(content, table.encoding, returns=table.returns), table.lines_above)):
        if not header and table.header:
            header, lines = rows.first(lines)
            due = header
        count = rows.count(lines)
        if size and size + len(lines) > piece_bytes:
            piece_no, piece_rows, size, due = piece_no + 1, done, 0, header
        yield Block(piece_no, piece_rows, count, rows.doubled(due + lines if due else lines))
        size, done, due = size + len(lines), done + count, b""
        rows.at = done


class _Rows:
    """Finds row ends by the parity of quotes."""

    def __init__(self, form: Delimited, *, backslash: bool) -> None:
        self._quote = form.quote.encode()
        self._backslash = backslash
        self._quoted = re.compile(b"%b[^%b]*%b" % (self._quote, self._quote, self._quote)) if self._quote else None
        self._others = bytes(set(range(256)) - {10, *self._quote})
        self.at = 0  # rows before the run at hand

    def runs(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """Runs of whole rows."""
        rest = b""
        for block in blocks:
            whole, rest = self._split(rest, block)
            if whole:
                yield whole
            if len(rest) > LONGEST_ROW:
                what = "a row is longer than 16 MiB, or a quote is left open"
                raise RefusedInput(what, row=self.at)
        if rest:
            if self._is_open(self._masked(rest)):
                raise RefusedInput("a quote is left open", row=self.at + self.count(rest))
            yield rest + b"\n"

    def _split(self, rest: bytes, block: bytes) -> tuple[bytes, bytes]:
        """The whole rows in `rest` and `block` together, and what is left."""
        if self._has_quote(rest) or self._has_quote(block):
            text = rest + block
            end = self._last_end(text)
            return text[:end], text[end:]
        end = block.rfind(b"\n") + 1  # most blocks: joined once, not copied thrice
        return (b"".join((rest, memoryview(block)[:end])), block[end:]) if end else (b"", rest + block)

    def first(self, lines: bytes) -> tuple[bytes, bytes]:
        """The first row, and the others."""
        masked = self._masked(lines)
        end = masked.find(b"\n") + 1
        while end and self._is_open(masked[:end]):
            end = masked.find(b"\n", end) + 1
        return lines[:end], lines[end:]

    def count(self, lines: bytes) -> int:
        """Rows that are not blank, in whole rows."""
        masked = self._masked(lines)
        ends = _line_ends(masked)
        if _has_blank_line(masked, ends):
            bare = self._quoted.sub(b"x", masked) if self._quoted else masked
            return sum(line not in (b"", b"\r") for line in bare.split(b"\n"))
        if not self._has_quote(masked):
            return int(ends.true_count)
        marks = masked.translate(None, self._others).replace(self._quote * 2, b"")
        return sum(outside.count(b"\n") for outside in marks.split(self._quote)[::2])

    def doubled(self, lines: bytes) -> bytes:
        """The rows with quotes inside quotes doubled, whatever the file does."""
        if not self._backslash:
            return lines
        # NUL bytes were refused, so they can stand for a backslash meanwhile.
        plain = lines.replace(b"\\\\", b"\0").replace(b"\\" + self._quote, self._quote * 2)
        return plain.replace(b"\0", b"\\")

    def _last_end(self, text: bytes) -> int:
        """Where the last whole row of `text` ends; 0 if there is none."""
        masked = self._masked(text)
        end = masked.rfind(b"\n") + 1
        if not end or not self._has_quote(masked):
            return end
        is_open = self._is_open(masked[:end])
        while is_open and end:  # this line end is inside quotes: go back to before they opened
            opening = masked.rfind(self._quote, 0, end)
            before = masked.rfind(b"\n", 0, opening) + 1
            is_open ^= masked.count(self._quote, before, end) % 2 == 1
            end = before
        return end

    def _is_open(self, masked: bytes) -> bool:
        return self._has_quote(masked) and masked.count(self._quote) % 2 == 1

    def _has_quote(self, masked: bytes) -> bool:
        return bool(self._quote) and self._quote in masked  # far faster than counting none

    def _masked(self, text: bytes) -> bytes:
        """The text with escaped quotes made plain, at the same length."""
        return text.replace(b"\\\\", b"xx").replace(b"\\" + self._quote, b"xx") if self._backslash else text


def _line_ends(text: bytes) -> pa.BooleanArray:
    """Which bytes end a line. Arrow takes a third of the time that `bytes.count` and `bytes.find` need together."""
    return pc.equal(pa.Array.from_buffers(pa.uint8(), len(text), [None, pa.py_buffer(text)]), _NEWLINE)


def _has_blank_line(text: bytes, ends: pa.BooleanArray) -> bool:
    if text[:2].startswith((b"\n", b"\r\n")) or _follow(ends, 1):
        return True
    return b"\r" in text and _follow(ends, 2) and b"\n\r\n" in text


def _follow(ends: pa.BooleanArray, distance: int) -> bool:
    """Does a line end come so many bytes after another?"""
    pairs = pc.and_(ends.slice(distance), ends.slice(0, max(0, len(ends) - distance)))
    return bool(pairs.true_count)


def _without_top(blocks: Iterator[bytes], lines: int) -> Iterator[bytes]:
    """The text below its first lines."""
    for block in blocks:
        while lines and block:
            _, end, block = block.partition(b"\n")
            lines -= bool(end)
        if block:
            yield block


def _utf8(content: BinaryIO, encoding: str, *, returns: bool) -> Iterator[bytes]:
    """The text in UTF-8 without a mark. Bytes that are not of its encoding stay as they are, for the engine to find."""
    at = 0
    for text in utf8_blocks(content.read(HEAD_BYTES), content, encoding, _READ):
        if b"\0" in text:
            raise RefusedInput("NUL bytes: this is not a text table", byte=at + text.index(b"\0"))
        at += len(text)
        yield text.replace(b"\r", b"\n") if returns else text
