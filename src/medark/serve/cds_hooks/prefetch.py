"""Prefetch templates, worked out of what rules read; and which tables the prefetch of a request tells of"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

# The FHIR searches that a table of OMOP is made of, by the key that a client sends what it found under. Only what the
# standard recommends of searches is in them: references and equality. Of era tables there is nothing to ask for.
TEMPLATES: Final[Mapping[str, tuple[frozenset[str], str]]] = {
    key: (frozenset(tables.split()), query.replace("PATIENT", "{{context.patientId}}"))
    for key, tables, query in (
        ("patient", "person", "Patient/PATIENT"),
        ("encounters", "visit_occurrence visit_detail", "Encounter?patient=PATIENT"),
        ("conditions", "condition_occurrence", "Condition?patient=PATIENT"),
        ("observations", "measurement observation", "Observation?patient=PATIENT"),
        ("medications", "drug_exposure", "MedicationRequest?patient=PATIENT"),
        ("administrations", "drug_exposure", "MedicationAdministration?patient=PATIENT"),
        ("immunizations", "drug_exposure", "Immunization?patient=PATIENT"),
        ("procedures", "procedure_occurrence", "Procedure?patient=PATIENT"),
        ("allergies", "observation", "AllergyIntolerance?patient=PATIENT"),
        ("documents", "note", "DocumentReference?patient=PATIENT"),
    )
}


def templates(tables: Collection[str]) -> dict[str, str]:
    """What a service asks for that reads some tables.

    >>> templates(["measurement"])
    {'observations': 'Observation?patient={{context.patientId}}'}
    """
    return {key: query for key, (made_of, query) in TEMPLATES.items() if not made_of.isdisjoint(tables)}


def sent(prefetch: Mapping[str, Any] | None, tables: Collection[str]) -> tuple[frozenset[str], Sequence[object]]:
    """The tables that a prefetch tells all of (every template of theirs was answered), and the resources that came.

    An answer of null says that there is nothing; an OperationOutcome, or no key, that the client could not tell.
    """
    if not prefetch:
        return frozenset(), ()
    answered = {key: found for key in templates(tables) if (found := _resources(prefetch, key)) is not None}
    told = [table for table in tables if (keys := _keys(table)) and keys <= answered.keys()]
    return frozenset(told), [one for found in answered.values() for one in found]


def _keys(table: str) -> frozenset[str]:
    return frozenset(key for key, (made_of, _) in TEMPLATES.items() if table in made_of)


def _resources(prefetch: Mapping[str, Any], key: str) -> list[object] | None:
    if key not in prefetch:
        return None
    found = prefetch[key]
    if found is None:
        return []
    if not isinstance(found, dict) or found.get("resourceType") == "OperationOutcome":
        return None
    if found.get("resourceType") != "Bundle":
        return [found]
    entries = found.get("entry") or []
    if not isinstance(entries, list) or any(_is_next(link) for link in found.get("link") or []):
        return None  # more pages than the one that was sent: not all is told
    resources = [entry.get("resource") if isinstance(entry, dict) else None for entry in entries]
    if any(isinstance(one, dict) and one.get("resourceType") == "OperationOutcome" for one in resources):
        return None
    return [one for one in resources if isinstance(one, dict)]


def _is_next(link: object) -> bool:
    return isinstance(link, dict) and link.get("relation") == "next"
