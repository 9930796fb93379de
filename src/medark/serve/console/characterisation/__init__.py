"""Characterisation: who is in the data, what of, and how it is distributed; a page for each table and concept"""

from __future__ import annotations

from fastapi import APIRouter

from medark.serve.console.characterisation import concept, overview, table
from medark.serve.console.screens import Screens
from medark.serve.http.parts import Parts


def screens(parts: Parts) -> APIRouter:
    """The pages of the newest characterisation that is kept."""
    found = Screens(parts)
    found.page("/characterisation", overview.screen, summary="What the data looks like")
    found.page("/characterisation/{table}", table.screen, summary="What one table looks like")
    found.page("/characterisation/{table}/{concept}", concept.screen, summary="What one concept of a table looks like")
    return found.router
