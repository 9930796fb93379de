"""The blocks of a page as plain values, all of them words: what page.typ sets"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from medark.errors import MedarkError
from medark.flows.documents.nouns import Document, in_order
from medark.flows.documents.numbers import UNKNOWN, aligned, number
from medark.flows.documents.prose import nodes
from medark.flows.documents.widths import LYING, UPRIGHT, measure, shares
from medark.flows.figures import Form as Drawn
from medark.flows.figures import Width, draw
from medark.flows.figures.style import FONT
from medark.messages import N_, _, phrase, plural
from medark.model.page import (
    Block,
    DataTable,
    Figure,
    Form,
    Heading,
    KeyFigure,
    KeyFigures,
    Label,
    PersonLink,
    TableColumn,
    Text,
)

_MOST_FIGURES: Final = 24  # of one document
_TOO_MANY: Final = N_("the page has more figures than are drawn on one")
FEW: Final = N_("too few to be told, or not known")
_FAMILIES: Final = [one for one in map(str.strip, FONT.split(",")) if one != "sans-serif"]

Plain = dict[str, Any]


def plain(document: Document) -> Plain:
    """All of a document, with its figures drawn."""
    made = document.made
    is_wide = any(measure(_with_titles(one)).wants_side for one in _tables(document.blocks))
    return {
        "title": document.title.strip() or UNKNOWN,
        "author": document.author,
        "organisation": document.organisation,
        "language": document.language,
        "fonts": _FAMILIES,
        "made": [made.year, made.month, made.day, made.hour, made.minute, made.second],
        "about": [list(pair) for pair in document.about],
        "confidential": document.confidential,
        "page": _("page {number} of {count}", number="{number}", count="{count}"),
        "notices": list(document.notices),
        "is_wide": is_wide,
        "blocks": list(_blocks(in_order(_said(document.blocks)), document.language, LYING if is_wide else UPRIGHT)),
    }


def shown_rows(table: DataTable) -> list[list[str]]:
    """The cells of a table as they are read; what is not known is a dash."""
    columns = [
        aligned(row[at] for row in table.rows) if column.kind == "number" else [row[at] for row in table.rows]
        for at, column in enumerate(table.columns)
    ]
    return [[_cell(cell) for cell in row] for row in zip(*columns, strict=True)]


def column_title(column: TableColumn) -> str:
    """A column's title with its unit."""
    return f"{column.title} ({column.unit})" if column.unit else column.title


def left_out(table: DataTable) -> str:
    """What is said of the rows of a table that are not shown; "" where all are."""
    return plural("{count} more row", "{count} more rows", table.more) if table.more else ""


def _said(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks without headings that say nothing."""
    return (one for one in blocks if not isinstance(one, Heading) or one.text.strip())


def _tables(blocks: Iterable[Block]) -> Iterator[DataTable]:
    for one in blocks:
        if isinstance(one, DataTable):
            yield one
        elif isinstance(one, Figure) and one.table:
            yield one.table


def _with_titles(table: DataTable) -> list[list[str]]:
    return [[column_title(one) for one in table.columns], *shown_rows(table)]


def _blocks(blocks: Iterable[Block], language: str, width: float) -> Iterator[Plain]:
    """Each block that says something on paper. A form asks, and paper can't answer. `width`: of the page, in points."""
    figures = 0
    for one in blocks:
        if isinstance(one, Figure):
            figures += 1
            yield _figure(one, language, width, _drawn if figures <= _MOST_FIGURES else _not_drawn)
        elif told := _told(one, width):
            yield told


def _told(block: Block, width: float) -> Plain | None:
    match block:
        case Heading():
            return {"is": "heading", "text": block.text, "level": block.level}
        case Text():
            return {"is": "prose", "nodes": nodes(block.markdown)}
        case KeyFigures():
            return {"is": "figures", "figures": [_key_figure(one) for one in block.figures]}
        case DataTable():
            return _table(block, width)
        case PersonLink():
            return {"is": "line", "text": person_words(block)}
        case Form():
            return None
    return None


def person_words(link: PersonLink) -> str:
    """Who is meant."""
    return link.label or _("person {number}", number=link.person_id)


def _key_figure(one: KeyFigure) -> Plain:
    note = one.note or (_(FEW) if one.value is None else "")
    return {"label": one.label, "value": number(one.value), "unit": one.unit, "note": note, "mark": one.mark}


def _table(table: DataTable, width: float) -> Plain:
    return {
        "is": "table",
        "title": table.title,
        "columns": [{"title": column_title(one), "right": one.kind == "number"} for one in table.columns],
        "rows": shown_rows(table),
        "shares": shares(measure(_with_titles(table)), width),
        "marks": [[cell.mark if isinstance(cell, Label) else "" for cell in row] for row in table.rows],
        "note": _("No rows") if not table.rows else left_out(table),
    }


def _figure(one: Figure, language: str, width: float, drawn: Callable[[Figure, str], Plain]) -> Plain:
    numbers = _table(one.table, width) if one.table else None
    return {"is": "figure", "title": one.title, "alt": one.alt, "table": numbers, **drawn(one, language)}


def _drawn(one: Figure, language: str) -> Plain:
    """The drawing; what can't be drawn says so, and its numbers are there."""
    try:
        return {"svg": draw(one, Drawn.SVG, Width.PAPER, language).decode(), "fault": ""}
    except MedarkError as error:
        return {"svg": "", "fault": phrase(error.what)}


def _not_drawn(one: Figure, language: str) -> Plain:
    return {"svg": "", "fault": _(_TOO_MANY)}


def _cell(value: object) -> str:
    match value:
        case None | "":
            return UNKNOWN
        case bool():
            return _("yes") if value else _("no")
    return str(value)
