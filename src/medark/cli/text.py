"""Text on a terminal: widths that count full-width characters twice, wrapping, numbers as people write them"""

from __future__ import annotations

import re
from unicodedata import east_asian_width

_WORD = re.compile(r"[!-~]+\s*|\S\s*")  # an English word with its space, or one character of anything else


def cells(text: str) -> int:
    """Columns that a text takes on a terminal.

    >>> cells("lab"), cells("化验")
    (3, 4)
    """
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def padded(text: str, width: int) -> str:
    """The text and spaces up to a width in columns."""
    return text + " " * (width - cells(text))


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns, cut at spaces or between full-width characters; a longer word stays whole.

    >>> wrapped("every file, message and row", 12)
    ['every file,', 'message and', 'row']
    """
    lines = [""]
    for piece in _WORD.findall(text):
        if lines[-1] and cells(lines[-1] + piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


def number(value: int) -> str:
    """A count with its thousands marked."""
    return f"{value:,}"


def size(value: float) -> str:
    """Bytes in a unit that fits.

    >>> size(999), size(720_400_000)
    ('999 B', '720.4 MB')
    """
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.1f} {unit}" if unit != "B" else f"{value:.0f} B"
        value /= 1000
    return f"{value:.1f} TB"


def duration(seconds: float) -> str:
    """Seconds as one would say them.

    >>> duration(0.42), duration(75), duration(7260)
    ('0.4 s', '1 min 15 s', '2 h 1 min')
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
