"""Is it alive, can it answer, and how does it do: for whoever watches over it"""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec
from fastapi import APIRouter, Request, Response

import medark
from medark.errors import MedarkError
from medark.serve.auth.who import caller_of
from medark.serve.http.openapi import gives
from medark.serve.http.parts import Parts
from medark.serve.http.problems import SIGNED_IN, described

_TEXT: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "Prometheus' text", "content": {"text/plain": {}}}
}
_HERE: Final = frozenset({"127.0.0.1", "::1"})


class Health(msgspec.Struct, omit_defaults=True):
    """How it is."""

    status: Literal["ok", "down"]
    version: str
    lacks: str | None = None


def router(parts: Parts) -> APIRouter:
    """Health and metrics."""
    found = APIRouter(tags=["health"])

    @found.get("/health/live", responses=gives(Health) | described(), summary="Is the process alive?")
    async def live() -> Response:
        return _told(Health("ok", medark.__version__))

    @found.get(
        "/health/ready", responses=gives(Health) | described() | gives(Health, 503, "It can't answer now"),
        summary="Can it answer?",
    )  # fmt: skip
    def ready() -> Response:
        for name, ask in (("lake", parts.workspace.lake.snapshot), ("ledger", parts.workspace.ledger.apps.apps)):
            try:
                ask()
            except MedarkError:
                return _told(Health("down", medark.__version__, name), 503)
        return _told(Health("ok", medark.__version__))

    @found.get(
        "/metrics", responses=_TEXT
        | described(*SIGNED_IN), summary="Counts and times: for this machine, and for who is signed in",
    )  # fmt: skip
    def metrics(request: Request) -> Response:
        if request.client is None or request.client.host not in _HERE:
            caller_of(request, parts)
        return Response(parts.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return found


def _told(health: Health, status: int = 200) -> Response:
    return Response(msgspec.json.encode(health), status, media_type="application/json")
