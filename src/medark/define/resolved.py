"""Concept sets as the concepts they come to in a vocabulary"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from medark.define.concepts import ConceptSet


@dataclass(frozen=True, slots=True)
class ConceptIds:
    """What a set comes to: the ids to look for among standard concepts, and those among source concepts."""

    standard: frozenset[int]
    source: frozenset[int] = frozenset()


ResolvedSets = Mapping[ConceptSet, ConceptIds]
