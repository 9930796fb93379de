"""A document as a workbook of Excel: what it says of itself, then a sheet for each table and for each figure's data"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from medark.flows.documents.cells import ROWS, Formats, new_book, put
from medark.flows.documents.letters import on_paper
from medark.flows.documents.nouns import Document, DocumentError
from medark.flows.documents.parts import FEW, column_title, left_out, person_words
from medark.flows.documents.prose import words
from medark.messages import _
from medark.model.page import Cell, DataTable, Figure, Heading, KeyFigures, Label, PersonLink, TableColumn, Text

_NOT_IN_A_NAME: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")  # of a sheet. Source: Microsoft, "Rename a worksheet"
_NAME: Final = 31  # characters of it
_WIDEST: Final = 60  # characters of a column
_MOST_CELLS: Final = 300_000
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")

Line = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    title: str
    table: DataTable = field(repr=False)


def workbook(document: Document) -> bytes:
    """The document. DocumentError where a workbook has no room for it."""
    sheets = list(_sheets(document))
    if sum(len(one.table.rows) * len(one.table.columns) for one in sheets) > _MOST_CELLS:
        raise DocumentError("the page holds too much for a workbook", fix="show fewer rows, or download the dataset")
    sink = io.BytesIO()
    book, formats = new_book(sink, constant_memory=False)
    with book:
        book.set_properties({
            "title": document.title, "author": document.author, "comments": document.confidential,
            "created": document.made.replace(tzinfo=None),
        })  # fmt: skip
        _about(book.add_worksheet(_("About")), document, sheets, formats)
        for one in sheets:
            _write(book.add_worksheet(one.name), one, document, formats)
    return sink.getvalue()


def _sheets(document: Document) -> Iterator[_Sheet]:
    """The tables of the page, and the numbers of its figures, in its order. Sheets are called as the tables are."""
    taken = {_("About").lower(), "history"}  # Excel keeps the latter for itself
    for one in document.blocks:
        if isinstance(one, DataTable):
            yield _Sheet(_named(one.title or _("Table"), taken), one.title, one)
        elif isinstance(one, Figure) and (table := one.table or _values(one)):
            title = one.title or table.title or one.alt
            yield _Sheet(_named(title, taken), title, table)


def _named(title: str, taken: set[str]) -> str:
    """A name for a sheet that no other of the workbook has.

    >>> _named("'a/b' [c]", set()), _named("A", {"a"})
    ("a b'  c", 'A 2')
    """
    plain = str(on_paper(_NOT_IN_A_NAME.sub(" ", title))).strip("' ")[:_NAME].strip("' ") or _("Table")
    name, number = plain, 1
    while name.lower() in taken:
        number += 1
        name = f"{plain[: _NAME - 1 - len(str(number))]} {number}"
    taken.add(name.lower())
    return name


def _values(one: Figure) -> DataTable | None:
    """The rows that a figure is drawn of, where it names no table."""
    data = one.vega_lite.get("data")
    values = data.get("values") if isinstance(data, dict) else None
    rows = [row for row in values if isinstance(row, dict)] if isinstance(values, list) else []
    names = list(dict.fromkeys(str(name) for row in rows for name in row))
    if not names:
        return None
    columns = tuple(TableColumn(name, name) for name in names)
    return DataTable(columns, tuple(tuple(_plain(row.get(name)) for name in names) for row in rows))


def _plain(value: Any) -> Cell:
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _write(sheet: Any, one: _Sheet, document: Document, formats: Formats) -> None:
    """One table: headings that stay in sight and are on every page that is printed."""
    if len(one.table.rows) > ROWS:
        raise DocumentError("a sheet of Excel has no room for so many rows", fix="download the dataset", most=ROWS)
    titles = [column_title(column) for column in one.table.columns]
    for at, title in enumerate(titles):
        sheet.write_string(0, at, title, formats.bold)
    for number, row in enumerate(one.table.rows, 1):
        for at, (column, cell) in enumerate(zip(one.table.columns, row, strict=True)):
            put(sheet, number, at, _typed(column, cell), formats)
    for at, title in enumerate(titles):
        longest = max((len(str(row[at])) for row in one.table.rows[:200] if row[at] is not None), default=0)
        sheet.set_column(at, at, min(_WIDEST, max(len(title.encode("gb18030")), longest) + 2))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(one.table.rows)), len(titles) - 1)
    _on_paper(sheet, one.title or document.title, document)
    sheet.repeat_rows(0)


def _on_paper(sheet: Any, title: str, document: Document) -> None:
    """How a sheet is printed. Where Excel reads codes of its own (&P), words of others can't write any."""
    sheet.set_paper(9)  # A4
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_header(f"&L{_coded(document.organisation)}&R{_coded(title)}")
    sheet.set_footer(f"&L{_coded(document.confidential)}&R&P / &N")


def _coded(words_: str) -> str:
    return words_[:80].replace("&", "&&")


def _typed(column: TableColumn, cell: Cell | Label) -> object:
    """A cell as Excel should have it: days as days, person_ids as text, whose digits are all kept."""
    match cell:
        case Label():
            return cell.text
        case int() if column.kind == "person" and not isinstance(cell, bool):
            return str(cell)
        case str() if column.kind == "date":
            return _day(cell)
    return cell


def _day(told: str) -> object:
    """A day or a moment as such, if it is one.

    >>> _day("2024-07-01"), _day("2024-07-01 08:30"), _day("July")
    (datetime.date(2024, 7, 1), datetime.datetime(2024, 7, 1, 8, 30), 'July')
    """
    try:
        return dt.date.fromisoformat(told) if _DAY.fullmatch(told) else dt.datetime.fromisoformat(told)
    except ValueError:
        return told


def _about(sheet: Any, document: Document, sheets: list[_Sheet], formats: Formats) -> None:
    """What the document says of itself, the words and numbers that stand in no table, and which sheets there are."""
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 3, 28, formats.wrapped)
    sheet.write_string(0, 0, document.title, formats.bold)
    for number, line in enumerate(_lines(document, sheets), 2):
        for at, value in enumerate(line):
            put(sheet, number, at, None if value == "" else value, formats)
    _on_paper(sheet, document.title, document)


def _lines(document: Document, sheets: list[_Sheet]) -> Iterator[Line]:
    yield from document.about
    yield (document.confidential,)
    yield from ((one,) for one in document.notices)
    yield ()
    yield from _said(document)
    yield ()
    for one in sheets:
        yield one.name, one.title, left_out(one.table)
    yield (_("An empty cell: {what}.", what=_(FEW)),)


def _said(document: Document) -> Iterator[Line]:
    """Headings, words and key figures, in the page's order."""
    for one in document.blocks:
        match one:
            case Heading():
                yield ()
                yield (one.text,)
            case Text():
                yield from ((line,) for line in words(one.markdown).splitlines())
            case KeyFigures():
                for each in one.figures:
                    yield each.label, each.value, each.unit, each.note or (_(FEW) if each.value is None else "")
            case PersonLink():
                yield (person_words(one),)
