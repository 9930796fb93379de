"""The addresses of CDS Hooks: what there is, a call, and what clinicians said"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, Final

import msgspec
from fastapi import APIRouter, Request, Response

from medark.flows.hooks import Service
from medark.messages import N_
from medark.serve.auth.who import caller_of
from medark.serve.cds_hooks import wire
from medark.serve.cds_hooks.calls import answer, asked, for_care
from medark.serve.cds_hooks.contexts import SERVED
from medark.serve.cds_hooks.prefetch import templates
from medark.serve.cds_hooks.said import keep
from medark.serve.cds_hooks.telling import Telling
from medark.serve.http.language import language_of
from medark.serve.http.openapi import asks, gives, secured
from medark.serve.http.parts import Parts
from medark.serve.http.problems import SIGNED_IN, described

JSON: Final = "application/json"
_EVIDENCE: Final = 50  # rows that a link points at
_WHY: Final = N_("What this is from")


def router(parts: Parts) -> APIRouter:
    """The routes of CDS Hooks 2.0."""
    found = APIRouter(prefix="/cds-services", tags=["cds-hooks"])
    run, telling = asyncio.get_running_loop, Telling(parts.waiting)

    @found.get("", responses=gives(wire.Services) | described(), summary="The services that there are")
    async def discovery(request: Request) -> Response:
        services = await run().run_in_executor(parts.working, parts.hooks.services)
        language = language_of(request)
        told = wire.Services([_described(one, language) for one in services if one.hook in SERVED])
        return Response(msgspec.json.encode(told), media_type=JSON)

    @found.post(
        "/{service}", responses=gives(wire.Cards) | described(*SIGNED_IN, 404, 412, 422),
        openapi_extra=asks(wire.Request) | secured(), summary="Call a service",
    )  # fmt: skip
    async def call(service: str, request: Request) -> Response:
        content = await request.body()
        told = await run().run_in_executor(parts.working, partial(asked, parts, service, request, content))
        cards = await telling.cards(told)
        return Response(answer(parts, service, cards, told.person_id, language_of(request)), media_type=JSON)

    @found.post(
        "/{service}/feedback", responses=_KEPT | described(*SIGNED_IN, 404, 422),
        openapi_extra=asks(wire.Feedbacks) | secured(), summary="Say how cards ended",
    )  # fmt: skip
    async def feedback(service: str, request: Request) -> Response:
        content = await request.body()
        await run().run_in_executor(parts.waiting, partial(_said, parts, service, request, content))
        return Response(b"{}", media_type=JSON)

    return found


_KEPT: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "Kept", "content": {JSON: {"schema": {"type": "object"}}}}
}


def _described(service: Service, language: str) -> wire.Service:
    return wire.Service(
        hook=service.hook,
        id=service.id,
        title=service.title.get(language) or service.id,
        description=service.description.get(language) or service.id,
        prefetch=templates(service.reads) or None,
    )


def _said(parts: Parts, service: str, request: Request, content: bytes) -> None:
    caller = for_care(caller_of(request, parts))
    told = wire.read(content, wire.Feedbacks)
    keep(parts, service, caller.name, told.feedback)
