"""A PostgreSQL dump in plain text: each COPY block as a CSV table, and the statements around them

What `pg_dump` writes. Text format of COPY: https://www.postgresql.org/docs/current/sql-copy.html, "File Formats".
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from medark.acquire.files.budget import Refusal
from medark.acquire.files.copy_text import as_csv, csv_line
from medark.acquire.files.unpacked import PIECE

STATEMENTS = "statements.sql"

_LONGEST_LINE = 64 << 20  # bytes; a row with a scanned document in it
_LONGEST_STATEMENT = 1 << 20  # of COPY
_HEAD = 1 << 16
_SIGN = re.compile(r"\A(?:\s*(?:--[^\n]*)?\n){0,5}\s*-- PostgreSQL database (?:cluster )?dump\b")
_COPY_LINE = re.compile(r"^COPY [^\n;]{1,10000} FROM stdin;\r?$", re.MULTILINE | re.IGNORECASE)
_COPY = re.compile(
    rb'^COPY ((?:"[^"\n]+"|[^\s"(;])+)(?: \(([^\n;]*)\))? FROM stdin;(\r?)\n', re.MULTILINE | re.IGNORECASE
)
_NAME = re.compile(r'"((?:[^"]|"")*)"|([^\s",.]+)')
_ENDS = (b"\\.\n", b"\\.\r\n")
_ENCODING = re.compile(rb"^SET client_encoding(?: =| TO) '([\w-]{1,20})'", re.MULTILINE | re.IGNORECASE)
# Encodings in which a byte below 0x80 may be half of a character, or that a reader of the table could only guess.
# Source: https://www.postgresql.org/docs/current/multibyte.html, "PostgreSQL Character Sets".
_CODECS = {
    b"GBK": "gb18030", b"GB18030": "gb18030", b"EUC_CN": "gb18030", b"BIG5": "big5", b"EUC_TW": "euc_tw",
    b"SJIS": "cp932", b"EUC_JP": "euc_jp", b"UHC": "cp949", b"EUC_KR": "euc_kr", b"LATIN1": "latin-1",
    b"LATIN2": "iso8859-2", b"LATIN9": "iso8859-15", b"WIN1250": "cp1250", b"WIN1251": "cp1251", b"WIN1252": "cp1252",
}  # fmt: skip


def is_dump(text: str) -> bool:
    """Does it begin as a dump does, or is there a COPY of what follows it?"""
    return _SIGN.match(text) is not None or _COPY_LINE.search(text) is not None


@dataclass(frozen=True, slots=True)
class DumpTable:
    """One COPY block. `content`: CSV in UTF-8, its header first; to be read before the next table is asked for."""

    name: str  # "t.csv", "schema.t.csv"
    content: Iterator[bytes]


class Dump:
    """Reads a dump from its beginning to its end: once for the tables, once for the statements."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.is_cut_short = False  # known when all tables were read

    def tables(self) -> Iterator[DumpTable]:
        """The tables in order. Refusal of the rest for a line past any limit."""
        names: Counter[str] = Counter()
        for part in self._parts():
            if isinstance(part, _Copy):
                yield DumpTable(_file_name(part.table, names), part.csv())

    def statements(self) -> Iterator[bytes]:
        """Everything but the rows."""
        for part in self._parts():
            yield part.statement if isinstance(part, _Copy) else part

    def _parts(self) -> Iterator[bytes | _Copy]:
        reading = _Reading(self._file)
        while True:
            yield from reading.statements()
            if reading.copy is None:
                break
            rows = reading.rows()
            yield _Copy(reading.copy, rows)
            for _ in rows:
                pass  # what nobody wanted
        self.is_cut_short = reading.is_cut_short


