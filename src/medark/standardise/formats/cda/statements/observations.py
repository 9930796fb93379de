"""Observations: diagnoses, allergies, results, vital signs, habits, functions, wishes"""

from __future__ import annotations

from collections.abc import Iterable

from medark.standardise.formats.cda.document import Here
from medark.standardise.formats.cda.parse import Element
from medark.standardise.formats.cda.statements.allergies import add_allergy
from medark.standardise.formats.cda.statements.events import add_event, when
from medark.standardise.formats.cda.statements.facts import related, status_code, templates
from medark.standardise.formats.cda.times import Span
from medark.standardise.formats.cda.values import Columns, answer, concept, is_assertion

_C_CDA = "2.16.840.1.113883.10.20.22.4."
_ALLERGY = frozenset({_C_CDA + "7", _C_CDA + "90"})
_KIND_BY_TEMPLATE = {
    _C_CDA + "4": "condition",  # problem
    _C_CDA + "19": "condition",  # indication
    _C_CDA + "2": "measurement",  # result
    _C_CDA + "27": "measurement",  # vital sign
    _C_CDA + "13": "procedure",  # procedure activity observation
}
_PROBLEM_STATUS = "33999-4"
# Statements about how things are, true when the document says so.
_TOLD = frozenset({"observation"})


def observation(statement: Element, here: Here) -> Iterable[tuple[Element, Here]]:
    """One event of the kind that the template, else the section says; its parts (a scale's items) come next."""
    claimed = templates(statement)
    if claimed & _ALLERGY or here.rule.kind == "allergy":
        add_allergy(statement, here)
        return ()
    kind = _kind(claimed, here)
    if kind == "condition":
        return _condition(statement, here)
    if kind == "measurement" and _pending(statement):
        here.unit.issue("excluded", "no result yet", here.place)
        return ()
    times = when(statement, here, told=kind in _TOLD)
    key = _finding(statement, here, kind, times)
    parts = related(statement, "COMP", "SPRT", "REFR") if kind == "observation" else ()
    return [(part, here.within(part, group=key or here.group, since=times[0])) for part in parts]


def _kind(claimed: frozenset[str], here: Here) -> str:
    known = [_KIND_BY_TEMPLATE[template] for template in claimed if template in _KIND_BY_TEMPLATE]
    if known:
        return min(known)
    return here.rule.kind if here.rule.kind in ("condition", "measurement", "procedure") else "observation"


def _pending(statement: Element) -> bool:
    return status_code(statement) == "active" and statement.find("value") is None


def _condition(statement: Element, here: Here) -> Iterable[tuple[Element, Here]]:
    """The value is the diagnosis; a problem without one (free text) may still have its words in the narrative."""
    passages = here.document.passages
    idea = concept(statement.find("value"), passages)
    if not idea.said:
        words = passages.text(statement.find("text"))
        idea = idea._replace(text=words and words[:255])
    add_event(statement, here, "condition", idea, when(statement, here), status=here.rule.status or _status(statement))
    return ()


def _status(statement: Element) -> str | None:
    """The problem's status observation: active, inactive, resolved (in words: the code is SNOMED's)."""
    for part in related(statement, "REFR"):
        code, value = part.find("code"), part.find("value")
        if code is not None and value is not None and code.get("code") == _PROBLEM_STATUS:
            return (value.get("displayName") or value.get("code") or "").lower() or None
    return None


def _finding(statement: Element, here: Here, kind: str, times: Span) -> str | None:
    """Code and answer; where the code only asserts, the value is what was found."""
    passages, value = here.document.passages, statement.find("value")
    idea, answered = concept(statement.find("code"), passages), answer(value, passages)
    if is_assertion(idea) and (found := concept(value, passages)).codings:
        idea, answered = found, {}
    return add_event(statement, here, kind, idea, times, **{**answered, **_judged(statement)})


def _judged(statement: Element) -> Columns:
    """Interpretation and reference range; of several ranges, the one that is called normal."""
    interpretation = statement.find("interpretationCode")
    ranges = statement.findall("referenceRange/observationRange")
    normal = [r for r in ranges if (c := r.find("interpretationCode")) is not None and c.get("code") == "N"]
    value = next((r.find("value") for r in [*normal, *ranges] if r.find("value") is not None), None)
    low, high = (value.find(end) if value is not None else None for end in ("low", "high"))
    return {
        "qualifier": interpretation.get("code") if interpretation is not None else None,
        "range_low": low.get("value") if low is not None else None,
        "range_high": high.get("value") if high is not None else None,
    }
