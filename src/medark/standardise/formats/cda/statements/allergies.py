"""Allergies and intolerances: an observation whose answer is the substance, with its reactions

The substance is never the event's own code: a drug's code there would read as a drug that was given.
"""

from __future__ import annotations

from medark.standardise.formats.cda.document import Here
from medark.standardise.formats.cda.narrative import Passages
from medark.standardise.formats.cda.parse import Element
from medark.standardise.formats.cda.statements.events import add_event, when
from medark.standardise.formats.cda.statements.facts import not_a_fact, related
from medark.standardise.formats.cda.values import Columns, Concept, concept

_SEVERITY = "SEV"
_REACTION = Concept((), "allergy reaction")


def add_allergy(statement: Element, here: Here) -> None:
    """The kind of allergy with the substance as its answer; each reaction beside it, as a member of it."""
    passages, times = here.document.passages, when(statement, here, told=True)
    substance = _substance(statement, passages)
    idea = concept(statement.find("value"), passages)
    if not idea.said:
        idea = Concept((), "allergy") if substance else idea
    key = add_event(statement, here, "observation", idea, times, **substance, qualifier=_severity(statement))
    for reaction in related(statement, "MFST"):
        found = concept(reaction.find("value"), passages)
        if reaction.tag != "observation" or not found.said or not_a_fact(reaction, here.rule):
            continue
        main, there = found.main, here.within(reaction, group=key, since=times[0])
        add_event(
            reaction, there, "observation", _REACTION, when(reaction, there, told=True),
            value_code=main and main.code, value_system=main and main.system, value_text=found.text,
            qualifier=_severity(reaction),
        )  # fmt: skip


def _substance(statement: Element, passages: Passages) -> Columns:
    entity = statement.find("participant[@typeCode='CSM']/participantRole/playingEntity")
    if entity is None:
        return {}
    found, name = concept(entity.find("code"), passages), " ".join(entity.findtext("name", "").split())
    main, words = found.main, found.text or name or None
    if main is None:
        return {"value": words} if words else {}
    return {"value_code": main.code, "value_system": main.system, "value_text": main.text or words}


def _severity(statement: Element) -> str | None:
    for relation in statement.findall("entryRelationship"):  # inverted: the severity's subject is the reaction
        part = relation.find("observation")
        code = part.find("code") if part is not None else None
        value = part.find("value") if part is not None else None
        if code is not None and value is not None and code.get("code") == _SEVERITY:
            return _words(value)
    return None


def _words(value: Element) -> str | None:
    words: str | None = value.get("displayName") or value.get("code")
    return words
