"""Cells of Excel: numbers, days and words as what they are; nothing that comes as words is ever run"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any, Final

import xlsxwriter

ROWS: Final = 1_048_575  # of a sheet, below its headings
_EXACT: Final = 1 << 53  # Excel's numbers have 15 digits
_FIRST_YEAR: Final = 1900  # Excel knows no earlier days
_LONGEST: Final = 32_767  # characters of a cell
_OPTIONS: Final = {
    "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    "nan_inf_to_errors": True, "remove_timezone": True,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Formats:
    """How days and moments look in one workbook, and headings and words."""

    day: Any
    time: Any
    bold: Any
    wrapped: Any


def new_book(sink: IO[bytes], *, constant_memory: bool) -> tuple[Any, Formats]:
    """A workbook in which text is never a formula, an address or a number; to be closed."""
    book = xlsxwriter.Workbook(sink, {**_OPTIONS, "constant_memory": constant_memory})
    formats = Formats(
        book.add_format({"num_format": "yyyy-mm-dd"}),
        book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        book.add_format({"bold": True}),
        book.add_format({"text_wrap": True, "valign": "top"}),
    )
    return book, formats


def put(sheet: Any, row: int, column: int, value: object, formats: Formats) -> None:
    """One value in its cell; None leaves it empty. TypeError for what no cell holds."""
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(row, column, value)
        case int() if abs(value) >= _EXACT:
            sheet.write_string(row, column, str(value))
        case int() | float() | Decimal():
            sheet.write_number(row, column, value)
        case dt.date() if value.year < _FIRST_YEAR:
            sheet.write_string(row, column, value.isoformat())
        case dt.datetime():
            sheet.write_datetime(row, column, value.replace(tzinfo=None), formats.time)
        case dt.date():
            sheet.write_datetime(row, column, value, formats.day)
        case str():
            sheet.write_string(row, column, value[:_LONGEST])
        case _:
            raise TypeError(type(value).__name__)
