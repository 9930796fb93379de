"""Concept sets as a person writes them in a definition: by concept id, or by the codes of a vocabulary"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from medark.define.concepts.set import CodeItem, ConceptItem, ConceptSet
from medark.errors import DefinitionError


def concepts(
    name: str, *ids: int | ConceptItem, descendants: bool = False, mapped: bool = False, source: str = ""
) -> ConceptSet:
    """A set of OMOP concepts; the flags hold for every plain id. `source`: where the list was published.

    >>> diabetes = concepts("type 2 diabetes", 201826, 4130162, descendants=True)
    >>> [item.concept_id for item in diabetes.items]
    [201826, 4130162]
    """
    return ConceptSet(name, tuple(_item(one, descendants, mapped) for one in ids), source=source)


def codes(
    name: str, vocabulary: str | Iterable[str], *given: str | CodeItem, prefix: bool = False, source: str = ""
) -> ConceptSet:
    """A set of codes of one vocabulary, or of several that share them (ICD10, ICD10CM, ICD10CN …).

    >>> codes("myocardial infarction", "ICD10CM", "I21", "I22", prefix=True).codes[0]
    CodeItem(vocabulary='ICD10CM', code='I21', prefix=True, excluded=False)
    """
    names = (vocabulary,) if isinstance(vocabulary, str) else tuple(vocabulary)
    whole = [one for one in given if isinstance(one, CodeItem)]
    plain = [CodeItem(each, one, prefix) for each in names for one in given if isinstance(one, str)]
    return ConceptSet(name, codes=(*whole, *plain), source=source)


def without(included: ConceptSet, excluded: ConceptSet) -> ConceptSet:
    """`included` less all that `excluded` reaches. DefinitionError if that one has exceptions of its own.

    >>> without(concepts("diabetes", 201820, descendants=True), concepts("gestational", 4024659)).items[1].excluded
    True
    """
    if any(item.excluded for item in excluded.items) or any(code.excluded for code in excluded.codes):
        raise DefinitionError(
            f'"{excluded.name}" has exceptions of its own: they would be lost', fix="exclude a set that only includes"
        )
    items = tuple(replace(item, excluded=True) for item in excluded.items)
    coded = tuple(replace(code, excluded=True) for code in excluded.codes)
    return ConceptSet(included.name, included.items + items, included.codes + coded, included.source)


def _item(one: int | ConceptItem, descendants: bool, mapped: bool) -> ConceptItem:
    return one if isinstance(one, ConceptItem) else ConceptItem(one, descendants, mapped)
