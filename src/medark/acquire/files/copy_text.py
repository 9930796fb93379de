r"""Rows in the text format of PostgreSQL's COPY to rows of CSV: `\N` empty, escapes undone, quotes as CSV has them"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_SPECIAL = re.compile(rb'[\\",\r]')  # what makes a cell look different in CSV
_SPECIALS = (b"\\", b'"', b",", b"\r")
_CELL_END = re.compile(rb"[\t\n]")
_ESCAPE = re.compile(rb"\\(x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|.)", re.DOTALL)
_ESCAPED = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_QUOTED = re.compile(rb'[",\r\n]')
_BLANK_LINE = re.compile(rb"^(?=\n)", re.MULTILINE)
_TAB = b"\0"  # stands for a tab inside a cell meanwhile: PostgreSQL keeps no text with NULs


def as_csv(lines: bytes, *, alone: bool = False) -> bytes:
    r"""Whole lines of COPY as lines of CSV. `alone`: of a table of one column, in which an empty line is a row.

    >>> as_csv(b'1\t\\N\tLi, Bo\ta\\nb\n')
    b'1,,"Li, Bo","a\nb"\n'
    """
    if b"\\\\" not in lines:  # else `\\N` may be a backslash and an N
        lines = lines.replace(b"\\N", b"")
    if any(special in lines for special in _SPECIALS):  # faster than a pattern that finds nothing
        lines = b"".join(_rewritten(lines))
    lines = lines.replace(b"\t", b",").replace(_TAB, b"\t")
    return _BLANK_LINE.sub(b'""', lines) if alone else lines


def csv_line(cells: Iterable[bytes]) -> bytes:
    """One line of CSV."""
    return b",".join(map(_quoted, cells)) + b"\n"


def _rewritten(lines: bytes) -> Iterator[bytes]:
    """The lines in pieces: what needs no work as it is, cells that do as CSV has them."""
    done = 0
    while special := _SPECIAL.search(lines, done):
        at = special.start()
        begin = max(lines.rfind(b"\t", done, at), lines.rfind(b"\n", done, at)) + 1
        begin = max(begin, done)
        found = _CELL_END.search(lines, at)
        end = found.start() if found else len(lines)
        yield lines[done:begin]
        yield _quoted(_unescaped(lines[begin:end])).replace(b"\t", _TAB)
        done = end
    yield lines[done:]


def _unescaped(cell: bytes) -> bytes:
    if b"\\" not in cell:
        return cell
    return b"" if cell == b"\\N" else _ESCAPE.sub(_escaped, cell)


def _escaped(found: re.Match[bytes]) -> bytes:
    code = found[1]
    if code[:1] == b"x" and len(code) > 1:
        return bytes([int(code[1:], 16)])
    if code.isdigit():
        return bytes([int(code, 8) & 0xFF])
    return _ESCAPED.get(code, code)


def _quoted(cell: bytes) -> bytes:
    return b'"' + cell.replace(b'"', b'""') + b'"' if _QUOTED.search(cell) else cell
