"""The outermost layer: each request gets an id, headers that keep it safe, a line in the log and a place in metrics"""

from __future__ import annotations

import logging
import re
import secrets
import time
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from medark import messages
from medark.serve.http.language import preferred
from medark.serve.http.metrics import Metrics

_log = logging.getLogger("medark.access")
_ID: Final = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

# Source: OWASP HTTP Headers Cheat Sheet; what is answered is patients' data and is kept nowhere by default.
HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
_SECURE: Final = (b"strict-transport-security", b"max-age=31536000")


class Requests:
    """A header that a handler set itself stays as it set it. The log has routes, never addresses as they were asked."""

    def __init__(self, app: ASGIApp, metrics: Metrics, *, is_secure: bool = False) -> None:
        self._app, self._metrics = app, metrics
        self._headers = (*HEADERS, _SECURE) if is_secure else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        messages.use(preferred(headers.get(b"accept-language", b"").decode("latin-1")))
        asked = headers.get(b"x-request-id", b"")
        given = asked if _ID.fullmatch(asked) else secrets.token_hex(8).encode()
        state = scope.setdefault("state", {})
        state["request_id"] = given.decode()
        begun, status, size = time.perf_counter(), 500, 0
        self._metrics.in_flight += 1

        async def noted(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                there = {name for name, _ in message["headers"]}
                more = [pair for pair in self._headers if pair[0] not in there]
                message["headers"] = [*message["headers"], *more, (b"x-request-id", given)]
            size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            self._metrics.in_flight -= 1
            took = time.perf_counter() - begun
            method = scope["method"] if scope["method"] in _METHODS else "other"
            route = route_of(scope)
            self._metrics.request(method, route, status, took)
            _log.info(
                "%s %s %s %d %.1fms %dB %s",
                state["request_id"], method, route, status, took * 1e3, size, state.get("user", "-"),
            )  # fmt: skip


def route_of(scope: Scope) -> str:
    """The template of the address, such as /people/{person_id}; "-" where no route has it."""
    return str(getattr(scope.get("route"), "path", "-"))
