"""JSON lines: an object a line is a row; its columns are all names that any object has"""

from __future__ import annotations

import codecs
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from typing import BinaryIO

import pyarrow as pa

from medark.standardise.formats.tabular.json_objects import (
    BLANK,
    Decoded,
    Reject,
    exactly,
    keys_written,
    quickly,
)
from medark.standardise.formats.tabular.object_columns import Flat, Names, flat, tables
from medark.standardise.formats.tabular.transcode import HEAD_BYTES, utf8_blocks

LONGEST_LINE = 16 << 20  # bytes
TOO_LONG = "a line is longer than 16 MiB"
CLASH = "two values of one name"
_READ = 256 << 10  # one bad line makes a block slow: it should not be a large one
_EMPTY = b"{}"  # an erased row is still a row


def paths(head: bytes, content: BinaryIO, encoding: str) -> tuple[str, ...]:
    """Of a file that goes on after its `head`: the dotted names of all values, in the order of first appearance.

    RefusedInput for what is no table.
    """
    names = Names()
    for lines in _whole_lines(head, content, encoding):
        if lines is not None:
            decoded, found = _columns(lines)
            names.add(found, len(decoded.objects))
    return names.paths()


def rows(
    content: BinaryIO,
    encoding: str,
    paths: Sequence[str],
    columns: Sequence[str],
    rejects: list[Reject],
    *,
    row_no: str,
) -> Iterator[pa.Table]:
    """All objects as rows of `columns`, NULL where a path has no value; lines that are none go to `rejects`.

    There is a batch, if an empty one, for every block of lines, so that rejects need not pile up.
    """
    first = line_no = 0
    for lines in _whole_lines(content.read(HEAD_BYTES), content, encoding):
        if lines is None:
            rejects.append(Reject(first, line_no + 1, TOO_LONG))
            first, line_no = first + 1, line_no + 1
            yield from tables(Flat(), [], paths, columns, row_no)
            continue
        decoded, found = _columns(lines)
        rejects += [Reject(first + r, line_no + n + 1, reason) for r, n, reason in decoded.rejects]
        yield from tables(found, [first + row for row in decoded.rows_of], paths, columns, row_no)
        first, line_no = first + decoded.row_count, line_no + decoded.line_count


def blanked_into(out: BinaryIO, content: BinaryIO, row_nos: Collection[int], head: bytes = b"") -> None:
    """The same lines with these rows' objects emptied, of text in which a line end is one byte.

    `head`: what is read of it already.
    """
    head = head or content.read(len(codecs.BOM_UTF8))
    mark = codecs.BOM_UTF8 if head.startswith(codecs.BOM_UTF8) else b""
    out.write(mark)
    row_no, held, is_gone = 0, b"", None  # is_gone: None as long as a line is blank
    for piece in _line_pieces(head.removeprefix(mark), content):
        if is_gone is None:
            held += piece
            if held.strip(BLANK):
                is_gone = row_no in row_nos
                out.write(_EMPTY if is_gone else held)
                row_no, held = row_no + 1, b""
        elif not is_gone:
            out.write(piece)
        if piece.endswith(b"\n"):
            out.write(piece[len(piece.rstrip(b"\r\n")) :] if is_gone else held)
            held, is_gone = b"", None
    out.write(held)


def _line_pieces(head: bytes, content: BinaryIO) -> Iterator[bytes]:
    """Lines with their ends, long ones in pieces."""
    yield from head.splitlines(keepends=True)
    yield from iter(lambda: content.readline(_READ), b"")


def _columns(lines: bytes) -> tuple[Decoded, Flat]:
    """The objects of whole lines, and their columns. Whatever is odd is looked at line by line."""
    if (decoded := quickly(lines)) is not None:
        with suppress(RecursionError):
            found = flat(decoded.objects)
            if not found.odd and not found.clashes and found.keys == keys_written(lines):
                return decoded, found
    decoded = exactly(lines)
    found = flat(decoded.objects)
    if found.clashes:
        decoded = decoded.without(found.clashes, CLASH)
        found = flat(decoded.objects)
    return decoded, found


def _whole_lines(head: bytes, content: BinaryIO, encoding: str) -> Iterator[bytes | None]:
    """Runs of whole lines in UTF-8; None for a line past the limit, of which no more than that is ever held."""
    rest, is_skipping = b"", False
    for block in utf8_blocks(head, content, encoding, _READ):
        if is_skipping:
            _, ended, block = block.partition(b"\n")
            if not ended:
                continue
            is_skipping = False
            yield None
        text = rest + block
        end = text.rfind(b"\n") + 1
        if end:
            yield text[:end]
        rest = text[end:]
        if len(rest) > LONGEST_LINE:
            rest, is_skipping = b"", True
    if is_skipping:
        yield None
    elif rest:
        yield rest
