"""Concept sets as ATLAS and Circe write them in JSON, in and out"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from medark.define.concepts.set import ConceptItem, ConceptSet
from medark.errors import DefinitionError

_FLAGS = {"includeDescendants": "descendants", "includeMapped": "mapped", "isExcluded": "excluded"}
_FORM = '{"items": [{"concept": {"CONCEPT_ID": 201826}, "includeDescendants": true}]}'


def from_atlas(told: str | bytes | Mapping[str, Any], *, name: str = "", source: str = "") -> ConceptSet:
    """The set in a concept set expression, bare ({"items": …}) or as ATLAS exports it ({"name", "expression"}).

    `name` wins over the one told. Flags that are missing are false. DefinitionError says which item is wrong.
    Source: OHDSI circe-be, class ConceptSetExpression.

    >>> from_atlas({"items": [{"concept": {"CONCEPT_ID": 8507}, "includeDescendants": True}]}, name="male").items
    (ConceptItem(concept_id=8507, descendants=True, mapped=False, excluded=False),)
    """
    whole = _parsed(told) if isinstance(told, str | bytes) else told
    expression = whole.get("expression", whole) if isinstance(whole, Mapping) else None
    items = expression.get("items") if isinstance(expression, Mapping) else None
    if not isinstance(items, list | tuple):
        raise DefinitionError("no concept set expression: it has no list of items", fix=_FORM)
    called = name or str(whole.get("name") or "")
    if not called:
        raise DefinitionError("the concept set has no name", fix='give one: from_atlas(text, name="type 2 diabetes")')
    return ConceptSet(called, tuple(_item(item, number) for number, item in enumerate(items)), source=source)


def to_atlas(concept_set: ConceptSet) -> dict[str, Any]:
    """{"name", "expression"} for ATLAS; DefinitionError if the set has codes, which ATLAS knows by concept id only."""
    if concept_set.codes:
        raise DefinitionError(
            f'ATLAS has no codes, and "{concept_set.name}" has', fix="resolve the set and write its concepts"
        )
    return {"name": concept_set.name, "expression": {"items": [_told(item) for item in concept_set.items]}}


def _parsed(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise DefinitionError("the concept set is no JSON", fix=_FORM) from None


def _item(told: Any, number: int) -> ConceptItem:
    concept = told.get("concept") if isinstance(told, Mapping) else None
    concept_id = concept.get("CONCEPT_ID", concept.get("conceptId")) if isinstance(concept, Mapping) else None
    if type(concept_id) is not int:
        raise DefinitionError("an item has no concept.CONCEPT_ID", fix=_FORM, item=number)
    return ConceptItem(concept_id, **{flag: bool(told.get(key)) for key, flag in _FLAGS.items()})


def _told(item: ConceptItem) -> dict[str, Any]:
    flags = {key: getattr(item, flag) for key, flag in _FLAGS.items()}
    return {"concept": {"CONCEPT_ID": item.concept_id}, **flags}
