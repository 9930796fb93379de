"""Concept sets as the concepts they come to in a vocabulary"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from medark.define.concepts.set import CodeItem, ConceptItem, ConceptSet
from medark.errors import DefinitionError


@dataclass(frozen=True, slots=True)
class ConceptIds:
    """What a set comes to. `standard`: ids to look for in columns such as condition_concept_id; `source`: ids to look
    for in condition_source_concept_id. Concepts named by id are in both, codes and what they map to in one each.
    """

    standard: frozenset[int]
    source: frozenset[int] = frozenset()
    unknown: tuple[ConceptItem | CodeItem, ...] = ()  # items that the vocabulary does not have

    def ids(self, *, source: bool = False) -> frozenset[int]:
        """The ids to look for in one kind of column."""
        return self.source if source else self.standard


ResolvedSets = Mapping[ConceptSet, ConceptIds]


def ids_of(concepts: ConceptSet, resolved: ResolvedSets, *, source: bool) -> frozenset[int]:
    """The ids that a set comes to in one kind of column; DefinitionError if it is not among the resolved ones."""
    if concepts not in resolved:
        raise DefinitionError(
            f'the concept set "{concepts.name}" has not been resolved', fix="resolve all sets of the definition"
        )
    return resolved[concepts].ids(source=source)
