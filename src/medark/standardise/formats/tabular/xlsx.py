"""Excel workbooks: sheets as tables, cells as the text they stand for, and rows emptied inside the file"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from medark.errors import RefusedInput
from medark.standardise.formats.tabular.header import find_header

SHEET_ROWS = 1 << 20  # the most rows a sheet can have: row numbers of the next sheet begin there
_BATCH = 65_536
_SAMPLE = 220
_LARGEST = 1 << 30  # bytes unpacked
_RATIO = 250  # unpacked to packed; sheets of repeated cells reach 60
_READ = 1 << 20
_CELL = re.compile(rb'<(?:[a-z]+:)?c\b[^>]{0,200}?\br="([A-Z]{1,3})([0-9]{1,7})"')
_LONGEST_REF = 256  # bytes from the start of a cell's tag to the end of its place
_SPARSE = 50  # places held for each filled cell
_AREA = 5_000_000  # and as many besides
_EXACT = 10**15  # Excel keeps 15 digits

Cell = str | float | int | bool | dt.date | dt.datetime | dt.time | dt.timedelta


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that has rows. `rows_above` its header or, without one, its first row."""

    name: str
    columns: tuple[str, ...]
    rows_above: int
    named: bool
    first_row_no: int


def sheets(content: bytes) -> tuple[Sheet, ...]:
    """The sheets with anything in them, in order. RefusedInput for a broken file or a bomb."""
    book = _book(content)
    found = []
    for number, name in enumerate(book.sheet_names):
        lines = [[text_of(cell) for cell in row] for _, row in zip(range(_SAMPLE), _lines(book, name), strict=False)]
        filled = [i for i, row in enumerate(lines) if any(row)]
        if not filled:
            continue
        width = max(len(_trimmed(lines[i])) for i in filled)
        header = find_header([(lines[i] + [""] * width)[:width] for i in filled])
        found.append(Sheet(name, header.columns, filled[header.row], header.named, number * SHEET_ROWS))
    return tuple(found)


def rows(content: bytes, sheet: str, columns: Sequence[str], *, row_no: str) -> Iterator[pa.Table]:
    """The rows of a sheet below its header; empty rows are left out but counted in the numbers."""
    found = next((s for s in sheets(content) if s.name == sheet), None)
    if found is None:
        raise RefusedInput("there is no such sheet")
    start = found.rows_above + found.named
    batch: list[list[str]] = []
    numbers: list[int] = []
    for at, row in enumerate(_lines(_book(content), sheet)):
        cells = [text_of(cell) for cell in row[: len(columns)]]
        if at < start or not any(cells):
            continue
        batch.append(cells + [""] * (len(columns) - len(cells)))
        numbers.append(found.first_row_no + at - start)
        if len(batch) == _BATCH:
            yield _table(batch, numbers, columns, row_no)
            batch, numbers = [], []
    if batch:
        yield _table(batch, numbers, columns, row_no)


def text_of(cell: Cell) -> str:
    """A cell as text: text as it is, whole numbers without a point, days and times as ISO 8601.

    >>> text_of("007"), text_of(3.0), text_of(dt.datetime(2024, 1, 2)), text_of(True)
    ('007', '3', '2024-01-02', 'true')
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT * 1000 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat()
    if isinstance(cell, dt.timedelta):
        return _span(cell)
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)


def checked(content: bytes) -> zipfile.ZipFile:
    """The workbook as a zip whose directory promises no more than it may unpack to."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise RefusedInput("not a sound Excel workbook") from None
    size = sum(member.file_size for member in archive.infolist())
    if size > _LARGEST or size > _RATIO * max(len(content), 4096):
        raise RefusedInput("the workbook unpacks to more than it may", bytes=size)
    for member in archive.namelist():
        if member.startswith("xl/worksheets/"):
            _check_area(archive, member)
    return archive


def _check_area(archive: zipfile.ZipFile, member: str) -> None:
    """Readers hold a sheet as a full rectangle, so two cells in far corners would fill all memory."""
    if member.endswith(".bin"):
        raise RefusedInput("a binary workbook", fix="save it as .xlsx")
    cells, width, height = 0, 0, 0
    with _broken_as_refused(), archive.open(member) as part:
        tail = b""
        while block := part.read(_READ):
            text = tail + block
            for letters, number in _CELL.findall(text):
                cells, width, height = cells + 1, max(width, _column(letters)), max(height, int(number))
            tail = text[-_LONGEST_REF:] if len(text) > _LONGEST_REF else text
    if width * height > _SPARSE * cells + _AREA:
        raise RefusedInput("a sheet is mostly empty, and too large to be held", rows=height, columns=width)


def _column(letters: bytes) -> int:
    """A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


@contextmanager
def _broken_as_refused() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
        raise RefusedInput("a part of the workbook is broken") from None


def _book(content: bytes) -> CalamineWorkbook:
    checked(content)
    try:
        return CalamineWorkbook.from_object(io.BytesIO(content))
    except (CalamineError, ValueError, OSError):
        raise RefusedInput("not a sound Excel workbook") from None


def _lines(book: CalamineWorkbook, name: str) -> Iterator[list[Cell]]:
    """Every row of the sheet from its first, also those above the first filled cell."""
    try:
        yield from book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, ValueError, OSError):
        raise RefusedInput("a sheet of the workbook can't be read") from None


def _trimmed(cells: list[str]) -> list[str]:
    """Without the empty cells at the end of the row."""
    last = max((i for i, cell in enumerate(cells) if cell), default=-1)
    return cells[: last + 1]


def _span(cell: dt.timedelta) -> str:
    seconds = int(cell.total_seconds())
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _table(batch: list[list[str]], numbers: list[int], columns: Sequence[str], row_no: str) -> pa.Table:
    arrays = [pa.array(column, pa.string()) for column in zip(*batch, strict=True)]
    return pa.table([*arrays, pa.array(numbers, pa.int64())], names=[*columns, row_no])
