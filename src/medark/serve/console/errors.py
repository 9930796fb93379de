"""What goes wrong in the console as a page: what it was, what to try, and the way back"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

import orjson
from anyio import to_thread
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from medark import messages
from medark.errors import MedarkError
from medark.messages import N_, _
from medark.serve.auth.who import session_of
from medark.serve.console.addresses import HOME, STATIC, is_console
from medark.serve.console.files import is_program
from medark.serve.console.frame import PURPOSES, drawn, language_chosen
from medark.serve.http.errors import NotSignedInError, ScopeError
from medark.serve.http.parts import Parts
from medark.serve.http.problems import MEDIA_TYPE

# Styles and scripts are files of ours; nothing is fetched from elsewhere, and no page of others can be around ours.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = (
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"same-origin"),  # so that a form says where it comes from
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
)
PHRASES: Final = {
    401: N_("You are not signed in"),
    403: N_("You may not see this"),
    404: N_("There is nothing here"),
    405: N_("This address does not do that"),
    412: N_("There is not enough to go on"),
    422: N_("This can't be read"),
    429: N_("Too many requests"),
    500: N_("Something went wrong here"),
    502: N_("The application failed"),
    503: N_("Not now"),
    504: N_("That took too long"),
}


class Pages:
    """The layer around the console's addresses alone: their language, their headers, and problems turned to pages."""

    def __init__(self, app: ASGIApp, parts: Parts) -> None:
        self._app, self._parts = app, parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_console(scope["path"]):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        if language := language_chosen(request):
            messages.use(language)
        await self._app(scope, receive, _Answer(request, self._parts, receive, send).send)


class _Answer:
    """One answer on its way out: a problem is held back until it is whole."""

    def __init__(self, request: Request, parts: Parts, receive: Receive, send: Send) -> None:
        self._request, self._parts, self._send = request, parts, send
        self._held: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            kind = _kind(message)
            if kind == MEDIA_TYPE and _is_page(self._request):
                self._held = message
                return
            if kind.startswith("text/html"):
                message["headers"] = [*message["headers"], *_HEADERS]
        elif self._held is not None:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._page(self._held)
            return
        await self._send(message)

    async def _page(self, start: Message) -> None:
        problem = orjson.loads(self._body)
        try:
            body = await to_thread.run_sync(error_page, self._request, self._parts, start["status"], problem)
        except MedarkError:  # what is told in the frame can't be read either
            await self._send(start)
            await self._send({"type": "http.response.body", "body": self._body})
            return
        replaced = (b"content-type", b"content-length")
        kept = [pair for pair in start["headers"] if pair[0] not in replaced]
        told = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", b"%d" % len(body))]
        await self._send({**start, "headers": [*kept, *told, *_HEADERS]})
        await self._send({"type": "http.response.body", "body": body})


def error_page(request: Request, parts: Parts, status: int, problem: dict[str, Any]) -> bytes:
    """A problem (RFC 9457) as a page."""
    told = {
        "status": status,
        "what": problem["title"] if "kind" in problem else "",
        "fix": problem.get("fix", ""),
        "where": {name: value for name, value in problem.get("where", {}).items() if isinstance(value, str | int)},
        "request_id": problem.get("request_id", ""),
        "purpose": _other_purpose(request, problem.get("where", {})),
        "back": getattr(request.state, "back", HOME),
    }
    title = PHRASES.get(status, PHRASES[500])
    if status == 404 and not hasattr(request.state, "caller"):  # no page was there to ask who it is
        with suppress(NotSignedInError, ScopeError):
            request.state.caller = session_of(request, parts, "")
    return drawn(request, parts, _(title), "error.html", told).encode()


def _other_purpose(request: Request, where: Mapping[str, Any]) -> str:
    """The purpose that a page is for, where that is all that it lacks; "" for none."""
    told = where.get("its")
    return told if request.method == "GET" and told in PURPOSES and hasattr(request.state, "caller") else ""


def _kind(start: Message) -> str:
    return next((value.decode("latin-1") for name, value in start["headers"] if name == b"content-type"), "")


def _is_page(request: Request) -> bool:
    path = request.url.path
    return not is_program(request) and not path.endswith(".json") and not path.startswith(f"{STATIC}/")
