"""Members of a zip file by its own directory, which is not believed

Sizes, places and checksums are checked against the bytes; members that share bytes are refused; a member is never
unpacked past the size it claims. Layout: PKWARE APPNOTE 6.3.10, sections 4.3 to 4.5.
"""

from __future__ import annotations

import bz2
import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct
from typing import BinaryIO

from medark.acquire.files.budget import Budget, Refusal
from medark.acquire.files.compressed import CUT_SHORT, DAMAGED, inflated, unpacked_zstd
from medark.acquire.files.names import decoded
from medark.acquire.files.unpacked import PIECE

_END, _END64, _LOCATOR64 = Struct("<4s4H2LH"), Struct("<4sQ2H2L4Q"), Struct("<4sLQL")
_ENTRY, _LOCAL = Struct("<4s6H3L5H2L"), Struct("<4s5H3L2H")
_COMMENT = 0xFFFF
_BIG, _BIG16 = 0xFFFFFFFF, 0xFFFF
_UTF8, _ENCRYPTED = 1 << 11, 1 | 1 << 6 | 1 << 13
_UNIX = (3, 19)  # "made by" systems whose attributes hold a file mode
_STORED, _DEFLATE, _BZIP2, _ZSTD = 0, 8, 12, 93


@dataclass(frozen=True, slots=True)
class ZipMember:
    """A file in a zip as the directory tells of it, or why it is refused."""

    name: str
    offset: int  # of its local header
    packed: int
    size: int
    method: int
    crc: int
    refused: str = ""


@dataclass(frozen=True, slots=True)
class _Directory:
    count: int
    size: int
    offset: int


def members(file: BinaryIO, size: int, budget: Budget) -> Iterator[ZipMember]:
    """Files of a zip of `size` bytes, folders left out. Refusal of the whole where the directory can't be right."""
    directory = _directory(file, size)
    if directory.count > budget.limits.entries:
        raise Refusal(f"more than {budget.limits.entries:,} members", whole=True)
    _refuse_overlaps(file, directory)
    for entry, name, extra in _entries(file, directory):
        member = _member(entry, name, extra, budget)
        if member is not None:
            yield member


def names(file: BinaryIO, size: int, most: int) -> list[str]:
    """The first `most` names in the directory. Refusal if there is none to read."""
    found = []
    for entry, name, _ in _entries(file, _directory(file, size)):
        found.append(decoded(name, utf8=bool(entry[3] & _UTF8)))
        if len(found) >= most:
            break
    return found


def content(file: BinaryIO, member: ZipMember) -> Iterator[bytes]:
    """The bytes of a member. Refusal unless they are as many, and have the checksum, that the directory says."""
    size, crc = 0, 0
    for piece in _decoded(_raw(file, member), member):
        size, crc = size + len(piece), zlib.crc32(piece, crc)
        if size > member.size:
            raise Refusal("longer than it says")
        yield piece
    if size != member.size or crc != member.crc:
        raise Refusal(DAMAGED)


def _directory(file: BinaryIO, size: int) -> _Directory:
    start = max(0, size - _END.size - _COMMENT)
    file.seek(start)
    tail = file.read(size - start)
    at = tail.rfind(b"PK\5\6")
    while at >= 0 and at + _END.size + int.from_bytes(tail[at + 20 : at + 22], "little") != len(tail):
        at = tail.rfind(b"PK\5\6", 0, at)  # a signature inside the comment
    if at < 0:
        raise Refusal(CUT_SHORT, whole=True)
    _, disk, first_disk, _, count, length, offset, _ = _END.unpack_from(tail, at)
    if _BIG16 in (count, disk) or _BIG in (length, offset):
        count, length, offset, disk, first_disk = _directory64(file, start + at, count, length, offset)
    if disk or first_disk:
        raise Refusal("part of an archive of several volumes", whole=True)
    if offset + length > start + at or count * _ENTRY.size > length:
        raise Refusal(DAMAGED, whole=True)
    return _Directory(count, length, offset)


def _directory64(file: BinaryIO, end: int, count: int, length: int, offset: int) -> tuple[int, int, int, int, int]:
    if end < _LOCATOR64.size:
        return count, length, offset, 0, 0
    file.seek(end - _LOCATOR64.size)
    signature, _, at, _ = _LOCATOR64.unpack(file.read(_LOCATOR64.size))
    if signature != b"PK\6\7":
        return count, length, offset, 0, 0  # 65,535 members exactly
    file.seek(at)
    told = file.read(_END64.size)
    if len(told) < _END64.size or not told.startswith(b"PK\6\6"):
        raise Refusal(DAMAGED, whole=True)
    _, _, _, _, disk, first_disk, _, count64, length64, offset64 = _END64.unpack(told)
    return count64, length64, offset64, disk, first_disk


