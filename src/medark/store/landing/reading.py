"""Exact bytes back, streamed, and damage found"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import zstandard

from medark.errors import StorageError
from medark.store.landing.pack import WHOLE_BYTES

if TYPE_CHECKING:
    from collections.abc import Buffer  # type: ignore[attr-defined,unused-ignore]

_BUFFER = 1 << 20


@dataclass(frozen=True, slots=True)
class PackedRecord:
    """Where a record's content lies, to be opened here or in another process of this machine."""

    record_no: int
    size: int
    source: str
    digest: bytes = field(repr=False)
    path: Path | None  # a file of its own, or
    inline: bytes | None = field(default=None, repr=False)  # out of the journal: the digest, then compressed

    def open(self) -> BinaryIO:
        """Exact bytes, decompressed: see `Landing.open`."""
        if self.path is None:
            return io.BytesIO(_inline(self.inline or b"", self.digest, self.size, self.record_no))
        try:
            file = self.path.open("rb")
        except OSError as error:
            raise StorageError(
                "a raw record's file can't be opened", record_no=self.record_no, errno=error.errno or 0
            ) from None
        return opened(file, self.size, self.record_no)


def opened(packed: BinaryIO, size: int, record_no: int) -> BinaryIO:
    """The content of a record. StorageError if it is damaged: each frame carries zstd's checksum of what was landed,
    which costs a tenth of what hashing the content again would.

    Up to WHOLE_BYTES it is checked before the first byte is handed out, and seekable; larger content streams
    and is checked as it is read: the error comes at the latest in place of the end.
    """
    checked = _Checked(packed, size, record_no)
    if size > WHOLE_BYTES:
        return cast(BinaryIO, io.BufferedReader(checked, _BUFFER))
    with checked:
        return io.BytesIO(checked.readall())


def _inline(packed: bytes, digest: bytes, size: int, record_no: int) -> bytes:
    """Small content that lies beside that of other records: is it this one's, and as it was landed?"""
    if packed[: len(digest)] != digest:
        raise damaged(record_no)
    frame = memoryview(packed)[len(digest) :]
    try:
        if zstandard.frame_content_size(frame) != size:
            raise damaged(record_no)
        return zstandard.ZstdDecompressor().decompress(frame, allow_extra_data=False)
    except zstandard.ZstdError:
        raise damaged(record_no) from None


class _Checked(io.RawIOBase):
    """Decompressed bytes, checked and counted as they pass."""

    def __init__(self, packed: BinaryIO, size: int, record_no: int) -> None:
        self._packed, self._left, self._record_no = packed, size, record_no
        self._stream = zstandard.ZstdDecompressor().stream_reader(packed, closefd=False)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        try:
            count = self._stream.readinto(buffer)
        except (zstandard.ZstdError, MemoryError):
            raise damaged(self._record_no) from None
        except OSError as error:
            raise StorageError(
                "a raw record can't be read", record_no=self._record_no, errno=error.errno or 0
            ) from None
        self._left -= count
        if self._left < 0 or (count == 0 and len(memoryview(buffer)) and self._left):
            raise damaged(self._record_no)
        return count

    def readall(self) -> bytes:
        # One byte more than is left: where it should have ended, it must say so.
        pieces = []
        while piece := self.read(self._left + 1):
            pieces.append(piece)
        return b"".join(pieces)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()  # type: ignore[no-untyped-call]
            self._packed.close()
        super().close()


def damaged(record_no: int) -> StorageError:
    """What is there is not what was landed."""
    return StorageError(
        "a raw record is damaged", fix="bring the landing store back from a backup", record_no=record_no
    )
