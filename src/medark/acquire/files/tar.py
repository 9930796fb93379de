"""Members of a tar file, header by header: v7, ustar, pax and GNU names; no links, no devices, no holes"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from medark.acquire.files.budget import Refusal
from medark.acquire.files.compressed import CUT_SHORT, DAMAGED
from medark.acquire.files.names import decoded
from medark.acquire.files.unpacked import PIECE

BLOCK = 512
_LONGEST_HEADER = 1 << 20  # a pax header or a GNU long name; an honest one has a few hundred bytes
_FOLDER = b"5"
_NO_FILES = {
    b"1": "a link",
    b"2": "a link",
    b"3": "a device",
    b"4": "a device",
    b"6": "a FIFO",
    b"M": "part of a file of several volumes",
    b"S": "a file with holes",
}


@dataclass(frozen=True, slots=True)
class TarMember:
    """A file in a tar: where its bytes lie, or why it is refused."""

    name: str
    offset: int
    size: int
    refused: str = ""


def is_header(block: bytes) -> bool:
    """Is this the first block of a tar file? Its checksum says so, whatever the variant."""
    if len(block) < BLOCK or not block[0]:
        return False
    try:
        told = _number(block[148:156])
    except ValueError:
        return False
    return told == _checksum(block)


def members(file: BinaryIO, size: int) -> Iterator[TarMember]:
    """Files of a tar of `size` bytes, in order, folders left out. Refusal (of the rest) where it is damaged."""
    offset, given = 0, _Given()
    while offset + BLOCK <= size:
        header = _block(file, offset)
        offset += BLOCK
        if not header.strip(b"\0"):
            return
        if not is_header(header):
            raise Refusal(DAMAGED, whole=True)
        kind, length = header[156:157], _size(header)
        if kind in (b"x", b"g", b"L", b"K"):
            given = given.with_header(kind, _long_header(file, offset, length, size))
        else:
            length = given.size if given.size is not None else length
            yield from _member(header, kind, given, offset, length, size)
            given = _Given()
            length = 0 if kind in (b"1", b"2", b"3", b"4", b"5", b"6") else length
        offset += -(-length // BLOCK) * BLOCK
    if offset < size or size < BLOCK or given.name is not None:
        raise Refusal(CUT_SHORT, whole=True)


def content(file: BinaryIO, member: TarMember) -> Iterator[bytes]:
    """The bytes of a member. Refusal where the archive ends before it does."""
    file.seek(member.offset)
    left = member.size
    while left:
        piece = file.read(min(left, PIECE))
        if not piece:
            raise Refusal(CUT_SHORT)
        left -= len(piece)
        yield piece


@dataclass(frozen=True, slots=True)
class _Given:
    """What extended headers say of the next member."""

    name: str | None = None
    size: int | None = None
    holes: bool = False

    def with_header(self, kind: bytes, told: bytes) -> _Given:
        if kind == b"L":
            return _Given(decoded(told.rstrip(b"\0")), self.size, self.holes)
        if kind != b"x":
            return self  # g: defaults for all members, never a name; K: a link's target
        records = dict(_pax(told))
        name, size = records.get(b"path"), records.get(b"size", b"")
        if size and not size.isdigit():
            raise Refusal(DAMAGED, whole=True)
        return _Given(
            self.name if name is None else decoded(name),
            int(size[:20]) if size else self.size,
            self.holes or any(key.startswith(b"GNU.sparse") for key in records),
        )


def _member(header: bytes, kind: bytes, given: _Given, offset: int, length: int, size: int) -> Iterator[TarMember]:
    name = given.name if given.name is not None else _name(header)
    if kind == _FOLDER or kind == b"V" or (kind in (b"0", b"\0") and name.endswith("/")):
        return
    reason = _NO_FILES.get(kind, "") or ("a file with holes" if given.holes else "")
    if not reason and kind not in (b"0", b"\0", b"7"):
        reason = "a member of an unknown kind"
    if not reason and offset + length > size:
        reason = CUT_SHORT
    yield TarMember(name, offset, length, reason)


def _name(header: bytes) -> str:
    name = header[:100].split(b"\0", 1)[0]
    prefix = header[345:500].split(b"\0", 1)[0] if header[257:263] == b"ustar\0" else b""
    return decoded(prefix + b"/" + name if prefix else name)


def _long_header(file: BinaryIO, offset: int, length: int, size: int) -> bytes:
    if length > _LONGEST_HEADER or offset + length > size:
        raise Refusal(DAMAGED, whole=True)
    file.seek(offset)
    return file.read(length)


def _pax(told: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Records `LENGTH KEY=VALUE\\n`."""
    while told.strip(b"\0"):
        number, _, _ = told[:20].partition(b" ")
        if not number.isdigit() or not len(number) + 1 < int(number) <= len(told):
            raise Refusal(DAMAGED, whole=True)
        record, told = told[len(number) + 1 : int(number)], told[int(number) :]
        key, _, value = record.rstrip(b"\n").partition(b"=")
        yield key, value


def _size(header: bytes) -> int:
    try:
        return _number(header[124:136])
    except ValueError:
        raise Refusal(DAMAGED, whole=True) from None


def _number(field: bytes) -> int:
    """Octal text, or big-endian binary where the first bit is set. ValueError if neither, or negative."""
    if field[0] == 0x80:
        return int.from_bytes(field[1:], "big")
    text = field.split(b"\0", 1)[0].strip()
    if not text:
        return 0
    if text.translate(None, b"01234567"):
        raise ValueError
    return int(text, 8)


def _checksum(block: bytes) -> int:
    return sum(block[:148]) + 8 * 0x20 + sum(block[156:BLOCK])


def _block(file: BinaryIO, offset: int) -> bytes:
    file.seek(offset)
    return file.read(BLOCK)