def _entries(file: BinaryIO, directory: _Directory) -> Iterator[tuple[tuple[int, ...], bytes, bytes]]:
    """Each entry's numbers, name and extra fields. The file may be moved meanwhile."""
    at, end = directory.offset, directory.offset + directory.size
    for _ in range(directory.count):
        file.seek(at)
        head = file.read(_ENTRY.size)
        if len(head) < _ENTRY.size or not head.startswith(b"PK\1\2"):
            raise Refusal(DAMAGED, whole=True)
        _, *entry = _ENTRY.unpack(head)
        name_size, extra_size, comment_size = entry[9:12]
        name, extra = file.read(name_size), file.read(extra_size)
        at += _ENTRY.size + name_size + extra_size + comment_size
        if at > end:
            raise Refusal(DAMAGED, whole=True)
        yield tuple(entry), name, extra


def _refuse_overlaps(file: BinaryIO, directory: _Directory) -> None:
    """No two members may share bytes, nor reach into the directory: that is how a small file becomes petabytes."""
    spans = []
    for entry, name, extra in _entries(file, directory):
        packed, _, offset = _sizes(entry, extra)
        spans.append((offset, offset + _LOCAL.size + len(name) + packed))
    spans.sort()
    ends = directory.offset
    for start, end in reversed(spans):
        if end > ends:
            raise Refusal("members that overlap", whole=True)
        ends = start


def _sizes(entry: tuple[int, ...], extra: bytes) -> tuple[int, int, int]:
    """Packed size, size and offset; from the zip64 field where they don't fit."""
    packed, size, offset = entry[7], entry[8], entry[15]
    big = _extra(extra, 0x0001)
    numbers = [int.from_bytes(big[i : i + 8], "little") for i in range(0, len(big) - 7, 8)]
    size = numbers.pop(0) if size == _BIG and numbers else size
    packed = numbers.pop(0) if packed == _BIG and numbers else packed
    offset = numbers.pop(0) if offset == _BIG and numbers else offset
    return packed, size, offset


def _extra(extra: bytes, wanted: int) -> bytes:
    while len(extra) >= 4:
        kind, length = int.from_bytes(extra[:2], "little"), int.from_bytes(extra[2:4], "little")
        if kind == wanted:
            return extra[4 : 4 + length]
        extra = extra[4 + length :]
    return b""


def _member(entry: tuple[int, ...], name: bytes, extra: bytes, budget: Budget) -> ZipMember | None:
    made_by, _, flags, method, *_ = entry
    mode = (entry[14] >> 16) if made_by >> 8 in _UNIX else 0
    text = _name(name, extra, flags)
    if text.endswith(("/", "\\")) or stat.S_ISDIR(mode):
        return None
    packed, size, offset = _sizes(entry, extra)
    reason = _reason(flags, method, mode)
    if not reason and budget.swells(size, packed):
        reason = f"unpacks to more than {budget.limits.ratio} times its size"
    return ZipMember(text, offset, packed, size, method, entry[6], reason)


def _reason(flags: int, method: int, mode: int) -> str:
    if flags & _ENCRYPTED or method == 99:
        return "encrypted"
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "a link" if stat.S_ISLNK(mode) else "not a file"
    if method not in (_STORED, _DEFLATE, _BZIP2, _ZSTD):
        return "packed in a way that is not supported"
    return ""


def _name(name: bytes, extra: bytes, flags: int) -> str:
    told = _extra(extra, 0x7075)  # Info-ZIP's Unicode path, valid for the name with this checksum
    if len(told) > 5 and told[0] == 1 and int.from_bytes(told[1:5], "little") == zlib.crc32(name):
        return decoded(told[5:], utf8=True)
    return decoded(name, utf8=bool(flags & _UTF8))


def _raw(file: BinaryIO, member: ZipMember) -> Iterator[bytes]:
    file.seek(member.offset)
    head = file.read(_LOCAL.size)
    if len(head) < _LOCAL.size or not head.startswith(b"PK\3\4"):
        raise Refusal(DAMAGED)
    *_, name_size, extra_size = _LOCAL.unpack(head)
    file.seek(name_size + extra_size, 1)
    left = member.packed
    while left:
        piece = file.read(min(left, PIECE))
        if not piece:
            raise Refusal(CUT_SHORT)
        left -= len(piece)
        yield piece


def _decoded(raw: Iterator[bytes], member: ZipMember) -> Iterator[bytes]:
    if member.method == _STORED:
        return raw
    if member.method == _DEFLATE:
        return inflated(raw, zlib.decompressobj(wbits=-15))
    if member.method == _BZIP2:
        return inflated(raw, bz2.BZ2Decompressor())
    return unpacked_zstd(raw)
