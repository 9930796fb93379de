"""The entries of what is written down here: diagnoses, recommendations, symptoms, drugs and their groups, tests"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from .entry import Entry, Link, Texts, drug_id, drug_links, source_id, test_id
from .facts import Recommendation, diagnoses, drug_groups, recommendations, sources, symptoms
from .words import ADVICE

_TEXTBOOK: Final = "Textbook knowledge; no single source"


@dataclass(frozen=True, slots=True)
class Named:
    """A drug by its ATC code, or a test by its key, and what it is called."""

    code: str
    names: Texts
    synonyms: tuple[str, ...] = ()


def of_diagnoses() -> Iterator[Entry]:
    """Each diagnosis, with its symptoms."""
    shows = {one.id: [s.id for s in symptoms() if one.id in s.diagnoses] for one in diagnoses()}
    for one in diagnoses():
        links = tuple(Link("shows", f"symptom:{symptom}") for symptom in shows[one.id])
        codes = "、".join(one.codes)
        text = {"en": f"ICD-10 {codes}", "zh": f"ICD-10 {codes}"}
        yield Entry(f"disease:{one.id}", "disease", one.names, text, "ICD-10, WHO 2019", links, one.synonyms)
    for symptom in symptoms():
        yield Entry(f"symptom:{symptom.id}", "symptom", symptom.names, {}, _TEXTBOOK, (), symptom.synonyms)


def of_recommendations() -> Iterator[Entry]:
    """Each line of what to do, as a rule that its diagnosis leads to and that leads to tests, drugs and its source."""
    named = {one.id: one for one in diagnoses()}
    cited = sources()
    for one in recommendations():
        diagnosis, citation = named[one.diagnosis], cited[one.source].citation
        en, zh = ADVICE[one.kind]
        names = {"en": f"{diagnosis.names['en']}: {en}", "zh": f"{diagnosis.names['zh']}：{zh}"}
        yield Entry(
            f"advice:{one.id}", "rule", names, one.text, citation,
            (Link(one.kind, f"disease:{one.diagnosis}", is_turned=True), *_links(one, citation)),
            diagnosis.synonyms, "advice", one.to_be_confirmed,
        )  # fmt: skip


def of_names(drugs: Iterable[Named], tests: Iterable[Named], more: Mapping[str, Texts]) -> Iterator[Entry]:
    """Each drug with the groups that it is in, each group and each test. `more`: other drugs and groups, by code."""
    named = {one.code: one for one in drugs}
    named |= {one.atc: Named(one.atc, one.names, one.synonyms) for one in drug_groups() if one.atc not in named}
    named |= {atc: Named(atc, names) for atc, names in more.items() if atc not in named}
    groups = [atc for atc in named if drug_id(atc).startswith("group:")]
    for atc, one in named.items():
        text = {language: f"ATC {atc.replace('|', ', ')}" for language in ("en", "zh")}
        if atc in groups:
            yield Entry(drug_id(atc), "group", one.names, text, "", (), one.synonyms)
        else:
            within = [group for group in groups if atc.startswith(tuple(group.split("|")))]
            links = tuple(Link("is_one_of", drug_id(group)) for group in within)
            yield Entry(drug_id(atc), "drug", one.names, text, "", links, one.synonyms)
    for test in tests:
        yield Entry(test_id(test.code), "test", test.names, {}, "", (), test.synonyms)


def of_sources(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Each citation that entries of rules name, once."""
    told: dict[str, str] = {}
    for one in entries:
        if one.kind == "rule":
            told.setdefault(source_id(one.source), one.source)
    for name, citation in told.items():
        yield Entry(name, "source", {"en": citation, "zh": citation}, {}, citation)


def _links(one: Recommendation, citation: str) -> tuple[Link, ...]:
    about = tuple(Link("about", test_id(key)) for key in one.tests)
    return (*about, *drug_links("about", one.drugs), Link("told_by", source_id(citation)))
