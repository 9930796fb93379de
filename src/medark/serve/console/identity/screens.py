"""The pages of who is who, and what their forms do"""

from __future__ import annotations

from fastapi import APIRouter

from medark.serve.console.identity import decided, pairs
from medark.serve.console.screens import Screens
from medark.serve.http.parts import Parts


def screens(parts: Parts) -> APIRouter:
    """All of them; one pair's come last, whose address is its name."""
    found = Screens(parts)
    found.page("/identity", pairs.waiting, summary="Records that may be one person")
    found.page("/identity/decided", decided.screen, summary="What was decided of who is who")
    found.page("/identity/decided/{decision}", decided.one, summary="One decision, before it is taken back")
    found.form("/identity/decided/{decision}", decided.taken_back, summary="Take a decision back")
    found.page("/identity/{pair}", pairs.one, summary="Two records side by side")
    found.form("/identity/{pair}", pairs.taken, summary="Decide whether they are one person")
    return found.router
