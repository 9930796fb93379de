"""The facts that are written down here: diagnoses, what to do about them, how they show, groups of drugs, sources"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from medark.define import attached

_FOLDER: Final = "knowledge/facts/"
Texts = Mapping[str, str]  # by language: en, zh
KINDS: Final = ("test", "treat", "avoid", "monitor")  # of recommendations, in the order in which they are read


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A diagnosis; `codes` are the beginnings of its codes of ICD-10, as they are written with a dot."""

    id: str
    names: Texts
    synonyms: tuple[str, ...]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One line of what to do about a diagnosis. `tests`: keys of tests; `drugs`: ATC codes, or how some begin."""

    diagnosis: str
    kind: str  # one of KINDS
    name: str
    text: Texts
    tests: tuple[str, ...]
    drugs: tuple[str, ...]
    source: str
    to_be_confirmed: bool

    @property
    def id(self) -> str:
        """Its id, the same for as long as its line is."""
        return f"{self.diagnosis}.{self.kind}.{self.name}"


@dataclass(frozen=True, slots=True)
class Symptom:
    """How diagnoses may show."""

    id: str
    names: Texts
    synonyms: tuple[str, ...]
    diagnoses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DrugGroup:
    """All drugs whose ATC code begins alike."""

    atc: str
    names: Texts
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact comes from. `route`: L a published paper, law or label; S a public page."""

    id: str
    citation: str
    place: str
    year: str
    route: str


def diagnoses() -> tuple[Diagnosis, ...]:
    """Every diagnosis that something is known about."""
    return tuple(
        Diagnosis(row["diagnosis"], names(row), several(row["synonyms"]), several(row["icd10"]))
        for row in _table("diagnoses")
    )


def recommendations() -> tuple[Recommendation, ...]:
    """Every line of what to do."""
    return tuple(
        Recommendation(
            row["diagnosis"], row["kind"], row["name"], {"en": row["en"], "zh": row["zh"]}, several(row["tests"]),
            several(row["drugs"]), row["source"], row["to_be_confirmed"] == "yes",
        )
        for row in _table("recommendations")
    )  # fmt: skip


def symptoms() -> tuple[Symptom, ...]:
    """Every symptom."""
    return tuple(
        Symptom(row["symptom"], names(row), several(row["synonyms"]), several(row["diagnoses"]))
        for row in _table("symptoms")
    )


def drug_groups() -> tuple[DrugGroup, ...]:
    """The groups of drugs that have a name here."""
    return tuple(DrugGroup(row["atc"], names(row), several(row["synonyms"])) for row in _table("drug_groups"))


def sources() -> dict[str, Source]:
    """Where facts come from, by the name that they have here."""
    rows = _table("sources")
    return {
        row["source"]: Source(row["source"], row["citation"], row["place"], row["year"], row["route"]) for row in rows
    }


def synonyms() -> tuple[tuple[str, ...], ...]:
    """Groups of words that mean one thing."""
    return tuple(several(row["words"]) for row in _table("synonyms"))


def names(row: Mapping[str, str]) -> Texts:
    """The names of a row in both languages."""
    return {"en": row["name_en"], "zh": row["name_zh"]}


def several(cell: str) -> tuple[str, ...]:
    """What stands in a cell, cut at its bars; nothing of an empty one."""
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def _table(name: str) -> list[dict[str, str]]:
    return attached.table_file(f"{_FOLDER}{name}.csv")
