"""Datasets: which are published, what each holds and is made of, and its files; or why somebody may not have them"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa
from fastapi import APIRouter

from medark.flows.apps.datasets import dataset_rows
from medark.flows.apps.leaving import level_for
from medark.flows.apps.offers import Made, Offer, made, offer, offers
from medark.flows.apps.releases import releases
from medark.messages import _
from medark.model.dataset import PublishedColumn, PublishedDataset
from medark.serve.console.addresses import PREFIX
from medark.serve.console.screens import Screen, Screens, Visit
from medark.serve.datasets.forms import Form
from medark.serve.http.parts import Parts

_PREVIEWED: Final = 20  # rows
_PERSON: Final = "person_id"


def screens(parts: Parts) -> APIRouter:
    """The list, and a page for each."""
    found = Screens(parts)
    found.page("/datasets", datasets, summary="Datasets")
    found.page("/datasets/{app}/{name}", dataset, summary="A dataset")
    return found.router


def datasets(visit: Visit) -> Screen:
    """Every published dataset, and what the reader may do with it."""
    told = [_offered(one, visit.language) for one in offers(visit.workspace, visit.reader)]
    return Screen(_("Datasets"), "datasets.html", {"datasets": told})


def dataset(visit: Visit) -> Screen:
    """One dataset: its columns, its definition in words, its files; a few of its rows if they are asked for."""
    app, name = visit.path["app"], visit.path["name"]
    one = offer(visit.workspace, visit.reader, app, name)
    how = made(visit.workspace, app, name, visit.language)
    told = _offered(one, visit.language) | _made(one.dataset, how, visit.language)
    told["files"] = {form.value: f"/datasets/{app}/{name}?format={form.value}" for form in Form} if one.allowed else {}
    told["leaves_as"] = level_for(visit.reader.purpose).value
    told["releases"] = [
        {"name": each.name, "made_ms": each.made_ms, "version": each.app_version,
         "address": f"/datasets/{app}/{name}?format={Form.CSV.value}&release={each.name}"}
        for each in releases(visit.workspace, app, name)
    ]  # fmt: skip
    told["preview"] = _preview(visit, app, name) if one.allowed and visit.text("rows") else None
    return Screen(told["title"], "dataset.html", told)


def _offered(one: Offer, language: str) -> dict[str, Any]:
    told = one.dataset
    return {
        "app": told.app, "name": told.name, "address": f"{PREFIX}/datasets/{told.app}/{told.name}",
        "title": told.title.get(language) or told.title.get("en") or told.name,
        "description": told.description.get(language) or told.description.get("en", ""),
        "owner": told.owner, "licence": told.licence, "rows": one.rows, "fresh_ms": told.fresh_ms,
        "digest": told.digest, "level": told.level, "is_aggregate": told.is_aggregate,
        "allowed": one.allowed, "reason": one.reason, "fix": one.fix, "lacking": one.lacking,
        "purpose": one.purpose.value if one.purpose else "",
    }  # fmt: skip


def _made(dataset: PublishedDataset, how: Made | None, language: str) -> dict[str, Any]:
    """What it is made of: columns, definition, and all that it takes to make it again."""
    parts = how.parts if how else {}
    return {
        "columns": [_column(column, parts.get(column.name, ()), language) for column in dataset.columns],
        "words": how.words.partition("\n")[2].strip() if how else "",  # its first line is the dataset's name
        "reads": {table: list(columns) for table, columns in how.reads.items()} if how else {},
        "lake_version": dataset.lake_version, "today": dataset.today,
    }  # fmt: skip


def _column(column: PublishedColumn, places: Iterable[str], language: str) -> dict[str, Any]:
    return {
        "name": column.name, "type": column.type, "meaning": column.told(language), "level": column.level,
        "parts": _by_table(places),
    }  # fmt: skip


def _by_table(places: Iterable[str]) -> dict[str, list[str]]:
    """
    >>> _by_table(["person.person_id", "person.year_of_birth"])
    {'person': ['person_id', 'year_of_birth']}
    """
    found: dict[str, list[str]] = {}
    for table, _dot, column in (place.partition(".") for place in places):
        found.setdefault(table, []).append(column)
    return found


def _preview(visit: Visit, app: str, name: str) -> dict[str, Any]:
    """The first rows, as the gate gives them to this reader."""
    rows = dataset_rows(visit.workspace, visit.reader, app, name, limit=_PREVIEWED).rows
    columns = [{"title": field.name, "kind": _kind(field)} for field in rows.schema]
    cells = zip(*(_cells(rows, field.name) for field in rows.schema), strict=True)
    return {"columns": columns, "rows": [list(row) for row in cells]}


def _cells(rows: pa.Table, name: str) -> list[Any]:
    values = rows[name].to_pylist()
    if name == _PERSON:
        return [{"text": str(value), "href": f"{PREFIX}/people/{value}"} for value in values]
    return [_cell(value) for value in values]


def _cell(value: Any) -> Any:
    match value:
        case None | int() | float():
            return value
        case Decimal():
            return float(value)
        case dt.datetime():
            return value.isoformat(" ", "minutes")
    return str(value)


def _kind(field: pa.Field) -> str:
    """How a column is written: measured values as numbers; dates as days; keys and concepts as they are."""
    if pa.types.is_date(field.type):
        return "day"
    return "number" if pa.types.is_floating(field.type) or pa.types.is_decimal(field.type) else ""
