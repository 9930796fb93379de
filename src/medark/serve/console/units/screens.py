"""The pages of units, and what their forms do"""

from __future__ import annotations

from fastapi import APIRouter

from medark.serve.console.screens import Screens
from medark.serve.console.units import decided, one, waiting, written
from medark.serve.http.parts import Parts


def screens(parts: Parts) -> APIRouter:
    """All of them; one test's comes last, whose address is its name."""
    found = Screens(parts)
    found.page("/units", waiting.screen, summary="Numbers whose unit is missing or cannot be right")
    found.form("/units/decide", waiting.taken, summary="Decide units of a page")
    found.form("/units/fill", waiting.filled, summary="Fill in what is missing and clear")
    found.page("/units/written", written.screen, summary="Units as they are written, and what each is read as")
    found.page("/units/decided", decided.screen, summary="What was decided of units")
    found.form("/units/undo", decided.taken_back, summary="Take decisions back")
    found.page("/units/{unit}", one.screen, summary="The numbers of a test beside one unit, and what they may be in")
    found.form("/units/{unit}", one.taken, summary="Decide their unit")
    return found.router
