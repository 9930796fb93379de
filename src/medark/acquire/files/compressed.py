"""One compressed stream (gzip, zstd, bzip2, xz) to the bytes in it, in bounded memory"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, Protocol

import zstandard

from medark.acquire.files.budget import Refusal
from medark.acquire.files.unpacked import PIECE

_READ = 1 << 16
_ZSTD_READ = 1 << 10  # zstd gives no bound on what comes out; a kilobyte makes at most 32 MiB
_WINDOW, _MEMORY = 128 << 20, 256 << 20  # what decoders of zstd and xz may hold

DAMAGED, CUT_SHORT = "damaged", "cut short"


class Decoder(Protocol):
    """What zlib, bz2 and lzma have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def unpacked(kind: str, packed: BinaryIO) -> Iterator[bytes]:
    """The bytes in a file of a kind of STREAMS, or several glued together. Refusal: damaged, or ends too soon."""
    pieces = iter(lambda: packed.read(_READ), b"")
    return unpacked_zstd(pieces) if kind == "zstd" else _glued(pieces, STREAMS[kind])


def inflated(packed: Iterable[bytes], decoder: Decoder) -> Iterator[bytes]:
    """The bytes of one stream. Refusal as above."""
    with _refused():
        for data in packed:
            yield from _pieces(decoder, data)
            if decoder.eof:
                return
    raise Refusal(CUT_SHORT)


def unpacked_zstd(packed: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes of zstd frames. Refusal as above."""
    frames, begun = zstandard.ZstdDecompressor(max_window_size=_WINDOW), False
    decoder = frames.decompressobj()
    with _refused():
        for data in (piece[at : at + _ZSTD_READ] for piece in packed for at in range(0, len(piece), _ZSTD_READ)):
            while data:
                begun = True
                if piece := decoder.decompress(data):
                    yield piece
                data = decoder.unused_data if decoder.eof else b""
                if decoder.eof:
                    decoder, begun = frames.decompressobj(), False
    if begun:
        raise Refusal(CUT_SHORT)


def _glued(packed: Iterator[bytes], new: Callable[[], Decoder]) -> Iterator[bytes]:
    decoder, begun = new(), False
    with _refused():
        for data in packed:
            while data := data if begun else data.lstrip(b"\0"):  # zeros between and after: padding of tapes and disks
                begun = True
                yield from _pieces(decoder, data)
                data = decoder.unused_data if decoder.eof else b""
                if decoder.eof:
                    decoder, begun = new(), False
    if begun:
        raise Refusal(CUT_SHORT)


def _pieces(decoder: Decoder, data: bytes) -> Iterator[bytes]:
    while True:
        piece = decoder.decompress(data, PIECE)
        if piece:
            yield piece
        data = getattr(decoder, "unconsumed_tail", b"")
        # A full piece means that more may wait inside, though all input has been taken.
        if decoder.eof or (not data and len(piece) < PIECE and getattr(decoder, "needs_input", True)):
            return


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except (zlib.error, OSError, lzma.LZMAError, zstandard.ZstdError, EOFError, MemoryError):
        raise Refusal(DAMAGED) from None


# zstd is one too, but gives no bound on what a call returns: see unpacked_zstd.
STREAMS: dict[str, Callable[[], Decoder]] = {
    "gzip": lambda: zlib.decompressobj(wbits=31),
    "bzip2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(memlimit=_MEMORY),
}
