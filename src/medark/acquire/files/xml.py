"""The root of an XML file from its head, by eye: no parser, no entities, nothing that a hostile prologue can trigger"""

from __future__ import annotations

import re
from dataclasses import dataclass

CDA, FHIR = "urn:hl7-org:v3", "http://hl7.org/fhir"

_NAME = re.compile(r"<(?:([^\W\d][\w.-]*):)?([^\W\d][\w.-]*)")
_ATTRIBUTE = re.compile(r"""(?<![\w.:-])([A-Za-z_][\w.:-]*)\s*=\s*("[^"<]*"|'[^'<]*')""")
_SKIPPED = (("<?", "?>"), ("<!--", "-->"))
_MOST_ATTRIBUTES = 16384  # characters

# Elements of CDA R2 that stand alone as examples and fragments, and what such a fragment shows inside.
_FRAGMENTS = frozenset({
    "ClinicalDocument", "act", "addr", "assignedAuthor", "assignedEntity", "authenticator", "author",
    "authorization", "component", "componentOf", "criterion", "custodian", "dataEnterer", "documentationOf",
    "encounter",
    "encounterParticipant", "encompassingEncounter", "entry", "entryRelationship", "externalDocument",
    "inFulfillmentOf", "informant", "informationRecipient", "legalAuthenticator", "manufacturedProduct",
    "nonXMLBody", "observation", "observationMedia", "organizer", "participant", "participantRole", "performer",
    "precondition", "procedure", "recordTarget", "reference", "relatedDocument", "relatedSubject", "section",
    "serviceEvent", "signatureText", "specimen", "structuredBody", "subject", "substanceAdministration", "supply",
})  # fmt: skip
_SIGNS = re.compile(
    r"""2\.16\.840\.1\.113883\.|\b(?:classCode|moodCode|typeCode)\s*=|<(?:assignedEntity|assignedAuthor|"""
    r"""assignedCustodian|intendedRecipient|patientRole|nonXMLBody|streetAddressLine|renderMultiMedia|observationMedia)\b|"""
    r"""<sdtc:|<\w+:?time\s+value\s*="""
)


@dataclass(frozen=True, slots=True)
class Root:
    """The first element: its local name and namespace ("" if none is given)."""

    name: str
    namespace: str


def root(text: str) -> Root | None:
    """The root element, None if this is not XML."""
    at = _past_prologue(text)
    opening = _NAME.match(text, at)
    if opening is None:
        return None
    prefix, name = opening[1] or "", opening[2]
    attributes = dict(_ATTRIBUTE.findall(_opening_tag(text, opening.end())))
    wanted = f"xmlns:{prefix}" if prefix else "xmlns"
    return Root(name, attributes.get(wanted, "  ")[1:-1].strip())


def is_cda(found: Root, text: str) -> bool:
    """A clinical document or a fragment of one; fragments often leave out the namespace they mean."""
    if found.namespace:
        return found.namespace == CDA
    return found.name in _FRAGMENTS and (_SIGNS.search(text) is not None or found.name == "section")


def _past_prologue(text: str) -> int:
    at = 0
    while True:
        at += len(text[at:]) - len(text[at:].lstrip()) if text[at : at + 1].isspace() else 0
        closing = next((end for start, end in _SKIPPED if text.startswith(start, at)), "")
        if text[at : at + 9].upper() == "<!DOCTYPE":
            found = _doctype_end(text, at)
        elif closing:
            end = text.find(closing, at)
            found = end + len(closing) if end >= 0 else -1
        else:
            return at
        if found < 0:
            return len(text)
        at = found


def _doctype_end(text: str, at: int) -> int:
    """Past a document type, with the declarations inside its brackets."""
    bracket, closing = text.find("[", at), text.find(">", at)
    if closing < 0 or bracket < 0 or closing < bracket:
        return closing + 1 if closing >= 0 else -1
    inner = text.find("]", bracket)
    end = text.find(">", inner) if inner >= 0 else -1
    return end + 1 if end >= 0 else -1


def _opening_tag(text: str, at: int) -> str:
    """What stands between the root's name and its `>`, quoted `>` left alone."""
    piece = text[at : at + _MOST_ATTRIBUTES]
    quoted = ""
    for index, character in enumerate(piece):
        if quoted:
            quoted = "" if character == quoted else quoted
        elif character in "\"'":
            quoted = character
        elif character == ">":
            return piece[:index]
    return piece
