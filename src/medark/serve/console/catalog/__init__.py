"""The catalog: what there is, found by any word; a page for each thing; the words of the platform"""

from __future__ import annotations

from fastapi import APIRouter

from medark.serve.console.catalog import asset, glossary, results
from medark.serve.console.screens import Screens
from medark.serve.http.parts import Parts


def screens(parts: Parts) -> APIRouter:
    """The pages of the catalog."""
    found = Screens(parts)
    found.page("/find", results.screen, summary="What there is, found by any word")
    found.page("/glossary", glossary.screen, summary="The words of the platform")
    found.page("/catalog/{kind}/{key:path}", asset.screen, summary="One thing of the catalog")
    return found.router
