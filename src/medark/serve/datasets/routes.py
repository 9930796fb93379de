"""Datasets over HTTP: which there are, and their rows as the caller may see them"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any, Final
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Query, Request
from fastapi import Path as InPath
from starlette.responses import Response

from medark.flows.apps.datasets import DatasetRows, dataset_rows
from medark.flows.apps.leaving import level_for
from medark.flows.apps.publish import published, published_one
from medark.flows.apps.releases import released_rows
from medark.flows.workspace import Workspace
from medark.model.access import Reader
from medark.model.dataset import PublishedColumn, PublishedDataset
from medark.serve.auth.who import Known
from medark.serve.datasets.filters import filtered
from medark.serve.datasets.forms import MEDIA_TYPES, Form, form_of, written
from medark.serve.http.language import language_of
from medark.serve.http.parts import Parts
from medark.serve.http.problems import SIGNED_IN, described

PREFIX: Final = "/datasets"
_Name = Annotated[str, InPath(pattern=r"^[A-Za-z0-9_.-]{1,80}$")]
_ORDER: Final = ("person_id", "entry_id")  # rows that are the same are in the same order, so that `limit` is, too
_TOLD: Final[dict[str, Any]] = {"type": "object", "required": ["app", "name", "columns"]}


def router(parts: Parts) -> APIRouter:
    """The routes of datasets."""
    found = APIRouter(prefix=PREFIX, tags=["datasets"])
    workspace = parts.workspace

    @found.get("", responses=_gives({"type": "array", "items": _TOLD}), summary="Which datasets there are")
    def datasets(caller: Known, request: Request) -> Response:
        caller.needs_resource("*", "s")
        told = [_told(one, language_of(request)) for one in published(workspace)]
        return Response(orjson.dumps(told), media_type=MEDIA_TYPES[Form.JSON])

    @found.get("/{app}/{name}/about", responses=_gives(_TOLD, 404), summary="What a dataset holds")
    def about(caller: Known, app: _Name, name: _Name, request: Request) -> Response:
        caller.needs_resource("*", "s")
        told = _told(published_one(workspace, app, name), language_of(request))
        return Response(orjson.dumps(told), media_type=MEDIA_TYPES[Form.JSON])

    @found.get("/{app}/{name}", responses=_rows(), summary="Its rows, as the caller may see them")
    def rows(
        caller: Known,
        app: _Name,
        name: _Name,
        request: Request,
        format_: Annotated[str, Query(alias="format", max_length=80)] = "",
        columns: Annotated[str, Query(max_length=8000, description="names between commas; all if none")] = "",
        filter_: Annotated[
            list[str] | None, Query(alias="filter", max_length=50, description="COLUMN:OPERATOR:VALUE")
        ] = None,
        limit: Annotated[int | None, Query(ge=0, le=10**9)] = None,
        release: Annotated[str, Query(max_length=40, description="a release's name; the newest rows if none")] = "",
    ) -> Response:
        caller.needs_resource("*", "s")
        form = form_of(format_, request.headers.get("accept", ""), Form.JSON)
        # Columns that are filtered by are asked of the gate, too: what is not shown can't be searched.
        shown = [one for one in columns.split(",") if one]
        searched = [one.partition(":")[0] for one in filter_ or ()]
        given = (
            released_rows(workspace, caller.reader, app, name, release)
            if release
            else _newest(workspace, caller.reader, app, name, shown, searched)
        )
        order = [column for column in _ORDER if column in given.rows.column_names]
        table = filtered(given.rows, filter_ or ())
        table = table.sort_by([(column, "ascending") for column in order]) if order else table
        table = table.select(shown) if shown else table
        table = table if limit is None else table.slice(0, limit)
        told = {"x-medark-level": level_for(caller.reader.purpose).value}
        return written(table, form, f"{app}_{name}", _headers(given.dataset, table.num_rows) | told)

    return found


def _newest(
    workspace: Workspace, reader: Reader, app: str, name: str, shown: Sequence[str], searched: Sequence[str]
) -> DatasetRows:
    """The dataset as it was published last: the columns that are shown, searched, and sorted by."""
    there = {column.name for column in published_one(workspace, app, name).columns}
    asked = list(dict.fromkeys([*shown, *searched, *(one for one in _ORDER if one in there)])) if shown else None
    return dataset_rows(workspace, reader, app, name, asked)


def _headers(dataset: PublishedDataset, rows: int) -> dict[str, str]:
    """How fresh it is, and all that it takes to make it again."""
    fresh = dt.datetime.fromtimestamp(dataset.fresh_ms / 1000, dt.UTC)
    told = {
        "x-medark-digest": dataset.digest,
        "x-medark-lake-version": str(dataset.lake_version),
        "x-medark-today": dataset.today,
        "x-medark-fresh": fresh.isoformat(timespec="seconds"),
        "x-medark-rows": str(rows),
    }
    return told | ({"x-medark-licence": quote(dataset.licence)} if dataset.licence else {})


def _told(dataset: PublishedDataset, language: str) -> dict[str, Any]:
    """What is said of a dataset to whoever may ask for one: nothing that is in it."""
    title, description = (
        told.get(language) or told.get("en", "") for told in (dataset.title, dataset.description)
    )  # fmt: skip
    return {
        "app": dataset.app, "name": dataset.name, "title": title, "description": description,
        "columns": [_column(column, language) for column in dataset.columns], "digest": dataset.digest,
        "lake_version": dataset.lake_version, "today": dataset.today, "fresh_ms": dataset.fresh_ms,
        "owner": dataset.owner, "licence": dataset.licence, "is_aggregate": dataset.is_aggregate,
    }  # fmt: skip


def _column(column: PublishedColumn, language: str) -> dict[str, Any]:
    return {"name": column.name, "type": column.type, "meaning": column.told(language), "level": column.level}


def _gives(schema: dict[str, Any], *statuses: int) -> dict[int | str, dict[str, Any]]:
    content = {"application/json": {"schema": schema}}
    return {200: {"description": "OK", "content": content}} | described(*SIGNED_IN, 422, *statuses)


def _rows() -> dict[int | str, dict[str, Any]]:
    content: dict[str, Any] = {media_type.split(";")[0]: {} for media_type in MEDIA_TYPES.values()}
    content["application/json"] = {"schema": {"type": "array", "items": {"type": "object"}}}
    return {200: {"description": "OK", "content": content}} | described(*SIGNED_IN, 404, 422, 507)
