"""What tells a protected condition by another name: its drugs, tests, treatments and departments, by words of names"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from medark.govern.protected import conditions


class Kind(StrEnum):
    """Where words count."""

    ANY = "any"  # wherever they stand
    DRUG = "drug"
    TEST = "test"  # tests, treatments, findings
    PLACE = "place"  # departments and specialties


@dataclass(frozen=True, slots=True)
class Sign:
    """Words, in lower case, that tell a condition where they stand in a name of some kind."""

    condition: str
    kind: Kind
    words: tuple[str, ...]
    reason: str
    source: str


@cache
def signs() -> tuple[Sign, ...]:
    """All signs that are known."""
    text = files(__package__).joinpath("protected_signs.csv").read_text(encoding="utf-8")
    return tuple(
        Sign(row["condition"], Kind(row["kind"]), tuple(row["words"].split("|")), row["reason"], row["source"])
        for row in csv.DictReader(text.splitlines())
    )


@cache
def pattern(kinds: frozenset[Kind], level: int) -> str:
    """A regular expression, for text in lower case, that finds words of conditions above a level; "" for none.

    >>> bool(re.search(pattern(frozenset({Kind.DRUG}), 4), "5 mg methadone tablet"))
    True
    """
    levels = {one.id: one.level for one in conditions()}
    wanted = [one for one in signs() if one.kind in {*kinds, Kind.ANY} and levels[one.condition] > level]
    words = sorted({word for one in wanted for word in one.words})
    latin = "|".join(re.escape(word).replace(r"\ ", " ") for word in words if word.isascii())
    other = "|".join(re.escape(word) for word in words if not word.isascii())
    return "|".join(part for part in (f"(^|[^a-z])({latin})([^a-z]|$)" if latin else "", other) if part)


def tells(text: str | None, kinds: frozenset[Kind], level: int) -> bool:
    """Does a text tell a condition above a level?

    >>> tells("抗-HIV", frozenset({Kind.TEST}), 4), tells("archive", frozenset({Kind.TEST}), 1)
    (True, False)
    """
    return text is not None and _tells(text, kinds, level)


@cache
def _compiled(kinds: frozenset[Kind], level: int) -> re.Pattern[str] | None:
    told = pattern(kinds, level)
    return re.compile(told) if told else None


@lru_cache(maxsize=100_000)
def _tells(text: str, kinds: frozenset[Kind], level: int) -> bool:
    found = _compiled(kinds, level)
    return found is not None and found.search(text.lower()) is not None


# -- departments and specialties ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Places:
    """A table of departments or of professionals: its key, and what says of which kind one is."""

    table: str
    key: str
    texts: tuple[str, ...]
    concepts: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """All that it asks."""
        return (self.key, *self.texts, *self.concepts)

    def hidden(self, rows: Iterable[Mapping[str, Any]], concepts: frozenset[int], level: int) -> frozenset[int]:
        """The keys of those that tell a condition above a level. `concepts`: those that do."""
        return frozenset(
            row[self.key]
            for row in rows
            if any(row[column] in concepts for column in self.concepts)
            or tells(" ".join(row[column] or "" for column in self.texts), _PLACE, level)
        )


_PLACE: Final = frozenset({Kind.PLACE})
SITES: Final = Places(
    "care_site", "care_site_id", ("care_site_name", "care_site_source_value", "place_of_service_source_value"),
    ("place_of_service_concept_id",),
)  # fmt: skip
PROVIDERS: Final = Places(
    "provider", "provider_id", ("specialty_source_value",), ("specialty_concept_id", "specialty_source_concept_id")
)

# Concepts whose names tell a condition; `kinds`: of which kinds words count in which domains.
_DOMAINS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.DRUG: ("Drug",),
    Kind.TEST: ("Measurement", "Observation", "Procedure", "Meas Value", "Specimen", "Condition", "Device"),
    Kind.PLACE: ("Provider", "Visit", "Place of Service"),
}


def named_concept_sql(level: int) -> str:
    """The concepts whose names or synonyms tell a condition above a level; "" where no word does."""
    found = []
    for kind, domains in _DOMAINS.items():
        if words := pattern(frozenset({kind}), level):
            listed = ", ".join(f"'{domain}'" for domain in domains)
            found += [form.format(domains=listed, words=words) for form in (_NAMED, _ALSO_NAMED)]
    return " UNION ".join(found)


_NAMED: Final = """
SELECT c.concept_id FROM concept AS c
WHERE c.domain_id IN ({domains}) AND REGEXP_MATCHES(LOWER(c.concept_name), '{words}')"""
_ALSO_NAMED: Final = """
SELECT c.concept_id FROM concept AS c JOIN concept_synonym AS s ON s.concept_id = c.concept_id
WHERE c.domain_id IN ({domains}) AND REGEXP_MATCHES(LOWER(s.concept_synonym_name), '{words}')"""
