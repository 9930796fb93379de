"""Text of any encoding to UTF-8, block by block"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from medark.errors import RefusedInput
from medark.standardise.formats.tabular.encoding import encoding_of

HEAD_BYTES = 64 << 10


class Transcoder:
    """Bytes to UTF-8. What began as ASCII decides its encoding where the first other byte comes."""

    def __init__(self, encoding: str) -> None:
        self._decoder = None if encoding in ("utf-8", "utf-8-sig") else _decoder(encoding)
        self._undecided = encoding == "utf-8"
        self._mark = encoding == "utf-8-sig"

    def utf8(self, block: bytes, *, final: bool = False) -> bytes:
        """The next block without a mark; bytes that are not of the encoding stay as they are."""
        if self._mark:
            block, self._mark = block.removeprefix(codecs.BOM_UTF8), False
        if self._undecided and not block.isascii():
            self._undecided = False
            encoding = encoding_of(block, complete=final)
            self._decoder = None if encoding == "utf-8" else _decoder(encoding)
        if self._decoder is None:
            return block
        try:
            return self._decoder.decode(block, final).encode("utf-8", "surrogateescape")
        except UnicodeError:
            raise RefusedInput("text that is not of its encoding throughout") from None


def utf8_blocks(head: bytes, content: BinaryIO, encoding: str, size: int) -> Iterator[bytes]:
    """A whole file in UTF-8: its `head`, which is read already, and `size` bytes at a time of what follows."""
    reader = Transcoder(encoding)
    block = head
    while block:
        yield reader.utf8(block)
        block = content.read(size)
    if tail := reader.utf8(b"", final=True):
        yield tail


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    return codecs.getincrementaldecoder(encoding)("surrogateescape")
