"""English entities that no list holds, told by the ending that names of their kind have

Source of the endings of drugs: WHO, The use of stems in the selection of International Nonproprietary Names (2018).
"""

from __future__ import annotations

import re
from functools import cache

from medark.standardise.notes.nouns import Kind, Span
from medark.standardise.notes.tables import rows

_NOT = frozenset(
    ("diagnosis", "prognosis", "coma", "aroma", "soma", "program", "telegram", "histogram", "kilogram", "milligram",
     "diagram", "gram", "photography", "demography", "bibliography", "stoma", "osmosis", "hypnosis", "symbiosis",
     "trauma", "topography", "choreography", "aponeurosis",
     "zygoma", "anastomosis", "lithotomy", "cardioplegia", "microscopy", "gastrojejuno-anastomosis", "hematosis")
)  # fmt: skip


def by_ending(text: str) -> list[Span]:
    """Words of a folded text that end as names of a kind do."""
    return [
        Span(match.start(), match.end(), _kinds()[match[1]], found_by="pattern")
        for match in _pattern().finditer(text)
        if match[0] not in _NOT
    ]


@cache
def _kinds() -> dict[str, Kind]:
    return {row["suffix"]: Kind(row["kind"]) for row in rows("lexicon/suffix.csv") if row["language"] == "en"}


@cache
def _pattern() -> re.Pattern[str]:
    endings = "|".join(sorted(_kinds(), key=len, reverse=True))
    return re.compile(rf"(?<![a-z0-9])[a-z][a-z-]*?[a-z]({endings})(?![a-z0-9])")
