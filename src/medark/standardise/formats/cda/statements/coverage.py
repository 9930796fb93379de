"""Policies of a payers section: who pays, under which kind of plan, from when to when"""

from __future__ import annotations

from medark.standardise.formats.cda.document import Here
from medark.standardise.formats.cda.identifiers import first_key, identifiers
from medark.standardise.formats.cda.parse import Element
from medark.standardise.formats.cda.times import span
from medark.standardise.formats.cda.values import concept
from medark.standardise.formats.staged import Coverage, Identifier


def add_coverage(statement: Element, here: Here) -> None:
    """A policy: its payer by name, its kind by code; the member number goes to the crosswalk."""
    document, code = here.document, concept(statement.find("code"), here.document.passages)
    key = first_key(statement, document.source) or document.key
    covered = statement.find("participant[@typeCode='COV']")
    start, end = span(covered.find("time")) if covered is not None else (None, None)
    payer = _payer(statement)
    main = code.main
    here.unit.add(
        Coverage,
        plan_key=f"{document.person_key}|{key}",
        person_key=document.person_key,
        start_time=start,
        end_time=end,
        payer_code=first_key(payer, document.source),
        payer_text=_name(payer),
        plan_code=main and main.code,
        plan_system=main and main.system,
        plan_text=code.text,
    )
    if covered is not None:
        for identifier in identifiers(covered.findall("participantRole/id")):
            here.unit.add(
                Identifier, person_key=document.person_key, kind="MB", system=identifier.root, value=identifier.value
            )


def _payer(statement: Element) -> Element | None:
    """The performer whose role is to pay; others (the guarantor) are people."""
    for assigned in statement.findall("performer/assignedEntity"):
        code = assigned.find("code")
        if code is not None and code.get("code") == "PAYOR":
            return assigned
    return None


def _name(payer: Element | None) -> str | None:
    name = payer.find("representedOrganization/name") if payer is not None else None
    return (" ".join("".join(name.itertext()).split()) or None) if name is not None else None
