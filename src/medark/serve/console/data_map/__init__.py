"""The data map: what there is, from source to table to application; a page for each source and each table"""

from __future__ import annotations

from fastapi import APIRouter

from medark.serve.console.data_map import file, overview, source, table
from medark.serve.console.screens import Screens
from medark.serve.http.parts import Parts


def screens(parts: Parts) -> APIRouter:
    """The pages of the map."""
    found = Screens(parts)
    found.page("/map", overview.screen, summary="What there is, from source to table to application")
    found.page("/map/table/{table}", table.screen, summary="One table of the lake")
    found.page("/map/source/{organisation}/{system}", source.screen, summary="One source")
    found.router.include_router(file.files(parts))
    return found.router
