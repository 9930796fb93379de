"""The console's addresses: which are ours to go to, and the way to signing in"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse

PREFIX: Final = "/console"
HOME: Final = PREFIX
SIGN_IN: Final = f"{PREFIX}/sign-in"
STATIC: Final = f"{PREFIX}/static"
_LONGEST: Final = 2000


def asset_address(id_: str) -> str:
    """The page of a thing of the catalog.

    >>> asset_address("dataset:vte/risk")
    '/console/catalog/dataset/vte/risk'
    """
    kind, _, key = id_.partition(":")
    return f"{PREFIX}/catalog/{kind}/{quote(key)}"


def own_address(told: str, otherwise: str = HOME) -> str:
    """An address that somebody brings along, if it is one of the console's; no other is ever gone to.

    >>> own_address("/console/people?page=2"), own_address("//evil.example/console"), own_address("/console@evil")
    ('/console/people?page=2', '/console', '/console')
    """
    rest = told.removeprefix(PREFIX)
    is_ours = rest != told and (not rest or rest[0] in "/?") and told.isascii() and told.isprintable()
    return told if is_ours and "\\" not in told and len(told) <= _LONGEST else otherwise


def asked(request: Request) -> str:
    """The address that a request asks for, with its query."""
    path = quote(request.url.path)
    return f"{path}?{request.url.query}" if request.url.query else path


def to_sign_in(then: str) -> RedirectResponse:
    """To the sign-in, and from there to where one wanted to go."""
    return RedirectResponse(SIGN_IN if then == HOME else f"{SIGN_IN}?next={quote(then, safe='/')}", 303)


def is_console(path: str) -> bool:
    """Is it one of the console's addresses?"""
    return path == PREFIX or path.startswith(f"{PREFIX}/") or path == f"{PREFIX}.json"


def is_from_here(request: Request) -> bool:
    """Does a form come from a page of this very server? A browser says so itself, and no page can make it lie.

    Source: W3C Fetch Metadata Request Headers; RFC 6454, 7. Older browsers and plain HTTP send Origin alone.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")
