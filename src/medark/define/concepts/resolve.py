"""From what a set names to concept ids: the query that asks a vocabulary, and what its answer means"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

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


@dataclass(frozen=True, slots=True)
class ResolvedSet:
    """What a set came to. `standard`: ids to look for in columns such as condition_concept_id; `source`: ids to look
    for in condition_source_concept_id. Concepts named by id are in both, codes and what they map to in one each.
    """

    concept_set: ConceptSet
    standard: frozenset[int]
    source: frozenset[int]
    unknown: tuple[Item, ...] = ()  # items that the vocabulary does not have

    def ids(self, *, source: bool = False) -> frozenset[int]:
        """The ids to look for in one kind of column. DefinitionError if there are none, though the set has others."""
        if source and self.standard and not self.source:
            raise DefinitionError(
                f'the concept set "{self.concept_set.name}" has no source concept here, only standard ones',
                fix="ask for standard concepts: leave out source=True",
            )
        if self.source and not self.standard and not source:
            raise DefinitionError(
                f'the concept set "{self.concept_set.name}" has no standard concept here, only source ones',
                fix="load a vocabulary that maps them (medark vocabulary load WS FOLDER), or ask for source concepts:"
                " .of(…, source=True)",
            )
        return self.source if source else self.standard


@dataclass(frozen=True, slots=True)
class Resolved:
    """All sets of a definition as one vocabulary resolved them, in the order in which they were given."""

    sets: tuple[ResolvedSet, ...]

    def __iter__(self) -> Iterator[ResolvedSet]:
        return iter(self.sets)

    def __getitem__(self, concept_set: ConceptSet) -> ResolvedSet:
        """What a set came to; KeyError if it was not among them."""
        for one in self.sets:
            if one.concept_set == concept_set:
                return one
        raise KeyError(concept_set.name)


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


def resolved(sets: Sequence[ConceptSet], answer: Iterable[Member], *, allow_empty: bool = False) -> Resolved:
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
    found = tuple(map(ResolvedSet, sets, map(frozenset, standard), map(frozenset, source), map(tuple, missing)))
    return Resolved(found if allow_empty else tuple(map(_not_empty, found)))


def _numbered(sets: Sequence[ConceptSet]) -> Iterator[tuple[int, int, Item]]:
    for set_no, one in enumerate(sets):
        items: tuple[Item, ...] = (*one.items, *one.codes)
        yield from ((set_no, item_no, item) for item_no, item in enumerate(items))


def _not_empty(found: ResolvedSet) -> ResolvedSet:
    if found.standard or found.source:
        return found
    name = found.concept_set.name
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
