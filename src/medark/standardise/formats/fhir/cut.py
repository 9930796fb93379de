"""A FHIR record into chunks of whole units, in bounded memory.

What a chunk holds is told by its first byte: `{` one document (a Bundle or a single resource), `[` entries cut from
a Bundle, RS lines of NDJSON (after RFC 7464, where RS opens a JSON text); CAN, EM and SUB stand for a unit too large
to be read, one cut short, and whatever follows the end of the document.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from medark.model.record import Chunk, Format, RawRecord
from medark.standardise.formats.fhir.scan import Skipper, entry_array, skip_space, value_end
from medark.standardise.formats.reader import CHUNK_BYTES

UNIT_BYTES = 64 << 20  # one resource may hold a scanned document; past this it is quarantined unread
UNITS = 100_000  # a chunk of empty objects would otherwise be millions of rows
BLOCK = 4 << 20
LINES, TOO_LARGE, CUT_SHORT, MORE = b"\x1e", b"\x18", b"\x19", b"\x1a"
BOM = b"\xef\xbb\xbf"

Piece = tuple[bytes, int]  # a chunk's content, and how many units it has


def chunks(record: RawRecord, content: BinaryIO) -> Iterator[Chunk]:
    """Chunks of a record; the last one is marked, and there is always one."""
    pieces = _line_runs(content) if record.format is Format.FHIR_NDJSON else _document(content)
    row_no, waiting = 0, (b"", 0)
    for number, piece in enumerate(pieces):
        if number:
            yield Chunk(record.record_no, waiting[0], record.name, row_no, last=False)
            row_no += waiting[1]
        waiting = piece
    yield Chunk(record.record_no, waiting[0], record.name, row_no, last=True)


def _line_runs(content: BinaryIO) -> Iterator[Piece]:
    """Runs of lines. Blank lines are no units and are not counted."""
    run: list[bytes] = []
    size = 0
    for line in _lines(content):
        if line is None:
            if run:
                yield LINES + b"\n".join(run), len(run)
            yield TOO_LARGE, 1
            run, size = [], 0
            continue
        run.append(line)
        size += len(line)
        if size >= CHUNK_BYTES or len(run) >= UNITS:
            yield LINES + b"\n".join(run), len(run)
            run, size = [], 0
    if run:
        yield LINES + b"\n".join(run), len(run)


def _lines(content: BinaryIO) -> Iterator[bytes | None]:
    """Lines that are not blank; None for one that is too large, of which no more than the limit is ever held."""
    first = True
    while line := content.readline(UNIT_BYTES + 1):
        if len(line) > UNIT_BYTES and not line.endswith(b"\n"):
            while (rest := content.readline(BLOCK)) and not rest.endswith(b"\n"):
                pass
            yield None
            first = False
            continue
        stripped = (line.removeprefix(BOM) if first else line).strip(b" \t\r\n")
        first = False
        if stripped:
            yield stripped


def _document(content: BinaryIO) -> Iterator[Piece]:
    head = read_all(content, CHUNK_BYTES + 1)
    if len(head) <= CHUNK_BYTES and _may_hold(head) <= 8 * UNITS:
        yield head, 0  # the only chunk: nobody needs to know how many units it has
        return
    window = Window(content, head.removeprefix(BOM))
    start = window.find_array()
    if start is None:
        yield (window.text, 0) if window.ended and len(window.text) <= UNIT_BYTES else (TOO_LARGE, 1)
        return
    window.at = start + 1
    yield from _entry_runs(window)


def _may_hold(document: bytes) -> int:
    """More units than this are not in it; of a small document that is clear without looking."""
    shortest = len(b"{},")
    return len(document) // shortest if len(document) <= 8 * UNITS * shortest else document.count(b"{")


def _entry_runs(window: Window) -> Iterator[Piece]:
    run: list[bytes] = []
    size = 0
    for entry in entries(window):
        alone = entry in (TOO_LARGE, CUT_SHORT, MORE)
        if run and (alone or size >= CHUNK_BYTES or len(run) >= UNITS):
            yield b"[" + b",".join(run) + b"]", len(run)
            run, size = [], 0
        if alone:
            yield entry, 1
            continue
        run.append(entry)
        size += len(entry)
    if run:
        yield b"[" + b",".join(run) + b"]", len(run)


def read_all(content: BinaryIO, size: int) -> bytes:
    """So many bytes, fewer only at the end: a stream that decompresses may give less than it is asked for."""
    first = content.read(size)
    if len(first) == size or not first:
        return first
    blocks, got = [first], len(first)
    while got < size and (block := content.read(size - got)):
        blocks.append(block)
        got += len(block)
    return b"".join(blocks)


class Window:
    """A stretch of a stream, with the place reached in it; what lies before is forgotten."""

    __slots__ = ("_content", "at", "ended", "text")

    def __init__(self, content: BinaryIO | None, text: bytes) -> None:
        self._content, self.text, self.at, self.ended = content, text, 0, content is None

    def grow(self) -> bool:
        """Forget what is behind and read as much again as is left, so that the work stays linear; False at the end."""
        if self._content is None or self.ended:
            self.ended = True
            return False
        self.text = self.text[self.at :]
        self.at = 0
        more = read_all(self._content, max(BLOCK, len(self.text)))
        self.ended = not more
        self.text += more
        return bool(more)

    def byte(self) -> bytes:
        """The next byte that is not white space, empty at the end of the stream."""
        while True:
            self.at = skip_space(self.text, self.at)
            if self.at < len(self.text) or not self.grow():
                return self.text[self.at : self.at + 1]

    def find_array(self) -> int | None:
        """Where the entry array opens; looks no further than one unit's limit."""
        while (start := entry_array(self.text)) is None:
            if len(self.text) > UNIT_BYTES or not self.grow():
                return None
        return start

    def value(self) -> bytes | None:
        """The value that begins here, TOO_LARGE if it was passed over unread, None if the stream ends within it."""
        while (end := value_end(self.text, self.at)) is None:
            if len(self.text) - self.at > UNIT_BYTES:
                return TOO_LARGE if self._skip() else None
            if not self.grow():
                return None
        found = self.text[self.at : end]
        self.at = end
        return found if len(found) <= UNIT_BYTES else TOO_LARGE

    def goes_on(self) -> bool:
        """From the `]` of the entry array: does anything follow the end of the document?"""
        self.at += 1
        return self._skip(depth=1) and self.byte() != b""

    def _skip(self, depth: int = 0) -> bool:
        """Pass over the value that begins here, holding no more than a block of it; False if it never ends."""
        skipper, ended = Skipper(depth), False
        while not ended:
            self.at, ended = skipper.skip(self.text, self.at)
            if not ended and not self.grow():
                return False
        return True


def entries(window: Window) -> Iterator[bytes]:
    """The values of a Bundle's array that the window stands in; CUT_SHORT where the stream ends before the array does,
    MORE where something follows the document's end.

    Past anything that is no JSON, no entry can be told from its neighbour: the rest is one more unit.
    """
    while True:
        byte = window.byte()
        if byte == b"]":
            if window.goes_on():
                yield MORE
            return
        if not byte:
            yield CUT_SHORT
            return
        value = window.value()
        if value is None:
            yield CUT_SHORT
            return
        yield value
        if window.byte() == b",":
            window.at += 1
        elif window.byte() != b"]":
            yield CUT_SHORT
            return
