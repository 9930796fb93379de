"""Content to its hash and its compressed form"""

from __future__ import annotations

import hashlib
import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import zstandard

from medark.store.durable import disk
from medark.store.landing.objects import STORE, Objects

if TYPE_CHECKING:
    from hashlib import _Hash

LEVEL = 3  # measured on FHIR bundles: 2.2 GB/s; level 1 is no faster once the hash is counted
WHOLE_BYTES = 16 << 20  # content up to this size is packed in memory, larger content streams
INLINE_BYTES = 128 << 10  # compressed; up to here one SQLite page run is quicker to sync than a file of its own
_PIECE = 1 << 20

_local = threading.local()


class ChangedWhileRead(Exception):  # noqa: N818  it is a state of the file, told to the caller of pack
    """The file changed or went away while it was read, or can't be read: there is nothing whole to land."""


@dataclass(frozen=True, slots=True)
class Packed:
    """Content ready to be landed: inline bytes or a draft on disk. Neither: its id is known to have landed.

    Inline bytes lie beside those of other records, so they begin with the id: whoever reads them sees whose they are.
    """

    id: bytes
    size: int
    inline: bytes | None = field(default=None, repr=False)
    draft: Path | None = None

    @property
    def object(self) -> str | None:
        """The name of its file, if it has one."""
        return self.draft.stem if self.draft else None


def digest_of(source: str) -> _Hash:
    """A hash that has taken the source's name: content follows."""
    return hashlib.sha256(b"medark raw record\0" + source.encode("utf-8", "backslashreplace") + b"\0")


def identity(source: str, content: bytes) -> bytes:
    """The id of a record: hash of source and content."""
    digest = digest_of(source)
    digest.update(content)
    return digest.digest()


def pack(identity: bytes, content: bytes, objects: Objects, suffix: str = "") -> Packed:
    """Content in memory, compressed; into a draft where it is large."""
    packed = _compressor().compress(content)
    if len(packed) <= INLINE_BYTES:
        return Packed(identity, len(content), identity + packed)
    with _drafted(objects) as file:
        file.write(packed)
    return Packed(identity, len(content), draft=_kept(file, objects, identity.hex() + suffix))


def pack_stream(source: str, content: io.FileIO, objects: Objects, suffix: str = "") -> Packed:
    """Content of any size, hashed here and compressed by a thread of zstd's, in flat memory."""
    digest, size = digest_of(source), 0
    compressor = zstandard.ZstdCompressor(level=LEVEL, threads=1, write_checksum=True)
    piece = memoryview(bytearray(_PIECE))  # one for all: fresh memory for each costs as much as the hash
    with _drafted(objects) as file, compressor.stream_writer(file, closefd=False) as out:
        while count := _read_into(content, piece):
            digest.update(piece[:count])
            size += count
            out.write(piece[:count])
    return Packed(digest.digest(), size, draft=_kept(file, objects, digest.hexdigest() + suffix))


def pack_file(source: str, path: Path, objects: Objects, suffix: str = "") -> Packed | bytes:
    """A file: its bytes if they are few (to be packed elsewhere), packed if it is large. ChangedWhileRead."""
    try:
        file = path.open("rb", buffering=0)
    except OSError:
        raise ChangedWhileRead from None
    with file:
        before = os.fstat(file.fileno())
        small = before.st_size <= WHOLE_BYTES
        found = _read(file, before.st_size) if small else pack_stream(source, file, objects, suffix)
        after = os.fstat(file.fileno())
    size = len(found) if isinstance(found, bytes) else found.size
    if size != before.st_size or (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
        if isinstance(found, Packed) and found.draft:
            found.draft.unlink()
        raise ChangedWhileRead
    return found


def _read(file: io.FileIO, size: int) -> bytes:
    pieces, left = [], size + 1  # one more than it should have: a file that grows must not look whole
    while left and (piece := _piece(file, left)):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def _compressor() -> zstandard.ZstdCompressor:
    if not hasattr(_local, "compressor"):
        _local.compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
    compressor: zstandard.ZstdCompressor = _local.compressor
    return compressor


def _piece(file: io.FileIO, size: int) -> bytes:
    try:
        return file.read(size) or b""
    except OSError:
        raise ChangedWhileRead from None


def _read_into(file: io.FileIO, piece: memoryview) -> int:
    try:
        return file.readinto(piece) or 0
    except OSError:
        raise ChangedWhileRead from None


@contextmanager
def _drafted(objects: Objects) -> Iterator[io.BufferedWriter]:
    """A draft to write to: on disk when the block is left, gone if the block fails."""
    with disk(STORE):
        draft = objects.draft()
        try:
            with draft.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


def _kept(file: io.BufferedWriter, objects: Objects, name: str) -> Path:
    with disk(STORE):
        return objects.named(Path(file.name), name)
