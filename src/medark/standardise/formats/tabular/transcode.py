"""Text of any encoding to UTF-8, block by block"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from medark.errors import RefusedInput
from medark.standardise.formats.tabular.encoding import encoding_of

HEAD_BYTES = 64 << 10
_LONGEST = 1 << 20  # bytes of a line that are waited for
# Chinese characters in UTF-8. In GB 18030 or Big5 such bytes are characters too, and wrong ones.
_HAN = re.compile(rb"(?:[\xe3-\xe9][\x80-\xbf]{2}){2}")
_STRAY = b"\xff"  # before a line that is not of its file's encoding: no UTF-8 has this byte, so the row is told


class Transcoder:
    """Bytes to UTF-8. What began as ASCII decides its encoding where the first other byte comes.

    A line in UTF-8 in a Chinese file that is not is marked, so that it is no row: to read it as the rest would give
    other characters.
    """

    def __init__(self, encoding: str) -> None:
        self._decoder: codecs.IncrementalDecoder | None = None
        self._lines = False  # is it looked at line by line?
        self._line = b""  # begun, and not whole yet
        self._decode(encoding)
        self._undecided = encoding == "utf-8"
        self._mark = encoding == "utf-8-sig"

    def utf8(self, block: bytes, *, final: bool = False) -> bytes:
        """The next block without a mark; bytes that are not of the encoding stay as they are."""
        if self._mark:
            block, self._mark = block.removeprefix(codecs.BOM_UTF8), False
        if self._undecided and not block.isascii():
            self._undecided = False
            self._decode(encoding_of(block, complete=final))
        if self._decoder is None:
            return block
        try:
            if not self._lines:
                return _utf8(self._decoder, block, final=final)
            return b"".join(self._by_line(self._decoder, block, final=final))
        except UnicodeError:
            raise RefusedInput("text that is not of its encoding throughout") from None

    def _decode(self, encoding: str) -> None:
        if encoding not in ("utf-8", "utf-8-sig"):
            self._decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
            self._lines = encoding in ("gb18030", "big5")

    def _by_line(self, decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool) -> Iterator[bytes]:
        text = self._line + block
        whole = len(text) if final or len(text) > _LONGEST else text.rfind(b"\n") + 1
        text, self._line = text[:whole], text[whole:]
        at = 0
        for start, end in _stray_lines(text):
            yield _utf8(decoder, text[at:start])
            yield _STRAY + text[start:end]
            at = end
        yield _utf8(decoder, text[at:], final=final)


def _stray_lines(text: bytes) -> Iterator[tuple[int, int]]:
    """Where lines are that are UTF-8 and hold Chinese, in order."""
    end = 0
    for found in _HAN.finditer(text):
        if found.start() >= end:
            start = text.rfind(b"\n", 0, found.start()) + 1
            end = text.find(b"\n", found.start()) + 1 or len(text)
            if _is_utf8(text[start:end]):
                yield start, end


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _utf8(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bytes:
    return decoder.decode(block, final).encode("utf-8", "surrogateescape")


def utf8_blocks(head: bytes, content: BinaryIO, encoding: str, size: int) -> Iterator[bytes]:
    """A whole file in UTF-8: its `head`, which is read already, and `size` bytes at a time of what follows."""
    reader = Transcoder(encoding)
    block = head
    while block:
        yield reader.utf8(block)
        block = content.read(size)
    if tail := reader.utf8(b"", final=True):
        yield tail
