"""All of the console: each family of pages is one line here"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from medark.serve.console import (
    access,
    app_pages,
    apps,
    assets,
    audit,
    catalog,
    characterisation,
    choices,
    data_map,
    datasets,
    documents,
    home,
    identity,
    imports,
    lineage,
    people,
    quality,
    sign_in,
    terms,
    timeline,
    units,
    worklist,
)
from medark.serve.console.addresses import HOME
from medark.serve.http.parts import Parts

PAGES: Final[tuple[Callable[[Parts], APIRouter], ...]] = (
    sign_in.screens,
    choices.screens,
    home.screens,
    worklist.screens,
    people.screens,
    timeline.screens,
    apps.screens,
    access.screens,
    audit.screens,
    documents.screens,  # before the pages: their addresses end in a form
    app_pages.screens,
    datasets.screens,
    data_map.screens,
    catalog.screens,
    lineage.screens,
    quality.screens,
    characterisation.screens,
    imports.screens,
    terms.screens,
    units.screens,
    identity.screens,
)  # fmt: skip


def router(parts: Parts) -> APIRouter:
    """Every page, form and file of the console."""
    found = APIRouter()

    @found.get("/", include_in_schema=False)
    async def root() -> Response:
        return RedirectResponse(HOME, 303)

    found.include_router(assets.router())
    for screens in PAGES:
        found.include_router(screens(parts))
    return found
