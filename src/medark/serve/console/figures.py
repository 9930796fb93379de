"""Figures as files: SVG, PNG, PDF, or the Vega-Lite that all of them are drawn from"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from medark.errors import NotFoundError
from medark.flows.figures import Form, Width, digest, draw
from medark.flows.figures.style import FONT
from medark.flows.pages import figure, page
from medark.model.page import Figure
from medark.sdk.calling import plainly
from medark.serve.console.addresses import PREFIX
from medark.serve.console.files import file_for, sent
from medark.serve.console.screens import Visit
from medark.serve.console.svg import alone
from medark.serve.http.parts import Parts

JSON: Final = "json"
FORMS: Final = (*Form, JSON)
_MEDIA_TYPES: Final = {
    Form.SVG: "image/svg+xml", Form.PNG: "image/png", Form.PDF: "application/pdf", JSON: "application/json",
}  # fmt: skip


def file_of(told: Figure, form: str, language: str) -> bytes:
    """A figure as a file. Errors as of `draw`."""
    if form == JSON:
        return orjson.dumps({**plainly(told), "digest": digest(told)})
    drawn = draw(told, Form(form), Width.PAPER, language)
    return alone(drawn, told.alt, FONT) if form == Form.SVG else drawn


def screens(parts: Parts) -> APIRouter:
    """The addresses of figures: of those that are published, and of each figure of a page by its number."""
    found = APIRouter(tags=["figures"], include_in_schema=False)

    @found.get(f"{PREFIX}/app/{{app}}/figures/{{file}}", summary="A published figure as a file")
    def published(request: Request) -> Response:
        return _answer(request, parts, _published)

    @found.get(f"{PREFIX}/app/{{app}}/{{path}}/figures/{{file}}", summary="A figure of a page as a file")
    def on_page(request: Request) -> Response:
        return _answer(request, parts, _on_page)

    return found


def _answer(request: Request, parts: Parts, figure_of: Callable[[Visit, str], Figure]) -> Response:
    return file_for(request, parts, lambda visit: _drawn(visit, figure_of))


def _drawn(visit: Visit, figure_of: Callable[[Visit, str], Figure]) -> Response:
    name, _, form = visit.path["file"].rpartition(".")
    if form not in FORMS:
        raise NotFoundError("there is no such form of a figure", fix=" | ".join(FORMS))
    body = file_of(figure_of(visit, name), form, visit.language)
    return sent(body, f"{visit.path['app']}-{name}.{form}", _MEDIA_TYPES[form])


def _published(visit: Visit, name: str) -> Figure:
    app = visit.path["app"]
    return figure(visit.workspace, visit.reader, app, name, language=visit.language, today=today(visit))


def _on_page(visit: Visit, name: str) -> Figure:
    app, path = visit.path["app"], visit.path["path"]
    asked, day = query(visit), today(visit)
    shown = page(visit.workspace, visit.reader, app, path, asked, language=visit.language, today=day, leaves=True)
    drawn = [one for one in shown.blocks if isinstance(one, Figure)]
    if not (name.isascii() and name.isdecimal() and 0 < int(name[:6]) <= len(drawn)):
        raise NotFoundError("there is no such figure", fix="medark app list", app=app, path=path)
    return drawn[int(name) - 1]


def today(visit: Visit) -> dt.date:
    """The day in the workspace's zone."""
    zone = ZoneInfo(visit.workspace.settings.time_zone)
    return dt.datetime.fromtimestamp(visit.parts.clock(), zone).date()


def query(visit: Visit) -> dict[str, str]:
    """What is asked of an application's page. MalformedError for what is too long."""
    return {name: visit.text(name) for name in list(visit.request.query_params)[:50]}
