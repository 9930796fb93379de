"""Which encoding a text is in, by its bytes: UTF-8, UTF-16, GB18030, Big5, Windows-1252, and then a bounded guess"""

from __future__ import annotations

import codecs
import re

from medark.errors import RefusedInput

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GUESS_BYTES = 16 << 10  # charset-normalizer is slow: it sees no more than this
_MOSTLY = 0.9
_STRAY = 20  # of so many lines one may be in another encoding; of a few lines one

# Two-byte characters of GB 18030 that Chinese text is made of: GB 2312 level 1 (3,755 commonest hanzi) and its
# punctuation. Source: GB 2312-1980, rows 1-3 and 16-55.
_GB_PAIRS = re.compile(rb"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]")
_GB_ANY = re.compile(rb"[\x81-\xfe](?:[\x40-\x7e\x80-\xfe]|[\x30-\x39][\x81-\xfe][\x30-\x39])")
# Big5: frequently used characters and punctuation. Source: Big5 (1984), A140-A3BF and A440-C67E.
_BIG5_PAIRS = re.compile(rb"[\xa1-\xa3\xa4-\xc6][\x40-\x7e\xa1-\xfe]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")


def encoding_of(head: bytes, *, complete: bool = False) -> str:
    """The Python codec name of a text that begins with `head`. RefusedInput for bytes that are no text.

    >>> encoding_of("姓名,性别".encode("gb18030")), encoding_of(b"a,b"), encoding_of("né,à".encode("latin-1"))
    ('gb18030', 'utf-8', 'cp1252')
    """
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    if b"\0" in head:
        return _wide(head)
    if head.isascii() or _is_utf8(head, complete=complete):
        return "utf-8"
    return _double_byte(head) or _single_byte(head) or _guessed(head)


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: in mostly Latin text every second byte is zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = max(1, len(head) // 2)
    if odd > max(3, 0.3 * half) and even < 0.02 * half:
        return "utf-16-le"
    if even > max(3, 0.3 * half) and odd < 0.02 * half:
        return "utf-16-be"
    raise RefusedInput("NUL bytes: this is not a text table")


def _is_utf8(head: bytes, *, complete: bool) -> bool:
    """True also when a few bytes in a thousand are broken: the rows they are in are judged one by one."""
    if _decodes(head, "utf-8", complete=complete):
        return True
    text = head.decode("utf-8", "surrogateescape")
    broken = sum(0xDC80 <= ord(c) <= 0xDCFF for c in text)
    good = sum(ord(c) > 0x7F for c in text) - broken
    return broken * 20 < good


def _double_byte(head: bytes) -> str | None:
    high = _HIGH_RUN.findall(head)
    total = sum(map(len, high))
    gb = 2 * sum(len(_GB_PAIRS.findall(run)) for run in high)
    if gb >= 0.6 * total and _fits(head, "gb18030") and not _looks_big5(head, gb / total):
        return "gb18030"
    if _looks_big5(head, gb / total):
        return "big5"
    any_gb = sum(map(len, _GB_ANY.findall(head)))
    if any_gb >= 0.98 * total and gb >= 0.3 * total and _decodes(head, "gb18030"):
        return "gb18030"
    return None


def _looks_big5(head: bytes, gb_share: float) -> bool:
    """Second bytes below 0x80 after a first byte of a common character: GB 2312 text has none."""
    pairs = _BIG5_PAIRS.findall(head)
    low = sum(pair[1] < 0x80 for pair in pairs)
    runs = _HIGH_RUN.findall(head)
    signs = sum(0xA1 <= byte <= 0xBF for run in runs for byte in run)  # in Latin text: signs, rarer than letters
    no_latin = any(len(run) > 1 for run in runs) or 2 * signs > sum(map(len, runs))
    return no_latin and low > 0.15 * len(pairs) and gb_share < _MOSTLY and _decodes(head, "big5")


def _single_byte(head: bytes) -> str | None:
    """Western European text: letters with marks stand between plain letters, alone."""
    runs = _HIGH_RUN.findall(head)
    alone = sum(len(run) == 1 for run in runs)
    if alone < _MOSTLY * len(runs):
        return None
    return "cp1252" if _decodes(head, "cp1252") else "latin-1"


def _guessed(head: bytes) -> str:
    from charset_normalizer import from_bytes  # slow to import, and hardly ever needed

    first = next(i for i, byte in enumerate(head) if byte > 0x7F)
    start = max(0, head.rfind(b"\n", 0, first))
    best = from_bytes(head[start : start + _GUESS_BYTES], steps=4, chunk_size=1024).best()
    return best.encoding if best is not None else "latin-1"


def _decodes(head: bytes, encoding: str, *, complete: bool = False) -> bool:
    """True also for a head that ends in the middle of a character, unless it is all there is."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(head, final=complete)
    except UnicodeDecodeError:
        return False
    return True


def _fits(head: bytes, encoding: str) -> bool:
    """True also when a line here and there is not of the encoding: the rows they are in are judged one by one."""
    if _decodes(head, encoding):
        return True
    lines = [line for line in head[: head.rfind(b"\n") + 1].split(b"\n") if not line.isascii()]
    stray = sum(not _decodes(line, encoding, complete=True) for line in lines)
    return len(lines) > 2 * stray and stray <= max(1, len(lines) // _STRAY)
