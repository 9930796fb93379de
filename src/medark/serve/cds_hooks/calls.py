"""A call of a service: who asks, what is asked, and the cards as they are told"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Final

import orjson
from starlette.requests import Request

from medark.errors import MedarkError
from medark.flows.card_ids import card_ids
from medark.flows.hooks import Asked, Service, Shown, Told
from medark.flows.hooks.patients import number_of, person_of
from medark.messages import N_, translations
from medark.model.access import Purpose
from medark.model.card import Link
from medark.serve.auth.caller import Caller
from medark.serve.auth.who import admit, caller_of, known_caller_of
from medark.serve.cds_hooks import wire
from medark.serve.cds_hooks.contexts import SERVED, context_of
from medark.serve.cds_hooks.prefetch import sent
from medark.serve.http.language import language_of
from medark.serve.http.parts import Parts

_EVIDENCE: Final = 50  # rows that a link points at
_OWN: Final = "/console/"  # how the address of a page of ours begins; outside it has the server's in front
_WHY: Final = N_("What this is from")


def asked(parts: Parts, name: str, request: Request, content: bytes) -> Told:
    """One call, up to where its cards wait for the audit."""
    with parts.workspace.ledger.at_once():
        return _as_of_now(parts, name, for_care(caller_of(request, parts)), wire.read(content, wire.Request), request)


def at_hand(parts: Parts, name: str, request: Request, content: bytes) -> Told | None:
    """The same where nothing has to be waited for; None where it has to be asked, or is an error."""
    if not parts.workspace.ledger.is_near:
        return None
    with suppress(MedarkError), parts.workspace.ledger.at_once():
        caller = known_caller_of(request, parts)
        told = None if caller is None else wire.read(content, wire.Request)
        if caller is None or told is None or told.hook not in SERVED or told.prefetch:
            return None
        caller = for_care(caller)
        context = partial(_context, parts, caller, told, request)
        found = parts.hooks.at_hand.told(name, told.hook, context, caller.reader)
        if found is not None:
            admit(request, parts, caller)
        return found
    return None


def _as_of_now(parts: Parts, name: str, caller: Caller, told: wire.Request, request: Request) -> Told:
    context = partial(_context, parts, caller, told, request)
    return parts.hooks.ask(name, told.hook if told.hook in SERVED else "", context, caller.reader)


def _context(parts: Parts, caller: Caller, told: wire.Request, request: Request, service: Service) -> Asked:
    """What is asked of a service, if the caller's scopes cover it."""
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


def for_care(caller: Caller) -> Caller:
    """Decision support is care, unless the caller says otherwise."""
    return caller if caller.reader.purpose is Purpose.CARE else caller.for_purpose(Purpose.CARE.value)


def answer(parts: Parts, service: str, cards: tuple[Shown, ...], person_id: int | None, language: str) -> bytes:
    """The response: each card with an id of its own, and counted."""
    for indicator, times in Counter(shown.card.indicator.value for shown in cards).items():
        parts.metrics.count("medark_cards_total", times, service=service, indicator=indicator)
    ids = card_ids(service, [shown.rule for shown in cards])
    told = [_card(parts.base, one, person_id, language) % uuid.encode() for one, uuid in zip(cards, ids, strict=True)]
    return b'{"cards":[' + b",".join(told) + b"]}"


def _card(base: str, shown: Shown, person_id: int | None, language: str) -> bytes:
    """The card with a link to the rows that decided it, and with %b in the place of an id of its own."""
    key = (base, person_id, language)
    if key not in shown.made:
        own = (replace(one, url=base + one.url) if one.url.startswith(_OWN) else one for one in shown.card.links)
        links = (*own, *_evidence(base, shown, person_id, language))
        told = orjson.dumps(replace(shown.card, uuid="", links=links).plain()).replace(b"%", b"%%")
        shown.made[key] = told[:-1] + b',"uuid":"%b"}'
    found: bytes = shown.made[key]
    return found


def _evidence(base: str, shown: Shown, person_id: int | None, language: str) -> Iterator[Link]:
    if shown.evidence and person_id is not None:
        rows = ",".join(f"{table}.{key}" for table, key in shown.evidence[:_EVIDENCE])
        yield Link(translations(language).gettext(_WHY), f"{base}/console/people/{person_id}?evidence={rows}#marked")
