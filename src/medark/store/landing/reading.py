"""Exact bytes back, streamed, and damage found"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO, cast

import zstandard

from medark.errors import StorageError
from medark.store.landing.pack import WHOLE_BYTES, digest_of

if TYPE_CHECKING:
    from collections.abc import Buffer  # type: ignore[attr-defined,unused-ignore]

_BUFFER = 1 << 20


def opened(packed: BinaryIO, source: str, size: int, digest: bytes, record_no: int) -> BinaryIO:
    """The content of a record. StorageError if it is not what was landed.

    Up to WHOLE_BYTES it is checked before the first byte is handed out, and seekable; larger content streams
    and is checked as it is read: the error comes at the latest in place of the end.
    """
    checked = _Checked(packed, source, size, digest, record_no)
    if size > WHOLE_BYTES:
        return cast(BinaryIO, io.BufferedReader(checked, _BUFFER))
    with checked:
        return io.BytesIO(checked.readall())


class _Checked(io.RawIOBase):
    """Decompressed bytes, hashed as they pass."""

    def __init__(self, packed: BinaryIO, source: str, size: int, digest: bytes, record_no: int) -> None:
        self._packed, self._wanted, self._left, self._record_no = packed, digest, size, record_no
        self._stream = zstandard.ZstdDecompressor().stream_reader(packed, closefd=False)
        self._digest = digest_of(source)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        try:
            count = self._stream.readinto(buffer)
        except (zstandard.ZstdError, MemoryError):
            raise self._damaged() from None
        except OSError as error:
            raise StorageError(
                "a raw record can't be read", record_no=self._record_no, errno=error.errno or 0
            ) from None
        self._digest.update(memoryview(buffer)[:count])
        self._left -= count
        if self._left < 0 or (count == 0 and len(memoryview(buffer)) and not self._sound()):
            raise self._damaged()
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

    def _sound(self) -> bool:
        return self._left == 0 and self._digest.digest() == self._wanted

    def _damaged(self) -> StorageError:
        return StorageError(
            "a raw record is damaged", fix="bring the landing store back from a backup", record_no=self._record_no
        )
