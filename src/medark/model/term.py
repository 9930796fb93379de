"""A code of a source's own, and what it was decided to mean"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_LONGEST: Final = 50  # characters of a source_value


class TermState(StrEnum):
    """Where a term is: nobody has decided, it means a concept, or it means none that there is."""

    OPEN = "open"
    MAPPED = "mapped"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SourceTerm:
    """What a source wrote as a code: `system` as it named it, `name`, `unit` and `specimen` (what was looked at) as it
    wrote them ("" if it did not).

    `probability`: what the match that was taken had; None where a person chose without one. `decided_ms`: milliseconds
    since 1970, UTC.
    """

    source: str
    kind: str
    system: str
    code: str
    name: str = ""
    unit: str = ""
    specimen: str = ""
    state: TermState = TermState.OPEN
    concept_id: int | None = None
    probability: float | None = None
    decided_by: str = ""
    decided_ms: int | None = None

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What it is known by."""
        return self.source, self.kind, self.system, self.code

    @property
    def source_value(self) -> str:
        """The code as rows of the lake have it."""
        return self.code[:_LONGEST]

    @property
    def vocabulary(self) -> str:
        """What SOURCE_TO_CONCEPT_MAP calls its vocabulary: the same as in lookups/found_code.sql."""
        return f"{self.source}|{self.kind}|{self.system}"
