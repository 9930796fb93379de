"""What readers choose: language and theme for their own eyes, kept in cookies; and the purpose that they read for"""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from medark.messages import N_
from medark.model.access import Purpose
from medark.serve.auth.routes import set_cookie
from medark.serve.auth.who import cookie_name, session_of
from medark.serve.console.addresses import PREFIX, is_from_here, own_address, to_sign_in
from medark.serve.console.frame import LANGUAGE_COOKIE, LANGUAGES, PURPOSES, THEME_COOKIE, THEMES
from medark.serve.console.screens import TAG, Posted
from medark.serve.http.errors import MalformedError, NotSignedInError, ScopeError
from medark.serve.http.parts import Parts

_YEAR_S: Final = 365 * 24 * 3600


def screens(parts: Parts) -> APIRouter:
    """The three forms of the frame: each goes back to the page that it was sent from."""
    found = APIRouter(tags=[TAG], include_in_schema=False)

    @found.post(f"{PREFIX}/language", summary="Speak another language")
    def language(request: Request, told: Posted) -> Response:
        return _kept(request, parts, told, LANGUAGE_COOKIE, tuple(LANGUAGES))

    @found.post(f"{PREFIX}/theme", summary="Light, dark, or as the system is")
    def theme(request: Request, told: Posted) -> Response:
        return _kept(request, parts, told, THEME_COOKIE, tuple(THEMES))

    @found.post(f"{PREFIX}/purpose", summary="Read for another purpose")
    def purpose(request: Request, told: Posted) -> Response:
        back = request.state.back = own_address(told.get("back", ""))
        try:
            request.state.caller = session_of(request, parts, told.get("csrf", ""))
        except NotSignedInError:
            return to_sign_in(back)
        wanted = Purpose(_one_of(told.get("value", ""), tuple(PURPOSES)))
        cookie = request.cookies.get(cookie_name(is_secure=parts.is_secure), "")
        opened = parts.sign_in.for_purpose(cookie, wanted)
        answer = RedirectResponse(back, 303)
        left_s = max(1, int(opened.ends_s - parts.clock()))
        set_cookie(answer, opened.secret, left_s, is_secure=parts.is_secure)
        return answer

    return found


def _kept(request: Request, parts: Parts, told: dict[str, str], cookie: str, choices: tuple[str, ...]) -> Response:
    """Back to where it was sent from, with the choice in a cookie."""
    request.state.back = back = own_address(told.get("back", ""))
    needs_own_form(request)
    answer = RedirectResponse(back, 303)
    value = _one_of(told.get("value", ""), choices)
    answer.set_cookie(cookie, value, max_age=_YEAR_S, httponly=True, samesite="lax", secure=parts.is_secure)
    return answer


def needs_own_form(request: Request) -> None:
    """ScopeError for a form that another site's page sent: of those that somebody without a session sends."""
    if not is_from_here(request):
        raise ScopeError(N_("the form does not come from this console"), fix="open the page again")


def _one_of(told: str, choices: tuple[str, ...]) -> str:
    if told not in choices:
        raise MalformedError("there is no such choice", fix=" | ".join(choices), at="value")
    return told
