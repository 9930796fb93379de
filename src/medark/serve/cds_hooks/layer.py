"""The innermost layer: calls of hooks whose cards are at hand are answered here, all others by their route"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from medark.serve.cds_hooks.calls import answer, at_hand
from medark.serve.cds_hooks.telling import Telling
from medark.serve.http.language import language_of
from medark.serve.http.parts import Parts

_PREFIX: Final = "/cds-services/"
_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class _Route:
    """What log and metrics call such a request: as if its route had it."""

    path: str


_ROUTE: Final = _Route(_PREFIX + "{service}")


class HooksAtHand:
    """A clinician waits for a chart to open: what is known already takes no thread and no route."""

    def __init__(self, app: ASGIApp, parts: Parts) -> None:
        self._app, self._parts, self._telling = app, parts, Telling(parts.waiting)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        service = _service(scope)
        if not service:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        content = await request.body()
        told = at_hand(self._parts, service, request, content)
        if told is None:
            await self._app(scope, _Again(content, receive), send)
            return
        scope["route"] = _ROUTE
        cards = await self._telling.cards(told)
        body = answer(self._parts, service, cards, told.person_id, language_of(request))
        await Response(body, media_type=_JSON)(scope, receive, send)


class _Again:
    """A body that was read, for whoever reads it next."""

    def __init__(self, content: bytes, receive: Receive) -> None:
        self._content: bytes | None = content
        self._receive = receive

    async def __call__(self) -> Message:
        content, self._content = self._content, None
        if content is None:
            return await self._receive()
        return {"type": "http.request", "body": content, "more_body": False}


def _service(scope: Scope) -> str:
    """The service that is called; "" for any other request."""
    if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].startswith(_PREFIX):
        return ""
    service = str(scope["path"])[len(_PREFIX) :]
    return "" if "/" in service else service
