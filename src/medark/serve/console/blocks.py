"""The blocks of an application's page, made ready for templates/blocks.html: none of them is HTML"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode

from medark.flows.documents import numbers
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
    TaskPanel,
    Text,
    kind_of,
)
from medark.sdk.calling import plainly
from medark.serve.console.addresses import PREFIX
from medark.serve.console.form_blocks import asked, kept

_KINDS: Final = {"text": "", "number": "number", "date": "day", "person": ""}  # of a column → of a macro's column
FILES: Final = ("svg", "png", "pdf")  # what a figure of a page is offered as

Plain = dict[str, Any]


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
    above = address.rpartition("/")[0]
    rows = [
        [_cell(cell, column.kind, above) for column, cell in zip(block.columns, row, strict=True)] for row in block.rows
    ]
    page = int(query["page"]) if query.get("page", "").isdecimal() and len(query["page"]) < 7 else 1
    before = _with(address, query, {"page": str(page - 1)}) if page > 1 else ""
    after = _with(address, query, dict(parse_qsl(block.next_page))) if block.next_page else ""
    return {
        "title": block.title, "columns": columns, "rows": rows, "more": block.more, "before": before, "after": after,
    }  # fmt: skip


def aligned(table: Mapping[str, Any]) -> list[list[Any]]:
    """The rows of a table, its columns of numbers each with as many decimals throughout.

    >>> aligned({"columns": [{"kind": "number"}, {"kind": ""}], "rows": [[10.0, 1.5], [9.25, 2]]})
    [['10.00', 1.5], ['9.25', 2]]
    """
    columns = [
        numbers.aligned(row[at] for row in table["rows"]) if column["kind"] == "number"
        else [row[at] for row in table["rows"]]
        for at, column in enumerate(table["columns"])
    ]  # fmt: skip
    return [list(row) for row in zip(*columns, strict=True)]


def _told(block: Block, address: str, query: Mapping[str, str]) -> Plain:
    match block:
        case KeyFigures():
            return {"figures": [_figure(one) for one in block.figures]}
        case DataTable():
            return table(block, address, query)
        case Figure():
            numbers = table(block.table, address, {}) if block.table else None
            return {**plainly(replace(block, table=None)), "table": numbers}
        case Form() if block.saves:
            return {**kept(block), "address": address}
        case Form():
            return {**asked(block, query), "address": address}
        case PersonLink():
            return {"label": block.label, "link": _person(block.person_id)}
        case TaskPanel():
            return {
                "task_no": block.number,
                **{name: getattr(block, name) for name in ("done", "dismissed", "reasons")},
            }
        case Heading() | Text():
            return dict(plainly(block))


def _figure(one: KeyFigure) -> Plain:
    return dict(plainly(one))


def _cell(cell: object, kind: str, above: str) -> object:
    """A cell as the macro `table` takes it. `above`: the address of the application that it is of."""
    if isinstance(cell, Label):
        href = {"href": f"{quote(above)}/{cell.page}"} if cell.page else {}
        return {"text": cell.text, **href, **({"badge": cell.mark} if cell.mark else {})}
    return _person(cell) if kind == "person" else cell


def _person(person_id: object) -> Plain | None:
    if not isinstance(person_id, int) or isinstance(person_id, bool):
        return None
    return {"text": str(person_id), "href": f"{PREFIX}/people/{person_id}"}


def _with(address: str, query: Mapping[str, str], more: Mapping[str, str]) -> str:
    asked = urlencode({**query, **more})
    return f"{quote(address)}?{asked}" if asked else quote(address)