@dataclass(frozen=True, slots=True)
class _Copy:
    """A COPY statement and the rows below it."""

    found: re.Match[bytes]
    rows: Iterator[bytes]

    @property
    def statement(self) -> bytes:
        return self.found[0]

    @property
    def table(self) -> str:
        return ".".join(name for name in _names(self.found[1]) if name != "public")

    def csv(self) -> Iterator[bytes]:
        columns = _names(self.found[2] or b"")
        if columns:
            yield csv_line([name.encode() for name in columns])
        for lines in self.rows:
            yield as_csv(lines.replace(b"\r\n", b"\n") if self.found[3] else lines, alone=len(columns) == 1)


class _Reading:
    """Where in the dump we are."""

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        self._blocks = _utf8_blocks(file)
        self._rest = b""
        self.copy: re.Match[bytes] | None = None  # the one that `statements` has stopped at
        self.is_cut_short = False

    def statements(self) -> Iterator[bytes]:
        """What stands before the next COPY."""
        while True:
            self.copy = _COPY.search(self._rest)
            if self.copy is not None:
                yield self._rest[: self.copy.start()]
                self._rest = self._rest[self.copy.end() :]
                return
            whole = self._rest.rfind(b"\n") + 1
            if len(self._rest) - whole > _LONGEST_STATEMENT:  # no COPY, whatever it is
                whole = len(self._rest)
            if whole:
                yield self._rest[:whole]
            self._rest = self._rest[whole:]
            if not self._more():
                yield self._rest
                return

    def rows(self) -> Iterator[bytes]:
        """Runs of whole lines up to the line `\\.`; a last line that is cut short is given as it is."""
        while True:
            if end := _end(self._rest):
                yield self._rest[: end[0]]
                self._rest = self._rest[end[1] :]
                return
            whole = self._rest.rfind(b"\n") + 1
            if whole:
                yield self._rest[:whole]
            self._rest = self._rest[whole:]
            if len(self._rest) > _LONGEST_LINE:
                raise Refusal("a line of a dump that is too long: the rest is not read", whole=True)
            if not self._more():
                break
        if self._rest.rstrip(b"\r") != b"\\.":
            self.is_cut_short = True
            yield self._rest + b"\n" if self._rest else b""
        self._rest = b""

    def _more(self) -> bool:
        block = next(self._blocks, b"")
        self._rest += block
        return bool(block)


def _end(lines: bytes) -> tuple[int, int] | None:
    """Where the line that ends a table begins and ends, in text that begins with a line."""
    for mark in _ENDS:
        if lines.startswith(mark):
            return 0, len(mark)
        if (at := lines.find(b"\n" + mark) + 1) > 0:
            return at, at + len(mark)
    return None


def _utf8_blocks(file: BinaryIO) -> Iterator[bytes]:
    head = file.read(_HEAD)
    codec = _codec(head)
    if codec == "utf-8":
        yield head.removeprefix(codecs.BOM_UTF8)
        yield from iter(lambda: file.read(PIECE), b"")
        return
    decoder = codecs.getincrementaldecoder(codec)("surrogateescape")
    block, is_last = head, False
    while not is_last:
        is_last = not block
        if text := decoder.decode(block, is_last).encode("utf-8", "surrogateescape"):
            yield text
        block = file.read(PIECE)


def _codec(head: bytes) -> str:
    """What it says, or what a shell on Windows has made of it. Bytes of no known encoding stay as they are."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    said = _ENCODING.search(head)
    return _CODECS.get(said[1].upper(), "utf-8") if said else "utf-8"


def _names(text: bytes) -> list[str]:
    """Identifiers, quoted or not, with what is between them left out."""
    found = _NAME.findall(text.decode("utf-8", "replace"))
    return [quoted.replace('""', '"') or plain for quoted, plain in found]


def _file_name(table: str, taken: Counter[str]) -> str:
    """`t.csv`; `t_2.csv` where a table is copied twice."""
    taken[table] += 1
    return f"{table.replace('/', '_')}{f'_{taken[table]}' if taken[table] > 1 else ''}.csv"
