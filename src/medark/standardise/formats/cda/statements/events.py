"""An event row from a statement: what all kinds have in common"""

from __future__ import annotations

from medark.standardise.formats.cda.document import Here, own_key, performer, recorded, visit_of
from medark.standardise.formats.cda.parse import Element
from medark.standardise.formats.cda.times import Span, first_span
from medark.standardise.formats.cda.values import Concept
from medark.standardise.formats.staged import Event


def when(statement: Element, here: Here, *, told: bool = False) -> Span:
    """Start and end. Without a start: when the concern around it began, else when its author wrote it down.

    `told`: a statement about how things are (an allergy, a smoker, a family's illness): true at the latest on the
    day the document says so. Never used for what happened at a time (illness, drug, procedure): the day a document was
    written says nothing about that.
    """
    start, end = first_span(statement.findall("effectiveTime"))
    if start is None:
        start = here.since or recorded(statement) or (here.document.time if told else None)
        if start is not None and end is not None and start[:10] > end[:10]:
            start = end
    return start, end


def add_event(
    statement: Element, here: Here, kind: str, idea: Concept, times: Span, **columns: str | None
) -> str | None:
    """File an event; its event_key comes back. Without any code or word there is nothing to file: None."""
    if not idea.said:
        here.unit.issue("quarantined", "statement without a code", f"{here.place}/code")
        return None
    start, end = times
    key = own_key(statement, here, idea.main, start)
    row = {
        "kind": kind,
        "event_key": key,
        "person_key": here.document.person_key,
        "visit_key": visit_of(here, start),
        "provider_key": performer(statement, here),
        "start_time": start,
        "end_time": end,
        "type": here.rule.type,
        "parent_key": here.group,
    }
    here.unit.add(Event, **{**row, **idea.columns(), **columns})
    return key
