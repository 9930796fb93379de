"""SMART scopes, of both versions: which resources and tables a token may ask for, before any grant is asked"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from medark.model.access import Purpose
from medark.model.omop import VOCABULARY_TABLES, tables


class Context(StrEnum):
    """Whose data a scope is about: one patient's, what the user may see, or what the system may."""

    PATIENT = "patient"
    USER = "user"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Scope:
    """`patient/Observation.rs?category=laboratory`: `may` holds letters of cruds; `query` narrows it further."""

    context: Context
    resource: str  # "*" for all
    may: frozenset[str]
    query: str = ""


# OMOP tables that a FHIR resource is made of here (see docs/reference/fhir-to-omop.md, read backwards).
TABLES: Final = {
    "Patient": frozenset({"person", "death", "location", "observation_period"}),
    "Encounter": frozenset({"visit_occurrence", "visit_detail", "care_site", "provider"}),
    "Condition": frozenset({"condition_occurrence", "condition_era", "episode", "episode_event"}),
    "Observation": frozenset({"measurement", "observation"}),
    "MedicationRequest": frozenset({"drug_exposure", "drug_era", "dose_era"}),
    "MedicationAdministration": frozenset({"drug_exposure"}),
    "MedicationStatement": frozenset({"drug_exposure"}),
    "Immunization": frozenset({"drug_exposure"}),
    "Procedure": frozenset({"procedure_occurrence"}),
    "Device": frozenset({"device_exposure"}),
    "DiagnosticReport": frozenset({"note", "measurement", "procedure_occurrence"}),
    "DocumentReference": frozenset({"note", "note_nlp"}),
    "ImagingStudy": frozenset({"image_occurrence"}),
    "Specimen": frozenset({"specimen"}),
    "Coverage": frozenset({"payer_plan_period"}),
    "ExplanationOfBenefit": frozenset({"cost"}),
}
_OPEN: Final = frozenset(VOCABULARY_TABLES)  # says nothing of anybody

_FIRST: Final = re.compile(r"(patient|user|system)/(\*|[A-Z][A-Za-z]{1,63})\.(read|write|\*)")
_SECOND: Final = re.compile(r"(patient|user|system)/(\*|[A-Z][A-Za-z]{1,63})\.(c?r?u?d?s?)(?:\?([^\s?]{1,256}))?")
_WORDS: Final = {"read": "rs", "write": "cud", "*": "cruds"}
_PURPOSE: Final = "purpose/"
_MOST: Final = 200  # scopes of one token


@dataclass(frozen=True, slots=True)
class Scopes:
    """What a token was given. Scopes that say nothing here (openid, launch …) are left out."""

    given: tuple[Scope, ...] = ()
    purposes: frozenset[Purpose] = frozenset()  # none: any

    @property
    def is_of_one_patient(self) -> bool:
        """Is all of it about the patient of the launch?"""
        return bool(self.given) and all(one.context is Context.PATIENT for one in self.given)

    def may(self, resource: str, letter: str) -> bool:
        """May this (c, r, u, d or s) be done with a resource, all of it?"""
        return any(not one.query for one in self.about(resource, letter))

    def about(self, resource: str, letter: str) -> tuple[Scope, ...]:
        """The scopes that allow it, those that are narrowed by a query too: such opens only what the query finds."""
        return tuple(one for one in self.given if one.resource in ("*", resource) and letter in one.may)

    def lacking(self, asked: Iterable[str]) -> tuple[str, ...]:
        """Of some OMOP tables those that no scope opens. A table is open with one resource that is made of it."""
        return tuple(sorted(set(asked) - _OPEN - self._open()))

    def _open(self) -> frozenset[str]:
        if self.may("*", "r"):
            return frozenset(tables())
        return frozenset().union(*(made_of for name, made_of in TABLES.items() if self.may(name, "r")))


def scopes_of(text: str) -> Scopes:
    """The scopes of a space-separated list.

    >>> found = scopes_of("openid user/Observation.rs patient/*.read purpose/care")
    >>> [(one.context.value, one.resource, "".join(sorted(one.may))) for one in found.given]
    [('user', 'Observation', 'rs'), ('patient', '*', 'rs')]
    """
    words = text.split()[:_MOST]
    named = {word.removeprefix(_PURPOSE) for word in words if word.startswith(_PURPOSE)}
    purposes = frozenset(purpose for purpose in Purpose if purpose.value in named)
    return Scopes(tuple(_scopes(words)), purposes)


def _scopes(words: Iterable[str]) -> Iterator[Scope]:
    for word in words:
        if found := _FIRST.fullmatch(word):
            yield Scope(Context(found[1]), found[2], frozenset(_WORDS[found[3]]))
        elif (found := _SECOND.fullmatch(word)) and found[3]:
            yield Scope(Context(found[1]), found[2], frozenset(found[3]), found[4] or "")
