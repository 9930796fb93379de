"""Cards of running applications on a person's page, and what their reader said of them"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final

from medark.errors import AccessError, MedarkError, NotFoundError
from medark.flows.card_ids import card_id
from medark.flows.hooks import Asked, Shown
from medark.flows.hooks.hooks import UNKNOWN, UnknownPatientError
from medark.flows.hooks.patients import number_of
from medark.flows.timeline import local_now, seen
from medark.model.access import Purpose
from medark.model.card import Card, CardFeedback
from medark.serve.cds_hooks import wire
from medark.serve.cds_hooks.said import keep
from medark.serve.console.addresses import PREFIX
from medark.serve.console.fields import one_of, text
from medark.serve.console.screens import Visit

HOOK: Final = "patient-view"
PEOPLE: Final = f"{PREFIX}/people"
_EVIDENCE: Final = 50  # rows that a link points at
_URGENCY: Final = ("critical", "warning", "info")
_REMEMBERED: Final = 200  # of what was said of a rule's cards
_DAY_MS: Final = 86_400_000  # for as long a card that was answered is shown as such


def cards(visit: Visit, person_id: int) -> list[dict[str, Any]]:
    """The cards of a person, the most urgent first; none where one does not read for care."""
    if visit.reader.purpose is not Purpose.CARE:
        return []
    services = [one for one in visit.parts.hooks.services() if one.hook == HOOK]
    found = [card for one in services for card in _of(visit, one.id, person_id)]
    return sorted(found, key=lambda one: (one["answer"] is not None, _URGENCY.index(one["indicator"])))


def said(visit: Visit, told: Mapping[str, str]) -> str:
    """What the reader said of a card is kept, as if a client had told it; back to the person. NotFoundError for a
    person whom the reader does not see.
    """
    person_id = number_of(visit.path["person_id"])
    if person_id is None or not seen(
        visit.workspace,
        visit.reader,
        [person_id],
        local_now(visit.workspace, visit.parts.clock()).date(),
        visit.language,
    ):
        raise NotFoundError(UNKNOWN, fix=PEOPLE)
    is_override = one_of(told, "outcome", ("accepted", "overridden")) == "overridden"
    system, _, code = told.get("reason", "").strip().rpartition("|")
    comment = text(told, "comment", 4000)
    override = wire.Override(wire.Coding(code, system or None) if code else None, comment or None)
    now = dt.datetime.fromtimestamp(visit.parts.clock(), dt.UTC).isoformat()
    feedback = wire.Feedback(
        text(told, "card", 200), "overridden" if is_override else "accepted", now,
        overrideReason=override if is_override else None,
    )  # fmt: skip
    keep(visit.parts, told.get("service", ""), visit.caller.name, [feedback], person_id)
    return f"{PEOPLE}/{person_id}#cards"


def _of(visit: Visit, service: str, person_id: int) -> Iterator[dict[str, Any]]:
    """The cards of one application. One that the reader may not use, or that sees nothing of the person, has none."""
    asked = Asked(HOOK, str(person_id), person_id, language=visit.language)
    try:
        shown = visit.parts.hooks.ask(service, HOOK, lambda _: asked, visit.reader).cards(repeats=True)
    except (AccessError, UnknownPatientError):
        return
    except MedarkError as error:
        yield {"service": service, "failed": error.what, "indicator": "info", "answer": None}
        return
    for one in shown:
        visit.parts.metrics.count("medark_cards_total", service=service, indicator=one.card.indicator.value)
        yield _card(visit, service, one, person_id)


def _card(visit: Visit, service: str, shown: Shown, person_id: int) -> dict[str, Any]:
    card: Card = shown.card
    rows = ",".join(f"{table}.{key}" for table, key in shown.evidence[:_EVIDENCE])
    return {
        "failed": "",
        "id": card_id(service, shown.rule),
        "service": service,
        "summary": card.summary,
        "indicator": card.indicator.value,
        "detail": card.detail,
        "source": {"label": card.source.label, "url": card.source.url},
        "links": [{"label": one.label, "url": one.url} for one in card.links if one.type == "absolute"],
        "reasons": [[f"{one.system}|{one.code}", one.display or one.code] for one in card.override_reasons],
        "evidence": f"{PEOPLE}/{person_id}?evidence={rows}#marked" if rows else "",
        "rows": len(shown.evidence),
        "answer": _answer(visit, f"{service}/{shown.rule}", person_id),
    }


def _answer(visit: Visit, service: str, person_id: int) -> dict[str, Any] | None:
    """What the reader said lately of this rule's card for this person."""
    since = int(visit.parts.clock() * 1000) - _DAY_MS
    there: list[CardFeedback] = visit.workspace.ledger.feedback.all(service=service, limit=_REMEMBERED)
    for one in there:
        if one.person_id == person_id and one.user == visit.caller.name and one.at_ms >= since:
            return {"outcome": one.outcome, "at_ms": one.at_ms, "comment": one.comment}
    return None
