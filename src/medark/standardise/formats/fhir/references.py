"""From a FHIR reference to a key: relative, absolute, urn:uuid, versioned, contained, or by identifier.

Keys of patients, encounters, practitioners, organisations and coverages are their bare `id`, so that the same
resource has the same key in every record of a source. Keys of events are `ResourceType/id`.
"""

from __future__ import annotations

import re

from medark.standardise.formats.fhir.elements import Link, Reference

Target = tuple[str | None, str]  # resource type if it can be told, and id
_TYPED = re.compile(r"(?:^|/)([A-Z][A-Za-z]{2,40})/([^/#?|\s]{1,256})(?:/_history/[^/]*)?$")
NOWHERE: Target = (None, "")


class References(dict[str, Target]):
    """What each reference text points at; a Bundle's fullUrls come first, everything else is worked out once."""

    def __missing__(self, reference: str) -> Target:
        self[reference] = target = parsed(reference)
        return target


def parsed(reference: str) -> Target:
    """Type and id that a reference names by itself.

    >>> parsed("urn:uuid:1f"), parsed("Patient/7"), parsed("https://ehr.example/r4/Patient/7/_history/2")
    ((None, '1f'), ('Patient', '7'), ('Patient', '7'))
    >>> parsed("#med1"), parsed("Practitioner?identifier=npi|9")
    ((None, ''), (None, ''))
    """
    if reference.startswith(("urn:uuid:", "urn:oid:")):
        return None, reference.rsplit(":", 1)[1]
    match = _TYPED.search(reference)
    return (match[1], match[2]) if match else NOWHERE


def asked_identifier(link: Link | Reference) -> tuple[str, str] | None:
    """System and value of a reference by identifier: a logical reference, or a conditional one (`Type?identifier=`).

    >>> asked_identifier(Link("Patient?identifier=urn:mrn|12")), asked_identifier(Link("Patient/1"))
    (('urn:mrn', '12'), None)
    """
    text = link.reference
    if text and "?identifier=" in text:
        system, _, value = text.split("?identifier=", 1)[1].split("&", 1)[0].rpartition("|")
        return (system, value) if value else None
    if not text and link.identifier and link.identifier.value:
        return link.identifier.system or "", link.identifier.value
    return None
