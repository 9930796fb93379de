"""The pages of quality, and its reports as files"""

from __future__ import annotations

from fastapi import APIRouter

from medark.serve.console.quality import check, now, overview, part, reports
from medark.serve.console.screens import Screens
from medark.serve.http.parts import Parts


def screens(parts: Parts) -> APIRouter:
    """All of them; a check's comes last, whose address is its name."""
    found = Screens(parts)
    found.page("/quality", overview.screen, summary="How good the data is")
    found.page("/quality/source/{source:path}", part.of_source, summary="How good the data of one source is")
    found.page("/quality/table/{table}", part.of_table, summary="How good one table is")
    reports.add(found.router, parts)
    found.page("/quality/{check}", check.screen, summary="One check of the data")
    found.form("/quality/check", now.asked, summary="Check the data now")
    return found.router
