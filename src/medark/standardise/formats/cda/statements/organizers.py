"""Organizers: panels of results and vital signs, specimens, and what runs in a family"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from medark.standardise.formats.cda.document import Here, own_key
from medark.standardise.formats.cda.parse import Element
from medark.standardise.formats.cda.sections import LOINC
from medark.standardise.formats.cda.statements.events import add_event, when
from medark.standardise.formats.cda.statements.facts import not_a_fact
from medark.standardise.formats.cda.times import first_span, moment
from medark.standardise.formats.cda.values import Coding, Concept, concept
from medark.standardise.formats.staged import Specimen

# The illness is a relative's, so the event is "history of family member diseases" and the illness is its answer.
_FAMILY_HISTORY = Concept((Coding("10157-6", LOINC, "History of family member diseases"),), None)


def organizer(statement: Element, here: Here) -> Iterable[tuple[Element, Here]]:
    """The group itself, when it has a code, then its members."""
    if here.rule.kind == "family" or statement.find("subject/relatedSubject") is not None:
        _family(statement, here)
        return ()
    members = [child for component in statement.findall("component") for child in component]
    since = first_span(statement.findall("effectiveTime"))[0] or _earliest(members)
    kind = here.rule.kind if here.rule.kind == "measurement" else "observation"
    idea = concept(statement.find("code"), here.document.passages)
    there = replace(here, since=since or here.since)
    group = add_event(statement, there, kind, idea, (there.since, None)) if idea.said and members else None
    _specimen(statement, there)
    return [(member, there.within(member, group=group or here.group)) for member in members]


def _earliest(members: Iterable[Element]) -> str | None:
    times = (first_span(member.findall("effectiveTime"))[0] for member in members)
    return min((time for time in times if time), default=None)


def _specimen(statement: Element, here: Here) -> None:
    role = statement.find("specimen/specimenRole")
    idea = concept(role.find("specimenPlayingEntity/code") if role is not None else None, here.document.passages)
    if role is None or not idea.said:
        return
    main = idea.main
    here.unit.add(
        Specimen,
        event_key=own_key(role, here, main, here.since),
        person_key=here.document.person_key,
        code=main and main.code,
        code_system=main and main.system,
        code_text=(main and main.text) or idea.text,
        collected_time=here.since,
        type=here.rule.type,
    )


def _family(statement: Element, here: Here) -> None:
    relative = concept(statement.find("subject/relatedSubject/code"), here.document.passages)
    for part in statement.findall("component/observation"):
        there = here.within(part)
        if (reason := not_a_fact(part, here.rule)) is not None:
            here.unit.issue("excluded", reason, there.place)
            continue
        _relative_has(part, relative, there)


def _relative_has(statement: Element, relative: Concept, here: Here) -> None:
    found = concept(statement.find("value"), here.document.passages)
    if not found.said:
        here.unit.issue("quarantined", "statement without a code", f"{here.place}/value")
        return
    # When the relative fell ill is no date of the patient's: what counts is when it was told.
    told = moment(statement.find("author/time")) or here.document.time
    start = told or when(statement, here)[0]
    main = found.main
    add_event(
        statement, here, "observation", _FAMILY_HISTORY, (start, None),
        value_code=main and main.code, value_system=main and main.system, value_text=found.text,
        qualifier=relative.text,
    )  # fmt: skip
