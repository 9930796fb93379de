"""The blocks of an application's page, made ready for templates/blocks.html: none of them is HTML"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode

from medark.model.page import Block, DataTable, Figure, Form, Heading, KeyFigure, KeyFigures, PersonLink, Text, kind_of
from medark.sdk.wire import plainly
from medark.serve.console.addresses import PREFIX

_DEEPEST: Final = 4
_DECIMALS: Final = 2
_KINDS: Final = {"text": "", "number": "number", "date": "day", "person": ""}  # of a column → of a macro's column
FILES: Final = ("svg", "png", "pdf")  # what a figure of a page is offered as

Plain = dict[str, Any]


def titled(blocks: tuple[Block, ...], title: str) -> tuple[str, tuple[Block, ...]]:
    """The page's title, which its first block may be, and the blocks below it with their headings in order."""
    if blocks and isinstance(blocks[0], Heading) and blocks[0].level == 1:
        title, blocks = blocks[0].text, blocks[1:]
    return title, tuple(_in_order(blocks))


def told(blocks: Iterable[Block], address: str, query: Mapping[str, str]) -> list[Plain]:
    """Blocks as plain values. `address`, `query`: of the page that they are on."""
    found = [
        {"kind": kind_of(one), "number": number, **_told(one, address, query)} for number, one in enumerate(blocks, 1)
    ]
    for number, figure in enumerate((one for one in found if one["kind"] == "figure"), 1):
        figure["figure"] = number
        figure["files"] = {form: _with(f"{address}/figures/{number}.{form}", query, {}) for form in FILES}
    return found


def table(block: DataTable, address: str, query: Mapping[str, str]) -> Plain:
    """A table: columns and rows as the macro `table` takes them, and the addresses of what is before and after."""
    columns = [
        {"title": f"{one.title} ({one.unit})" if one.unit else one.title, "kind": _KINDS[one.kind], "name": one.name}
        for one in block.columns
    ]
    rows = [
        [_person(cell) if column.kind == "person" else cell for column, cell in zip(block.columns, row, strict=True)]
        for row in block.rows
    ]
    page = int(query["page"]) if query.get("page", "").isdecimal() and len(query["page"]) < 7 else 1
    before = _with(address, query, {"page": str(page - 1)}) if page > 1 else ""
    after = _with(address, query, dict(parse_qsl(block.next_page))) if block.next_page else ""
    return {
        "title": block.title, "columns": columns, "rows": rows, "more": block.more, "before": before, "after": after,
    }  # fmt: skip


def aligned(table: Mapping[str, Any]) -> list[list[Any]]:
    """The rows of a table with the decimals of each column of numbers as many as the longest has, two at most.

    >>> aligned({"columns": [{"kind": "number"}], "rows": [[10.0], [9.25], [None], [3]]})
    [['10.00'], ['9.25'], [None], ['3.00']]
    """
    rows = [list(row) for row in table["rows"]]
    for at, column in enumerate(table["columns"]):
        if column["kind"] == "number":
            places = max((_places(row[at]) for row in rows), default=0)
            for row in rows:
                row[at] = f"{row[at]:,.{places}f}" if _is_number(row[at]) else row[at]
    return rows


def _places(value: object) -> int:
    told = f"{value:.{_DECIMALS}f}".rstrip("0") if _is_number(value) else ""
    return len(told.partition(".")[2])


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _told(block: Block, address: str, query: Mapping[str, str]) -> Plain:
    match block:
        case KeyFigures():
            return {"figures": [_figure(one) for one in block.figures]}
        case DataTable():
            return table(block, address, query)
        case Figure():
            numbers = table(block.table, address, {}) if block.table else None
            return {**plainly(replace(block, table=None)), "table": numbers}
        case Form():
            return {**plainly(block), "fields": list(_fields(block, query)), "address": address}
        case PersonLink():
            return {"label": block.label, "link": _person(block.person_id)}
        case Heading() | Text():
            return dict(plainly(block))


def _in_order(blocks: Iterable[Block]) -> Iterator[Block]:
    """Headings go down by one step at a time, from the title on."""
    last = 1
    for one in blocks:
        if isinstance(one, Heading):
            last = max(2, min(one.level, last + 1, _DEEPEST))
            yield replace(one, level=last)
        else:
            yield one


def _figure(one: KeyFigure) -> Plain:
    return dict(plainly(one))


def _fields(form: Form, query: Mapping[str, str]) -> Iterator[Plain]:
    """Each field with what was asked last; if nothing was, with what it begins with."""
    for one in form.fields:
        asked = query.get(one.name)
        value = one.value if asked is None else asked
        if one.kind == "check" and query:
            value = asked is not None
        kind = one.kind if one.kind in ("number", "date", "choice", "check") else "text"
        yield {**plainly(one), "kind": kind, "value": "" if value is None else value}


def _person(person_id: object) -> Plain | None:
    if not isinstance(person_id, int) or isinstance(person_id, bool):
        return None
    return {"text": str(person_id), "href": f"{PREFIX}/people/{person_id}"}


def _with(address: str, query: Mapping[str, str], more: Mapping[str, str]) -> str:
    asked = urlencode({**query, **more})
    return f"{quote(address)}?{asked}" if asked else quote(address)
