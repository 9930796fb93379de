"""Home: what came in, what needs its reader, what runs"""

from __future__ import annotations

from fastapi import APIRouter

from medark.messages import _
from medark.serve.console.screens import Screen, Screens, Visit
from medark.serve.http.parts import Parts


def screens(parts: Parts) -> APIRouter:
    """The one page."""
    found = Screens(parts)
    found.page("", home, summary="Home")
    return found.router


def home(visit: Visit) -> Screen:
    """Home, by what the reader does here."""
    return Screen(_("Home"), "home.html", {})
