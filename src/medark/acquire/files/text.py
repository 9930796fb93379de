"""The head of a file as text: which encoding, and is it text at all"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

_CONTROL = bytes(set(range(32)) - set(b"\x01\t\n\v\f\r\x1b\x1c")) + b"\x7f"
_MOST_CONTROL = 0.01  # share of control bytes in what is still text: a table with a few NULs is a table
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a file as text. `whole`: there is no more of it."""

    text: str
    encoding: str
    whole: bool

    def lines(self) -> list[str]:
        """Complete lines, blank ones left out; a last line that is cut is left out too."""
        lines = self.text.splitlines()
        if not self.whole and lines and not self.text.endswith(("\n", "\r")):
            lines.pop()
        return [line for line in lines if line.strip("\0 \t")]


def as_text(head: bytes, size: int) -> Head | None:
    """The head as text, or None if it is binary."""
    whole = len(head) >= size
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return Head(_decoded(head[len(bom) :], encoding) or "", encoding, whole)
    if encoding := _utf16_without_bom(head):
        return Head(_decoded(head, encoding) or "", encoding, whole)
    if len(head) - len(head.translate(None, _CONTROL)) > _MOST_CONTROL * len(head) + 1:
        return None
    for encoding in ("utf-8", "gb18030"):
        text = _decoded(head, encoding)
        if text is not None and (encoding != "gb18030" or _looks_chinese(head)):
            return Head(text, encoding, whole)
    return Head(head.decode("latin-1"), "latin-1", whole)


def _decoded(head: bytes, encoding: str) -> str | None:
    """None if these are not bytes of the encoding; a character cut at the end is left out."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return None


def _utf16_without_bom(head: bytes) -> str:
    """UTF-16 of mostly ASCII text has a NUL in nearly every second byte, all on one side."""
    sample = head[: len(head) & ~1]
    if len(sample) < 8:
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    pairs = len(sample) // 2
    if odd > 0.4 * pairs and even < 0.05 * pairs:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * pairs and odd < 0.05 * pairs else ""


def _looks_chinese(head: bytes) -> bool:
    """Most bytes past ASCII come in pairs of the GB 2312 plane. Accented letters of Latin-1 stand alone."""
    high = [i for i, byte in enumerate(head) if byte > 0x7F]
    if not high:
        return False
    paired, i = 0, 0
    while i < len(high):
        if i + 1 < len(high) and high[i + 1] == high[i] + 1 and head[high[i]] >= 0xA1 and head[high[i + 1]] >= 0xA1:
            paired, i = paired + 2, i + 2
        else:
            i += 1
    return paired > 0.6 * len(high)
