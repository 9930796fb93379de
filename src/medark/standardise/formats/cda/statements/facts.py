"""Is it a fact? Negated, planned and cancelled statements never become events of a patient"""

from __future__ import annotations

from medark.standardise.formats.cda.parse import Element
from medark.standardise.formats.cda.sections import SectionRule

_ENTRY_REFERENCE = "2.16.840.1.113883.10.20.22.4.122"
_STATUS = {
    "cancelled": "cancelled",
    "nullified": "entered in error",
    "obsolete": "entered in error",
    "new": "not started",
    "held": "not started",
}
_ORDERED = frozenset({"INT", "RQO"})


def not_a_fact(statement: Element, rule: SectionRule) -> str | None:
    """Why a statement is not something that is or happened; None when it is.

    A negated statement ("no known allergies", "does not have diabetes", a refused vaccine) is excluded, not kept
    with a qualifier: the concept's domain decides the table, and its row would read as the positive fact.
    """
    if statement.get("negationInd") == "true":
        return "negated"
    if _planned(statement, rule):
        return "planned"
    if statement.get("nullFlavor") is not None:
        return "no information"
    if _ENTRY_REFERENCE in templates(statement):
        return "reference to another entry"
    status = statement.find("statusCode")
    code = status.get("code", "") if status is not None else ""
    if code == "aborted" and statement.tag == "observation":
        return "cancelled"
    return _STATUS.get(code)


def _planned(statement: Element, rule: SectionRule) -> bool:
    """Any mood but EVN; in a list of medications, though, an intended one is what was prescribed."""
    mood = statement.get("moodCode", "EVN")
    if mood == "EVN":
        return False
    prescribed = statement.tag in ("substanceAdministration", "supply") and mood in _ORDERED
    return not (prescribed and rule.kind == "drug")


def templates(statement: Element) -> frozenset[str]:
    """The template ids that a statement claims."""
    return frozenset(template.get("root", "") for template in statement.findall("templateId"))


def status_code(statement: Element) -> str | None:
    """active, completed, aborted … as said."""
    status = statement.find("statusCode")
    return status.get("code") if status is not None else None


def related(statement: Element, *types: str) -> list[Element]:
    """Statements that this one has by entryRelationships of these types; inverted ones (comments on it) are not."""
    return [
        child
        for relation in statement.findall("entryRelationship")
        if relation.get("typeCode") in types and relation.get("inversionInd") != "true"
        for child in relation
    ]
