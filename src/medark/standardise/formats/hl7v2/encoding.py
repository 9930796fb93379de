"""Bytes to text: the character set of MSH-18, and what is tried where that is missing or wrong"""

from __future__ import annotations

import re

# Source: HL7 table 0211 (alternate character sets), with spellings seen in messages.
_CODECS = {
    "ASCII": "ascii", "ISOIR6": "ascii", "UNICODE": "utf-8", "UNICODEUTF8": "utf-8", "UTF8": "utf-8",
    "GB180302000": "gb18030", "GB18030": "gb18030", "GBK": "gb18030", "GB2312": "gb18030", "ISOIR58": "gb18030",
    "BIG5": "big5hkscs", "KSX1001": "cp949", "ISOIR149": "cp949", "ISOIR13": "shift_jis", "ISOIR14": "shift_jis",
    "ISOIR87": "iso2022_jp_2", "ISOIR159": "iso2022_jp_2", "WINDOWS1252": "cp1252", "CP1252": "cp1252",
    "ISOIR100": "iso8859_1", "ISOIR101": "iso8859_2", "ISOIR109": "iso8859_3", "ISOIR110": "iso8859_4",
    "ISOIR144": "iso8859_5", "ISOIR127": "iso8859_6", "ISOIR126": "iso8859_7", "ISOIR138": "iso8859_8",
    "ISOIR148": "iso8859_9", "ISOIR166": "iso8859_11",
    **{f"8859{n}": f"iso8859_{n}" for n in range(1, 17) if n != 12},
    **{f"ISO8859{n}": f"iso8859_{n}" for n in range(1, 17) if n != 12},
}  # fmt: skip
_NOT_SPELLING = re.compile(r"[^A-Z0-9]")
_SAMPLE = 1 << 16
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")


def codec_of(character_set: str) -> str | None:
    """The Python codec of a name in MSH-18; None for one that is not known.

    >>> codec_of("UNICODE UTF-8"), codec_of("8859/1"), codec_of("GB 18030-2000"), codec_of("EBCDIC")
    ('utf-8', 'iso8859_1', 'gb18030', None)
    """
    return _CODECS.get(_NOT_SPELLING.sub("", character_set.upper()))


def decoded(raw: bytes) -> tuple[str, str]:
    """A message as text, and the codec that read it.

    ASCII bytes need no choice. Otherwise the character set of MSH-18 holds if the bytes are valid in it; if it is
    missing, unknown or wrong: UTF-8, then GB 18030 where the bytes look like it, then ISO 8859-1, which reads anything.
    """
    if raw.isascii():
        return raw.decode("ascii"), "utf-8"
    for codec in (_named(raw), "utf-8", "gb18030" if _looks_chinese(raw) else None):
        if codec is not None:
            try:
                return raw.decode(codec), codec
            except UnicodeDecodeError:
                continue
    return raw.decode("iso8859_1"), "iso8859_1"


def _named(raw: bytes) -> str | None:
    """The codec of MSH-18's first repetition, read off the bytes: a header is ASCII in every set of the table."""
    head = re.split(rb"[\r\n]", raw[:4096], maxsplit=1)[0]
    fields = head.split(head[3:4] or b"|", 18)
    if len(fields) < 18:
        return None
    repeat = fields[1][1:2] or b"~"
    return codec_of(fields[17].split(repeat, 1)[0].decode("ascii", "replace"))


def _looks_chinese(raw: bytes) -> bool:
    """Are the pairs of high bytes mostly the punctuation and the 3,755 commonest characters of GB 2312?

    Letters with accents stand alone or, in pairs, fall into the rows of rare characters.
    """
    pairs: list[int] = [run[at] for run in _HIGH_RUN.findall(raw[:_SAMPLE]) for at in range(0, len(run) - 1, 2)]
    common: int = sum(0xA1 <= lead <= 0xA9 or 0xB0 <= lead <= 0xD7 for lead in pairs)
    return 2 * common > len(pairs)
