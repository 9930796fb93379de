"""What clinicians said of cards, as it is kept: the same whether a client told it or the console's own buttons did"""

from __future__ import annotations

import datetime as dt

from medark.flows.card_ids import rule_of
from medark.messages import N_
from medark.model.card import CardFeedback
from medark.serve.cds_hooks import wire
from medark.serve.http.errors import MalformedError
from medark.serve.http.parts import Parts


def keep(parts: Parts, service: str, user: str, said: list[wire.Feedback], person_id: int | None = None) -> None:
    """Keep it, and count it. `person_id`: whose cards they were, where that is known. NotFoundError for no such
    service; MalformedError.
    """
    rules = parts.hooks.rules(service)
    parts.hooks.feedback([_feedback(one, service, user, rules, person_id) for one in said])
    for one in said:
        parts.metrics.count("medark_feedback_total", service=service, outcome=one.outcome)


def _feedback(
    told: wire.Feedback, service: str, user: str, rules: tuple[str, ...], person_id: int | None
) -> CardFeedback:
    override = told.overrideReason
    reason = override.reason if override else None
    rule = rule_of(told.card, service, rules)
    return CardFeedback(
        card=told.card,
        service=f"{service}/{rule}" if rule else service,
        outcome=told.outcome,
        at_ms=_moment(told.outcomeTimestamp),
        user=user,
        app=service,
        person_id=person_id,
        accepted=tuple(one.id for one in told.acceptedSuggestions or ()),
        override_reason=f"{reason.system or ''}|{reason.code}" if reason else "",
        comment=(override.userComment or "") if override else "",
    )


def _moment(told: str) -> int:
    """Milliseconds since 1970 of a moment as RFC 3339 writes it; one without a zone is no moment."""
    try:
        moment = dt.datetime.fromisoformat(told)
        if moment.tzinfo is None:
            raise ValueError
        return int(moment.timestamp() * 1000)
    except (ValueError, OverflowError):
        raise MalformedError(
            N_("this is no moment"), fix="2026-03-01T08:30:00Z", at="feedback.outcomeTimestamp"
        ) from None
