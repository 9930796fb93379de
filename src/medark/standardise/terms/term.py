"""What is matched, and with what"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Term:
    """A code of a source's own, as far as the source tells what it means.

    `names`: what it is called, best first (its text, its code where that is a word). `units`: UCUM codes that its
    values come in. `specimen`: what was looked at, in the source's words.
    """

    code: str
    names: tuple[str, ...]
    units: tuple[str, ...] = ()
    specimen: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A standard concept and every name that the vocabulary knows for it, its own first."""

    concept_id: int
    vocabulary: str
    code: str
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name that the vocabulary gives it."""
        return self.names[0]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A concept that a term may mean. `probability`: that it is this one. `evidence`: what speaks for and against it,
    each between -1 and 1, by name: see `medark.standardise.terms.evidence`.
    """

    concept: Named
    probability: float
    evidence: Mapping[str, float] = field(default_factory=dict)
