"""Signing in and out"""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from medark.errors import MedarkError
from medark.messages import _, phrase
from medark.model.access import Purpose
from medark.serve.auth.passwords import MOST
from medark.serve.auth.routes import set_cookie
from medark.serve.auth.who import session_of
from medark.serve.console.addresses import PREFIX, SIGN_IN, own_address
from medark.serve.console.choices import needs_own_form
from medark.serve.console.frame import PURPOSES, drawn
from medark.serve.console.screens import TAG, Posted
from medark.serve.http.errors import NotSignedInError, TooManyError
from medark.serve.http.parts import Parts


def screens(parts: Parts) -> APIRouter:
    """The page that anybody may see, and what its form and the button "sign out" are sent to."""
    found = APIRouter(tags=[TAG], include_in_schema=False)

    @found.get(SIGN_IN, summary="Sign in")
    def page(request: Request, next: str = "") -> Response:  # noqa: A002  the name in the address
        return _page(request, parts, {"next": next})

    @found.post(SIGN_IN, summary="Open a session")
    def sign_in(request: Request, told: Posted) -> Response:
        needs_own_form(request)
        address = request.client.host if request.client else ""
        name, password = told.get("name", "")[:MOST], told.get("password", "")[:MOST]
        wanted = told.get("purpose", "")
        purpose = Purpose(wanted) if wanted in PURPOSES else Purpose.CARE
        seconds = parts.settings.session_minutes * 60
        try:
            opened = parts.sign_in.session(name, password, address, purpose, seconds)
        except (NotSignedInError, TooManyError) as error:
            return _page(request, parts, told, error)
        answer = RedirectResponse(own_address(told.get("next", "")), 303)
        set_cookie(answer, opened.secret, seconds, is_secure=parts.is_secure)
        return answer

    @found.post(f"{PREFIX}/sign-out", summary="End the session")
    def sign_out(request: Request, told: Posted) -> Response:
        answer = RedirectResponse(SIGN_IN, 303)
        try:
            parts.sign_in.end(session_of(request, parts, told.get("csrf", "")).token_id)
        except NotSignedInError:
            return answer
        set_cookie(answer, "", 0, is_secure=parts.is_secure)
        return answer

    return found


def _page(request: Request, parts: Parts, told: dict[str, str], error: MedarkError | None = None) -> Response:
    """The form, with what was typed (but the password) and what was wrong."""
    shown = {
        "next": own_address(told.get("next", "")),
        "name": told.get("name", "")[:250],
        "purpose": told.get("purpose", ""),
        "wrong": phrase(error.what) if error else "",
        "fix": phrase(error.fix) if error else "",
    }
    html = drawn(request, parts, _("Sign in"), "sign_in.html", shown)
    headers = {"retry-after": str(error.wait_s)} if isinstance(error, TooManyError) else None
    return HTMLResponse(html, error.http_status if error else 200, headers)
