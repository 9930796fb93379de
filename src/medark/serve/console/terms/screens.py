"""The pages of terms, and what their forms do"""

from __future__ import annotations

from fastapi import APIRouter

from medark.serve.console.screens import Screens
from medark.serve.console.terms import decided, group, one, waiting
from medark.serve.http.parts import Parts


def screens(parts: Parts) -> APIRouter:
    """All of them; one code's comes last, whose address is its name."""
    found = Screens(parts)
    found.page("/terms", waiting.screen, summary="Codes that wait to be explained")
    found.form("/terms/decide", waiting.taken, summary="Decide what codes of a page mean")
    found.page("/terms/group", group.screen, summary="Codes that are alike, before they are decided together")
    found.form("/terms/group", group.taken, summary="Decide them together")
    found.page("/terms/decided", decided.screen, summary="What was decided of codes")
    found.form("/terms/undo", decided.taken_back, summary="Take decisions back")
    found.page("/terms/{term}", one.screen, summary="One code and what it may mean")
    found.form("/terms/{term}", one.taken, summary="Decide what it means")
    return found.router
