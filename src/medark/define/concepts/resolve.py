"""From what a set names to concept ids: the query that asks a vocabulary, and what its answer means"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from medark.define.concepts.ids import ConceptIds
from medark.define.concepts.set import CodeItem, ConceptItem, ConceptSet, plain
from medark.errors import DefinitionError
from medark.model.table import Column, TableSpec, Type
from medark.sql.linter import checked
from medark.sql.query import Query

# The relations that say what is wanted, beside the vocabulary's concept, concept_ancestor and concept_relationship.
_PLACE = (Column("set_no", Type.INTEGER), Column("item_no", Type.INTEGER))
WANTED_CONCEPT = TableSpec("wanted_concept", (
    *_PLACE, Column("concept_id", Type.INTEGER), Column("descendants", Type.BOOLEAN), Column("mapped", Type.BOOLEAN),
    Column("excluded", Type.BOOLEAN),
))  # fmt: skip
WANTED_CODE = TableSpec("wanted_code", (
    *_PLACE, Column("vocabulary", Type.TEXT), Column("code", Type.TEXT), Column("prefix", Type.BOOLEAN),
    Column("excluded", Type.BOOLEAN),
))  # fmt: skip

Item = ConceptItem | CodeItem


class Member(NamedTuple):
    """A row of the answer: a member of a set, or (item_no) an item that the vocabulary does not know."""

    set_no: int
    item_no: int | None
    concept_id: int | None
    standard: bool
    source: bool


@cache
def resolve_query() -> Query:
    """Portable SQL over `wanted_concept`, `wanted_code` and the vocabulary; its rows are `Member`s."""
    return checked(files(__package__).joinpath("resolve.sql").read_text(encoding="utf-8"))


def wanted_concepts(sets: Sequence[ConceptSet]) -> list[tuple[int, int, int, bool, bool, bool]]:
    """The rows of `wanted_concept`."""
    return [
        (set_no, item_no, item.concept_id, item.descendants, item.mapped, item.excluded)
        for set_no, item_no, item in _numbered(sets)
        if isinstance(item, ConceptItem)
    ]


def wanted_codes(sets: Sequence[ConceptSet]) -> list[tuple[int, int, str, str, bool, bool]]:
    """The rows of `wanted_code`, spelled as codes are compared."""
    return [
        (set_no, item_no, item.vocabulary.strip().upper(), plain(item.code), item.prefix, item.excluded)
        for set_no, item_no, item in _numbered(sets)
        if isinstance(item, CodeItem)
    ]


def resolved(
    sets: Sequence[ConceptSet], answer: Iterable[Member], *, allow_empty: bool = False
) -> dict[ConceptSet, ConceptIds]:
    """What the answer says of each set. DefinitionError for the first that came to nothing, unless that is allowed."""
    standard: list[set[int]] = [set() for _ in sets]
    source: list[set[int]] = [set() for _ in sets]
    unknown: set[tuple[int, int]] = set()
    for member in answer:
        if member.concept_id is None:
            unknown.add((member.set_no, member.item_no or 0))
            continue
        if member.standard:
            standard[member.set_no].add(member.concept_id)
        if member.source:
            source[member.set_no].add(member.concept_id)
    missing: list[list[Item]] = [[] for _ in sets]
    for set_no, item_no, item in _numbered(sets):
        if (set_no, item_no) in unknown:
            missing[set_no].append(item)
    ids = map(ConceptIds, map(frozenset, standard), map(frozenset, source), map(tuple, missing))
    found = dict(zip(sets, ids, strict=True))
    if not allow_empty:
        for concept_set, one in found.items():
            _not_empty(concept_set, one)
    return found


def has_kind(concept_set: ConceptSet, found: ConceptIds, *, source: bool) -> None:
    """DefinitionError for a set that has no id of the kind asked for, though it has others."""
    if source and found.standard and not found.source:
        raise DefinitionError(
            f'the concept set "{concept_set.name}" has no source concept here, only standard ones',
            fix="ask for standard concepts: leave out source=True",
        )
    if found.source and not found.standard and not source:
        raise DefinitionError(
            f'the concept set "{concept_set.name}" has no standard concept here, only source ones',
            fix="load a vocabulary that maps them (medark vocabulary load WS FOLDER), or ask for source concepts:"
            " .of(…, source=True)",
        )


def _numbered(sets: Sequence[ConceptSet]) -> Iterator[tuple[int, int, Item]]:
    for set_no, one in enumerate(sets):
        items: tuple[Item, ...] = (*one.items, *one.codes)
        yield from ((set_no, item_no, item) for item_no, item in enumerate(items))


def _not_empty(concept_set: ConceptSet, found: ConceptIds) -> None:
    if found.standard or found.source:
        return
    name = concept_set.name
    if not found.unknown:
        raise DefinitionError(
            f'the concept set "{name}" resolves to nothing: all that it includes it also excludes', fix="exclude less"
        )
    shown = ", ".join(map(_called, found.unknown[:3])) + (", …" if found.unknown[3:] else "")
    raise DefinitionError(
        f'the concept set "{name}" resolves to nothing: the vocabulary does not know {shown}',
        fix="load a vocabulary that has them (medark vocabulary load WS FOLDER), or correct them",
    )


def _called(item: Item) -> str:
    if isinstance(item, ConceptItem):
        return f"concept {item.concept_id}"
    return f"{item.vocabulary} {item.code}{'…' if item.prefix else ''}"
