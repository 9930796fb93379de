"""Rows by what they are: by the code that a vocabulary knows, and by the code or name that their system wrote"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from medark.define import (
    CodeItem,
    ConceptItem,
    ConceptSet,
    Frame,
    Series,
    any_of,
    conditions,
    drugs,
    measurements,
    procedures,
)

from .facts import Code, codes

FRAMES: Final[Mapping[str, Frame]] = {
    "condition": conditions, "procedure": procedures, "drug": drugs, "measurement": measurements,
}  # fmt: skip
_SAME_CODES: Final[Mapping[str, tuple[str, ...]]] = {
    "ICD10": ("ICD10", "ICD10CM", "ICD10CN"),
    "ICD9Proc": ("ICD9Proc", "ICD9ProcCN"),
}
_WORD: Final = "word"  # part of a name as it is written, in small letters
_ATC: Final = "ATC"
_OMOP: Final = "OMOP"  # a concept by its id


@dataclass(frozen=True, slots=True)
class Coded:
    """The sets of codes, by table and name."""

    sets: Mapping[tuple[str, str], tuple[Code, ...]]
    has_drugs: bool = False  # does the vocabulary here know ATC and RxNorm? Else only ingredients' own ids are known
    own: Mapping[str, str] = field(default_factory=dict)  # the hospital's codes of drugs, and the ATC of each

    def rows(self, table: str, name: str) -> Frame:
        """The rows of a table that a set of codes names.

        Diagnoses by their source concept or the code as written; procedures by the code as written, for few places
        load a vocabulary of them; drugs by their concept or name; measurements by their concept.
        """
        frame, told = FRAMES[table], self.sets[table, name]
        if table == "measurement":
            return frame.of(concept_set(name, told))
        if table == "drug" and not self.has_drugs:
            ids = [int(one.code) for one in told if one.vocabulary == _OMOP]
            return frame.where(
                any_of(frame.concept.is_in(ids), *self._own(told), *_words(frame.drug_source_value, told))
            )
        own = self._own(told) if table == "drug" else ()
        return frame.where(any_of(*_ways(table, frame, concept_set(name, told), told), *own))

    def _own(self, told: tuple[Code, ...]) -> list[Series]:
        """Drugs by the codes that the hospital says are of a class of the set."""
        classes = tuple(one.code for one in told if one.vocabulary == _ATC)
        codes = [code for code, atc in self.own.items() if atc.startswith(classes)]
        return [drugs.drug_source_value.lower().is_in(codes)] if codes else []


def all_coded(has_drugs: bool = False, own: Mapping[str, str] | None = None) -> Coded:
    """The sets of codes of facts/codes.csv. `own`: the hospital's codes of drugs, and the ATC of each."""
    sets: dict[tuple[str, str], list[Code]] = {}
    for one in codes():
        sets.setdefault((one.table, one.name), []).append(one)
    return Coded({key: tuple(told) for key, told in sets.items()}, has_drugs, own or {})


def concept_set(name: str, told: tuple[Code, ...]) -> ConceptSet:
    """The concepts of a set."""
    ids = tuple(ConceptItem(int(one.code), descendants=True) for one in told if one.vocabulary == _OMOP)
    items = [
        CodeItem(vocabulary, one.code, one.vocabulary != "LOINC")
        for one in told
        if one.vocabulary not in (_WORD, _OMOP)
        for vocabulary in _SAME_CODES.get(one.vocabulary, (one.vocabulary,))
    ]
    return ConceptSet(name, items=ids, codes=tuple(items), source=told[0].source)


def _ways(table: str, frame: Frame, found: ConceptSet, told: tuple[Code, ...]) -> list[Series]:
    written = frame.__getattr__(f"{table}_source_value")
    words = _words(written, told)
    if table == "drug":
        return [frame.concept.is_in(found), *words]
    by_code = written.starts_with(*(one.code for one in told if one.vocabulary != _WORD))
    if table == "procedure":
        return [by_code, *words]
    return [frame.source_concept.is_in(found, source=True), by_code, *words]


def _words(written: Series, told: tuple[Code, ...]) -> list[Series]:
    return [written.lower().contains(one.code) for one in told if one.vocabulary == _WORD]
