"""The pages of tables that nobody has described, and what their forms do"""

from __future__ import annotations

from fastapi import APIRouter

from medark.serve.console.imports import answers, approval, overview, table, values
from medark.serve.console.screens import Screens
from medark.serve.http.parts import Parts


def screens(parts: Parts) -> APIRouter:
    """All of them. A source's name holds slashes, so it comes last in an address."""
    found = Screens(parts)
    found.page("/import", overview.screen, summary="Tables that nobody has described")
    found.form("/import/sure/{source:path}", overview.sure_accepted, summary="Accept every table that is sure")
    found.form("/import/look/{source:path}", overview.looked, summary="Look into what came in")
    found.form("/import/undo/{source:path}", overview.undone, summary="Take the last answer back")
    found.page("/import/approve/{source:path}", approval.screen, summary="What was accepted, before it takes effect")
    found.form("/import/approve/{source:path}", approval.taken, summary="Put it in effect")
    found.page("/import/table/{table}/{source:path}", table.screen, summary="One table and what its columns may be")
    found.form("/import/table/{table}/{source:path}", answers.answered, summary="Say what its columns are")
    found.form("/import/values/{table}/{source:path}", values.said, summary="Say what values of its columns mean")
    found.form("/import/withdraw/{table}/{source:path}", approval.withdrawn, summary="Take a table out of effect")
    return found.router
