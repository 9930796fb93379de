"""The picture as a file: the same as on the page, with its own colours, title and legend"""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from medark.catalog.flow import svg
from medark.errors import NotFoundError
from medark.flows.catalog import picture, shown
from medark.flows.data_map import seen
from medark.flows.figures.image import png
from medark.messages import _
from medark.serve.console.data_map.picture import FORMS, asked_for, words
from medark.serve.console.data_map.told import MAP
from medark.serve.console.files import file_for, sent
from medark.serve.console.screens import Visit
from medark.serve.http.parts import Parts

_MEDIA_TYPES: Final = {"svg": "image/svg+xml", "png": "image/png"}


def files(parts: Parts) -> APIRouter:
    """Its address; `colour` and `focus` as on the page."""
    found = APIRouter(include_in_schema=False)

    @found.get(f"{MAP}/picture.{{form}}", summary="The map as a picture: SVG or PNG")
    def drawn(request: Request) -> Response:
        return file_for(request, parts, _drawn)

    return found


def _drawn(visit: Visit) -> Response:
    """NotFoundError for another form. MissingExtraError where nothing is installed that draws points."""
    form = visit.path["form"]
    if form not in FORMS:
        raise NotFoundError("there is no such form of a figure", fix=" | ".join(FORMS))
    whole = picture(visit.workspace, visit.reader, seen(visit.workspace, visit.reader))
    colour, focus = asked_for(whole, visit)
    one = shown(whole.flow, whole.raw, focus.key if focus else "")
    title = _("Data map of {workspace}", workspace=visit.workspace.path.resolve().name)
    told = svg(one.flow, colour, words(title), alone=True, focus=focus.key if focus else "")
    body = png(told) if form == "png" else told.encode()
    return sent(body, f"map.{form}", _MEDIA_TYPES[form], inline=False)
