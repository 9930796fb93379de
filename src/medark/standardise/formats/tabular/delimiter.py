"""What separates and quotes the cells of a text table"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

DELIMITERS = ("\t", "\x01", "|", ";", ",", "^", "~")  # at a tie the earlier one
_ROWS = 200


@dataclass(frozen=True, slots=True)
class Marks:
    """The delimiter, and quote and escape ('' for none)."""

    delimiter: str
    quote: str
    escape: str


def marks_of(text: str) -> Marks:
    """The marks with which the rows of `text` come out most alike in width.

    >>> marks_of("a;b\\n1,5;2,5\\n")
    Marks(delimiter=';', quote='"', escape='"')
    """
    delimiter = max(DELIMITERS, key=lambda mark: (_evenness(text, mark), -DELIMITERS.index(mark)))
    if _evenness(text, delimiter) == 0:
        delimiter = ","
    quote = _quote(text, delimiter)
    return Marks(delimiter, quote, _escape(text, quote))


def rows_of(text: str, marks: Marks, limit: int = _ROWS) -> list[tuple[int, list[str]]]:
    """The first rows that are not blank, each with the number of lines before it."""
    found = []
    reader = _reader(text, marks)
    before = 0
    try:
        for row in reader:
            if row:
                found.append((before, row))
            before = reader.line_num
            if len(found) >= limit:
                break
    except csv.Error:  # a cell past the limit: what was read before it says enough
        pass
    return found


def _evenness(text: str, mark: str) -> float:
    """0 for a mark that makes no columns; more for more columns and for more rows that agree."""
    if mark not in text:
        return 0.0
    widths = [len(row) for _, row in rows_of(text, Marks(mark, '"', '"'))]
    wide = Counter(width for width in widths if width > 1)
    if not wide:
        return 0.0
    width, agree = max(wide.items(), key=lambda item: (item[1], item[0]))
    below_title = 1.0 if widths[0] == width else 0.5
    return agree / len(widths) * math.log2(width) * below_title


def _quote(text: str, delimiter: str) -> str:
    if '"' in text and not _quotes_cells(text, delimiter, '"'):
        return ""  # inches, not quotes
    if '"' not in text and _quotes_cells(text, delimiter, "'") and _all_even(text, "'"):
        return "'"
    return '"'


def _quotes_cells(text: str, delimiter: str, quote: str) -> bool:
    """Is there a cell that a quote opens and a quote closes?"""
    edge = re.escape(delimiter)
    closed = rf"(?:^|{edge}){quote}(?:[^{quote}]|{quote}{quote}|\\{quote})*{quote}\s*(?:{edge}|$)"
    return re.search(closed, text, re.MULTILINE) is not None


def _all_even(text: str, quote: str) -> bool:
    return all(line.count(quote) % 2 == 0 for line in text.splitlines()[:_ROWS])


def _escape(text: str, quote: str) -> str:
    if quote and f"\\{quote}" in text and quote * 2 not in text.replace(f"\\{quote}", ""):
        return "\\"
    return quote


def _reader(text: str, marks: Marks) -> Any:
    doubled = marks.escape in ("", marks.quote)
    return csv.reader(
        io.StringIO(text, newline=""),
        delimiter=marks.delimiter,
        quotechar=marks.quote or None,
        escapechar=None if doubled else marks.escape,
        doublequote=doubled,
        quoting=csv.QUOTE_MINIMAL if marks.quote else csv.QUOTE_NONE,
    )
