"""Where messages begin in a run of bytes: files of many, batches, MLLP frames, any segment ending"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from medark.model.record import Chunk, RawRecord
from medark.standardise.formats.reader import CHUNK_BYTES

MESSAGE_BYTES = 4 * CHUNK_BYTES  # a message longer than this is not read: an embedded film belongs in the archive
TOO_LONG = "message longer than the limit"
_READ_BYTES = 256 << 10
_MESSAGES = 50_000  # in one chunk: tiny ones give more rows than bytes
_BOM = b"\xef\xbb\xbf"
# What may stand before a message without being one: white space, byte order mark, MLLP start and end.
_BLANK = b" \t\r\n\x0b\x1c\x00"
_HEADER = re.compile(b"MSH")  # the search of `re` is twice as fast as that of bytes.find
_BATCH = (b"FHS", b"BHS", b"BTS", b"FTS")  # envelope segments: they frame messages and say nothing of a patient


def message_starts(content: bytes | bytearray, begin: int = 0) -> list[int]:
    """Offsets of every MSH that opens a segment, from `begin`.

    >>> message_starts(b"FHS|^~\\rMSH|^~|A MSH|B\\r\\nMSH|^~")
    [7, 23]
    """
    found = (match.start() for match in _HEADER.finditer(content, begin))
    return [at for at in found if _opens_segment(content, at)]


def _opens_segment(content: bytes | bytearray, at: int) -> bool:
    if content[at + 3 : at + 4].isalnum():
        return False
    return at == 0 or content[at - 1] in b"\r\n\x0b\x1c" or content[max(0, at - 3) : at] == _BOM


def units(content: bytes) -> list[tuple[int, int]]:
    """The units of a run of bytes as (start, end): each message, and before the first one whatever else is there.

    Batch envelopes, blank lines and frame bytes before the first message are no unit of their own; those after a
    message belong to its bytes. Bytes without any message are one unit, unless they are blank.
    """
    starts = message_starts(content)
    cuts = [*starts, len(content)]
    found = list(zip(starts, cuts[1:], strict=True))
    if _says_something(content[: cuts[0]]):
        found.insert(0, (0, cuts[0]))
    return found


def _says_something(head: bytes) -> bool:
    lines = head.removeprefix(_BOM).replace(b"\n", b"\r").split(b"\r", 1000)
    return any(line.strip(_BLANK) and line.strip(_BLANK)[:3] not in _BATCH for line in lines)


def chunks(record: RawRecord, content: BinaryIO) -> Iterator[Chunk]:
    """Runs of whole messages of about CHUNK_BYTES, in bounded memory; at least one, the final one `last`.

    A message over MESSAGE_BYTES becomes a chunk with a fault, without its bytes.
    """
    row_no = 0
    held: Chunk | None = None
    for piece in _pieces(content):
        if held is not None:
            yield held
            row_no += 1 if held.fault else len(units(held.content))
        fault = "" if piece is not None else TOO_LONG
        held = Chunk(record.record_no, piece or b"", record.name, row_no, last=False, fault=fault)
    if held is None:
        yield Chunk(record.record_no, b"", record.name, 0, last=True)
    else:
        yield Chunk(held.record_no, held.content, held.name, held.first_row_no, last=True, fault=held.fault)


def _pieces(content: BinaryIO) -> Iterator[bytes | None]:
    """Runs of whole messages; None in the place of one that is over the limit."""
    buffer = bytearray()
    searched = last_start = messages = 0  # where to go on looking; the last start after the first byte; how many
    while block := content.read(_READ_BYTES):
        buffer += block
        starts = _sure_starts(buffer, searched)
        last_start = starts[-1] if starts else last_start
        messages += len(starts)
        searched = len(buffer) - 4
        if last_start and (len(buffer) >= CHUNK_BYTES or messages >= _MESSAGES):
            with memoryview(buffer) as view:
                piece = bytes(view[:last_start])
            del buffer[:last_start]
            yield piece
            searched, last_start, messages = searched - last_start, 0, 0
        elif len(buffer) >= MESSAGE_BYTES:
            yield None
            buffer = _after_next_start(buffer, content)
            searched = last_start = messages = 0
    if buffer:
        yield bytes(buffer)


def _sure_starts(buffer: bytearray, begin: int) -> list[int]:
    """Starts of messages after the first byte. Whether the last three bytes are one shows only with the next."""
    return [at for at in message_starts(buffer, max(1, begin)) if at + 3 < len(buffer)]


def _after_next_start(buffer: bytearray, content: BinaryIO) -> bytearray:
    """Read on, keeping nothing, until the next message begins; that beginning comes back."""
    tail = buffer[-8:]
    while block := content.read(_READ_BYTES):
        tail += block
        if starts := _sure_starts(tail, 1):
            return tail[starts[0] :]
        tail = tail[-8:]
    return bytearray()
