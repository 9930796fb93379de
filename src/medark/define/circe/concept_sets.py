"""The concept sets of a cohort expression, called by number"""

from __future__ import annotations

from collections.abc import Iterable

from medark.define.circe.format import ConceptSetTold
from medark.define.concepts import ConceptItem, ConceptSet
from medark.define.language.series import Series
from medark.define.nodes import literal
from medark.errors import DefinitionError


class ConceptSets:
    """Concept sets by number. One that includes nothing matches nothing, as in Circe."""

    def __init__(self, told: Iterable[ConceptSetTold]) -> None:
        self._sets: dict[int, ConceptSet | None] = {}
        for one in told:
            if one.id in self._sets:
                raise DefinitionError(f"Circe: there are two concept sets of id {one.id}", fix="give each its own id")
            self._sets[one.id] = _concept_set(one)

    def holds(self, concept: Series, number: int, *, source: bool = False) -> Series:
        """Is the concept in the set of that number? False for one that includes nothing."""
        if number not in self._sets:
            raise DefinitionError(
                f"Circe: there is no concept set of id {number}", fix=f"there are {sorted(self._sets) or 'none'}"
            )
        concepts = self._sets[number]
        return Series(literal(False)) if concepts is None else concept.is_in(concepts, source=source)


def _concept_set(told: ConceptSetTold) -> ConceptSet | None:
    items = tuple(
        ConceptItem(one.concept.concept_id, one.include_descendants, one.include_mapped, one.is_excluded)
        for one in told.expression.items
    )
    if all(item.excluded for item in items):
        return None
    return ConceptSet(told.name.strip() or f"concept set {told.id}", items)
