"""Names and codes of concepts, as FHIR has them: looked up once for each vocabulary that the workspace has had"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Final

from medark.flows.gate.parts import kept
from medark.flows.workspace import Workspace
from medark.standardise.formats.fhir import codes
from medark.standardise.lookups.data import code_system

OF_OMOP: Final = "urn:ohdsi:vocabulary:"  # before the name of a vocabulary that FHIR has no address for
_REMEMBERED: Final = 200_000
# Source: FHIR R4, "Code Systems"; where a vocabulary has several addresses, that one.
_SYSTEMS: Final = {
    "SNOMED": codes.SNOMED, "LOINC": codes.LOINC, "RxNorm": codes.RXNORM, "CVX": codes.CVX, "NDC": codes.NDC,
    "ATC": codes.ATC, "ICD10CM": codes.ICD10CM, "ICD10": codes.ICD10, "ICD9CM": codes.ICD9CM,
    "ICD10PCS": codes.ICD10PCS, "CPT4": codes.CPT, "HCPCS": codes.HCPCS, "UCUM": "http://unitsofmeasure.org",
    "DICOM": "http://dicom.nema.org/resources/ontology/DCM", "NUCC": "http://nucc.org/provider-taxonomy",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Concept:
    """What a concept is called, and its code with the address of its code system."""

    concept_id: int
    name: str
    system: str
    code: str
    is_lab_test: bool = False


class Concepts:
    """Concepts of one state of the vocabulary, for any number of threads. Says nothing of anybody."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace, self._lock = workspace, Lock()
        self._named: dict[int, Concept | None] = {}
        self._sets: dict[tuple[str, ...], frozenset[int]] = {}

    def named(self, concept_ids: Iterable[int | None]) -> Mapping[int, Concept]:
        """Those that there are; 0, "no match", is none."""
        wanted = {one for one in concept_ids if one}
        missing = [one for one in wanted if one not in self._named]
        if missing:
            self._learn(missing)
        return {one: found for one in wanted if (found := self._named.get(one)) is not None}

    def coded(self, code: str, system: str | None = None) -> frozenset[int]:
        """The concepts that have a code, in a code system or (None) in any."""
        vocabularies = None if system is None else vocabularies_of(system)
        listed = "" if vocabularies is None else f" AND vocabulary_id IN ({_texts(vocabularies)})"
        if vocabularies == ():
            return frozenset()
        key = ("coded", code, *(vocabularies or ("*",)))
        return self._set(key, "concept", f"SELECT concept_id FROM concept WHERE concept_code = {_text(code)}{listed}")

    def below(self, concept_ids: frozenset[int]) -> frozenset[int]:
        """Concepts and all that are kinds of them."""
        if not concept_ids:
            return frozenset()
        listed = ", ".join(map(str, sorted(concept_ids)))
        sql = (
            f"SELECT descendant_concept_id AS concept_id FROM concept_ancestor WHERE ancestor_concept_id IN ({listed})"
        )
        return concept_ids | self._set(("below", listed), "concept_ancestor", sql)

    def of_vocabulary(self, vocabulary: str, concept_class: str = "") -> frozenset[int]:
        """All concepts of a vocabulary (and of a class of it)."""
        narrowed = f" AND concept_class_id = {_text(concept_class)}" if concept_class else ""
        sql = f"SELECT concept_id FROM concept WHERE vocabulary_id = {_text(vocabulary)}{narrowed}"
        return self._set(("vocabulary", vocabulary, concept_class), "concept", sql)

    def with_codes(self, vocabulary: str, codes: Collection[str]) -> frozenset[int]:
        """The concepts of some codes of a vocabulary."""
        found = self._workspace.vocabulary.lookup(vocabulary, codes).values()
        return frozenset(one.source_concept_id for one in found)

    def _set(self, key: tuple[str, ...], relation: str, sql: str) -> frozenset[int]:
        found = self._sets.get(key)
        if found is None:
            with self._workspace.engine.session() as session:
                self._workspace.vocabulary.bind(session, [relation])
                found = frozenset(session.query(sql)["concept_id"].to_pylist())
            if len(self._sets) >= 1000:
                self._sets.clear()
            self._sets[key] = found
        return found

    def _learn(self, concept_ids: list[int]) -> None:
        found = {
            row.concept_id: Concept(
                row.concept_id, row.name, system_of(row.vocabulary_id), row.code, row.concept_class_id == "Lab Test"
            )
            for row in self._workspace.vocabulary.concepts(concept_ids)
        }
        with self._lock:
            if len(self._named) > _REMEMBERED:
                self._named.clear()
            self._named.update(dict.fromkeys(concept_ids) | found)


def concepts(workspace: Workspace) -> Concepts:
    """The concepts of the vocabulary that the workspace has now."""
    found: Concepts = kept(workspace, "fhir concepts", workspace.vocabulary.digest, lambda: Concepts(workspace))
    return found


def system_of(vocabulary: str) -> str:
    """The address of a vocabulary's codes.

    >>> system_of("LOINC"), system_of("Nebraska Lexicon")
    ('http://loinc.org', 'urn:ohdsi:vocabulary:Nebraska Lexicon')
    """
    return _SYSTEMS.get(vocabulary) or OF_OMOP + vocabulary


def vocabularies_of(system: str) -> tuple[str, ...]:
    """The vocabularies that an address may mean."""
    if system.startswith(OF_OMOP):
        return (system.removeprefix(OF_OMOP),)
    return _vocabularies().get(system.lower().removeprefix("urn:oid:").rstrip("/"), ())


@cache
def _vocabularies() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in code_system().to_pylist():
        found[row["system"]] = (*found.get(row["system"], ()), row["vocabulary_id"])
    return found


def _texts(values: Iterable[str]) -> str:
    return ", ".join(map(_text, values))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
