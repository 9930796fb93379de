"""Is this text a table? Rows that agree on their number of cells, or on where their columns begin"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence

from medark.acquire.files.text import Head

DELIMITERS = (",", "\t", ";", "|", "^", "~", "\x01")
_TABLE_NAMES = (".csv", ".tsv", ".tab", ".psv", ".del")
_ROWS = 400  # looked at
_AGREE = 0.9  # share of rows with the commonest number of cells; the rest are bad lines, told of when they are read
_AGREE_NAMED = 0.7  # where the name says that it is a table
_NAME = re.compile(r"[\w .:#%()/$@+\-\[\]]{1,128}\Z")
_CODE = re.compile(r"(?=[^ ]*\d)[^\s,;|]{1,40}\Z")
_DUMP = re.compile(r"\(?[0-9A-Fa-f]{4,16}\)?\s*[:,]")


def delimiter(head: Head, name: str) -> str:
    """The character between cells; "\\n" for a table of one column, "" if this is no delimited table."""
    named = name.lower().endswith(_TABLE_NAMES)
    found = [(*_agreement(head, character, named), character) for character in DELIMITERS]
    cells, share, character = max(found, key=lambda f: (f[0] > 1 and f[1] >= _AGREE, f[1] * (f[0] > 1), f[0]))
    if cells > 1 and share >= (_AGREE_NAMED if named else _AGREE):
        return character
    lines = head.lines()
    if named and lines and all(len(line) < 500 for line in lines):
        return "\n"
    return ""


def is_fixed_width(head: Head) -> bool:
    """Columns at the same places in every line: lines of one length, with gaps or digits that line up."""
    lines = head.lines()[:_ROWS]
    if len(lines) < 3 or _DUMP.match(lines[0]):
        return False
    widths = Counter(len(line) for line in lines)
    bytes_wide = Counter(len(line.encode("gb18030", "replace")) for line in lines)
    if max(max(widths.values()), max(bytes_wide.values())) < 0.98 * len(lines):
        return _aligned(lines) >= 2 and not _wordy(lines)
    return min(widths) >= 8 and (_aligned(lines) >= 1 or all(any(c.isdigit() for c in line) for line in lines))


def is_code_list(head: Head) -> bool:
    """A code, one blank, what it stands for, line by line: `A00.000 霍乱`."""
    lines = head.lines()
    pairs = [line.split(" ", 1) for line in lines[:_ROWS]]
    if len(pairs) < 3:
        return False
    good = sum(len(pair) == 2 and bool(_CODE.match(pair[0])) and bool(pair[1].strip()) for pair in pairs)
    firsts = {pair[0] for pair in pairs}
    return good >= 0.98 * len(pairs) and len(firsts) > 0.5 * len(pairs) and not _DUMP.match(lines[0])


def _agreement(head: Head, character: str, named: bool) -> tuple[int, float]:
    """The commonest number of cells, and the share of rows that have it."""
    best = (0, 0.0)
    if character not in head.text:
        return best
    for quoted in (True, False):
        rows = _rows(head, character, quoted)
        counts = Counter(len(row) for row in rows)
        if not counts:
            continue
        cells, number = max(counts.items(), key=lambda item: (item[1], item[0]))
        share = number / len(rows)
        if cells > 1 and (share, cells) > (best[1], best[0]) and _table_like(rows, cells, character, named):
            best = (cells, share)
    return best


def _rows(head: Head, character: str, quoted: bool) -> list[list[str]]:
    """Rows of the head, a last one that is cut left out; a cell may hold line ends where it is quoted."""
    lines = head.text.replace("\0", "").splitlines(keepends=True)
    if quoted:
        reader = csv.reader(lines, delimiter=character)
    else:
        reader = csv.reader(lines, delimiter=character, quoting=csv.QUOTE_NONE)
    rows: list[list[str]] = []
    try:
        for row in reader:
            if row and any(row):
                rows.append(row)
            if len(rows) > _ROWS:
                return rows[:-1]
    except csv.Error:
        pass  # a cell that never ends; what came before it counts
    return rows if head.whole or len(rows) < 2 else rows[:-1]


def _table_like(rows: Sequence[Sequence[str]], cells: int, character: str, named: bool) -> bool:
    """Prose has commas too: it goes on with a blank after them, and its first line is no header."""
    if len(rows) == 1:
        header = all(_NAME.match(cell) for cell in rows[0])
        return header and (named or (cells > 2 and not any(cell.startswith(" ") for cell in rows[0])))
    if named:
        return True
    later = [cell for row in rows for cell in row[1:] if cell]
    spaced = sum(cell.startswith(" ") and " " in cell.strip() for cell in later)
    if character in ",;" and spaced > 0.5 * len(later):
        return False
    return len(rows) > 2 or all(len(cell) < 100 for row in rows for cell in row)


def _aligned(lines: Sequence[str]) -> int:
    """How many columns begin, after a gap, at one place in nearly all lines."""
    starts = Counter(m.start() for line in lines for m in re.finditer(r"(?<=\s)\S", line))
    gaps = Counter(m.start() for line in lines for m in re.finditer(r"\s", line))
    return sum(count >= 0.9 * len(lines) and gaps[at - 1] >= 0.98 * len(lines) for at, count in starts.items())


def _wordy(lines: Sequence[str]) -> bool:
    """Sentences rather than cells."""
    return sum(line.rstrip().endswith((".", "。", "!", "?", ":")) for line in lines) > 0.2 * len(lines)
