"""The addresses of CDS Hooks: what there is, a call, and what clinicians said"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any, Final

import msgspec
import orjson
from fastapi import APIRouter, Request, Response

from medark.flows.hooks import Asked, Service, Shown, Told
from medark.flows.hooks.card_ids import card_ids
from medark.flows.hooks.patients import number_of, person_of
from medark.messages import N_, translations
from medark.model.access import Purpose
from medark.model.card import Card, Link
from medark.serve.auth.caller import Caller
from medark.serve.auth.who import caller_of
from medark.serve.cds_hooks import wire
from medark.serve.cds_hooks.contexts import SERVED, context_of
from medark.serve.cds_hooks.prefetch import sent, templates
from medark.serve.cds_hooks.said import keep
from medark.serve.cds_hooks.telling import Telling
from medark.serve.http.language import language_of
from medark.serve.http.openapi import asks, gives, secured
from medark.serve.http.parts import Parts
from medark.serve.http.problems import SIGNED_IN, described

JSON: Final = "application/json"
_EVIDENCE: Final = 50  # rows that a link points at
_OWN: Final = "/console/"  # how the address of a page of ours begins
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
        told = await run().run_in_executor(parts.working, partial(_asked, parts, service, request, content))
        cards = await telling.cards(told)
        return Response(_answer(parts, service, cards, told.person_id, language_of(request)), media_type=JSON)

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


def _asked(parts: Parts, name: str, request: Request, content: bytes) -> Told:
    """One call, up to where its cards wait for the audit."""
    with parts.workspace.ledger.at_once():
        return _as_of_now(parts, name, _for_care(caller_of(request, parts)), wire.read(content, wire.Request), request)


def _as_of_now(parts: Parts, name: str, caller: Caller, told: wire.Request, request: Request) -> Told:

    def asked(service: Service) -> Asked:
        context = context_of(told.hook, told.context)
        caller.needs_tables(service.reads)
        caller.needs_patient(context.patient)
        return Asked(
            told.hook,
            context.patient,
            person_of(parts.workspace, context.patient, parts.settings.hooks_people),
            number_of(context.encounter),
            *sent(told.prefetch, service.reads),
            context.drafts,
            language_of(request),
        )

    return parts.hooks.ask(name, told.hook if told.hook in SERVED else "", asked, caller.reader)


def _for_care(caller: Caller) -> Caller:
    """Decision support is care, unless the caller says otherwise."""
    return caller if caller.reader.purpose is Purpose.CARE else caller.for_purpose(Purpose.CARE.value)


def _answer(parts: Parts, service: str, cards: tuple[Shown, ...], person_id: int | None, language: str) -> bytes:
    for indicator, times in Counter(shown.card.indicator.value for shown in cards).items():
        parts.metrics.count("medark_cards_total", times, service=service, indicator=indicator)
    ids = card_ids(service, [shown.rule for shown in cards])
    told = [_card(parts, one, uuid, person_id, language).plain() for one, uuid in zip(cards, ids, strict=True)]
    return orjson.dumps({"cards": told})


def _card(parts: Parts, shown: Shown, uuid: str, person_id: int | None, language: str) -> Card:
    """The card with an id of its own, links to pages of ours as they are known outside, and one to what decided it."""
    own = (replace(one, url=parts.base + one.url) if one.url.startswith(_OWN) else one for one in shown.card.links)
    links = (*own, *_evidence(parts.base, shown, person_id, language))
    return replace(shown.card, uuid=uuid, links=links)


def _evidence(base: str, shown: Shown, person_id: int | None, language: str) -> Iterator[Link]:
    if shown.evidence and person_id is not None:
        rows = ",".join(f"{table}.{key}" for table, key in shown.evidence[:_EVIDENCE])
        yield Link(translations(language).gettext(_WHY), f"{base}/console/people/{person_id}?evidence={rows}#marked")


def _said(parts: Parts, service: str, request: Request, content: bytes) -> None:
    caller = _for_care(caller_of(request, parts))
    told = wire.read(content, wire.Feedbacks)
    keep(parts, service, caller.name, told.feedback)
