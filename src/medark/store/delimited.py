"""A delimited file with bad lines, cut into a sound copy and a list of what was wrong where"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import pyarrow as pa

from medark.errors import SourceError, StorageError
from medark.store.engine import Delimited

REJECTS = pa.schema([("file_no", pa.int32()), ("row_no", pa.int64()), ("line_no", pa.int64()), ("reason", pa.string())])
PLACE = "medark_place"  # the first column of a sound copy: the row's number in the original
_LONGEST_FIELD = 1 << 20  # characters; a quote left open eats at most this much before it is called what it is


@dataclass(frozen=True, slots=True)
class SoundCopy:
    """A UTF-8 copy in which every line is good, its form (with `PLACE` in front), and the lines left out."""

    path: Path
    form: Delimited
    rejects: pa.Table


def sound_copy(path: Path, form: Delimited, target: Path, file_no: int = 0) -> SoundCopy:
    """Copy `path` to `target` without its bad lines, in bounded memory.

    Bad: another number of cells than `form.columns`, a quote left open or followed by text, bytes that are not
    of the encoding. SourceError for an encoding nobody knows.
    """
    rejects: list[tuple[int, int, int, str]] = []
    try:
        codecs.lookup(form.encoding)
        with _open(path, form) as source, target.open("w", encoding="utf-8", newline="") as out:
            write = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow
            for row_no, (line_no, cells, reason) in enumerate(_rows(source, form)):
                if reason:
                    rejects.append((file_no, row_no, line_no, reason))
                else:
                    write([row_no, *cells])
    except LookupError:
        raise SourceError("unknown encoding", fix="name one that Python knows, such as gb18030") from None
    except OSError as error:
        raise StorageError("a delimited file could not be copied", errno=error.errno or 0) from None
    columns = zip(*rejects, strict=True) if rejects else ([], [], [], [])
    table = pa.table([pa.array(c, f.type) for c, f in zip(columns, REJECTS, strict=True)], schema=REJECTS)
    return SoundCopy(target, Delimited((PLACE, *form.columns), header=False), table)


def _open(path: Path, form: Delimited) -> TextIO:
    encoding = "utf-8-sig" if form.encoding.lower() in ("utf-8", "utf8") else form.encoding
    return path.open(encoding=encoding, errors="surrogateescape", newline="")


def _rows(source: TextIO, form: Delimited) -> Iterator[tuple[int, list[str], str]]:
    """Each data row: its first line's number, its cells, and what is wrong with it ('' if nothing)."""
    lines = _Lines(source)
    skip = form.header
    csv.field_size_limit(_LONGEST_FIELD)
    while lines.begin():
        try:
            cells, reason = next(_reader(lines, form)), ""
        except csv.Error:
            # The rest of what was read may be good lines that an open quote swallowed: read them again, alone.
            lines.give_back()
            cells, reason = [], "a quote is left open, or followed by text"
        if skip or (not cells and not reason):
            skip = False
            continue
        yield lines.line_no, cells, reason or _fault(cells, form)


def _reader(lines: Iterator[str], form: Delimited) -> Iterator[list[str]]:
    doubled = form.escape in ("", form.quote)
    return csv.reader(
        lines,
        delimiter=form.delimiter,
        quotechar=form.quote or None,
        escapechar=None if doubled else form.escape,
        doublequote=doubled,
        quoting=csv.QUOTE_MINIMAL if form.quote else csv.QUOTE_NONE,
        strict=True,
    )


def _fault(cells: list[str], form: Delimited) -> str:
    if len(cells) != len(form.columns):
        return f"{len(cells)} cells, not {len(form.columns)}"
    if any(0xD800 <= ord(c) <= 0xDFFF for cell in cells if not cell.isascii() for c in cell):
        return f"bytes that are not {form.encoding}"
    return ""


class _Lines:
    """The lines of a file, with those of the current row at hand so that they can be read again."""

    def __init__(self, source: TextIO) -> None:
        self._source, self._again, self._row = source, list[str](), list[str]()
        self.line_no, self._next_no = 0, 1

    def begin(self) -> bool:
        """Start a row; False at the end of the file."""
        self._row, self.line_no = [], self._next_no
        line = self._take()
        if line:
            self._again.append(line)
        return bool(line)

    def give_back(self) -> None:
        """Forget all but the first line of this row."""
        again = self._row[1:]
        self._again += reversed(again)
        self._next_no -= len(again)

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._take()
        if not line:
            raise StopIteration
        self._row.append(line)
        self._next_no += 1
        return line

    def _take(self) -> str:
        return self._again.pop() if self._again else self._source.readline(_LONGEST_FIELD)
