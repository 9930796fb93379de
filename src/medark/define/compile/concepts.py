"""Concept lists: many sets looked up by one join"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlglot import exp

from medark.define.compile.draft import Draft, concept_rows
from medark.define.compile.expressions import member
from medark.define.concepts import ConceptSet
from medark.define.nodes import InConcepts, Value

INLINE = 12  # up to so many ids are written out: a join costs more
Asked = tuple[ConceptSet, bool]  # the set, and whether among its source concepts


@dataclass(frozen=True, slots=True)
class Listed:
    """A value that is looked up: the list, the alias it is joined under, and the classes that make each set."""

    alias: str
    list_no: int
    classes: Mapping[Asked, tuple[int, ...]]


class Memberships:
    """The sets that values of one SELECT are looked up in.

    Concepts that lie in the same sets are of one class. So whatever the number of sets, a row is looked up once for
    each value, and each set is a comparison of one whole number.
    """

    def __init__(self, draft: Draft, asked: Iterable[InConcepts]) -> None:
        groups: defaultdict[Value, dict[Asked, frozenset[int]]] = defaultdict(dict)
        for one in asked:
            groups[one.value][one.concepts, one.source] = draft.ids(one.concepts, source=one.source)
        self._listed = {
            value: _listed(draft, f"k{at}", sets)
            for at, (value, sets) in enumerate(groups.items(), 1)
            if sum(map(len, sets.values())) > INLINE
        }

    def held(self, value: InConcepts, write: Callable[[Value], exp.Expr], *, is_required: bool) -> exp.Expr | None:
        """The condition on the joined list; None where the ids are written out. Required: other rows are left out."""
        listed = self._listed.get(value.value)
        if listed is None:
            return None
        classes = listed.classes[value.concepts, value.source]
        found = member(exp.column("class_no", table=listed.alias), [exp.Literal.number(no) for no in classes])
        if is_required:
            return found
        # Outside a filter NULL and FALSE differ: no concept gives NULL, one that is in no list FALSE.
        known = exp.Is(this=write(value.value), expression=exp.Null()).not_()
        return exp.Case(ifs=[exp.If(this=known, true=exp.func("coalesce", found, exp.false()))])

    def joined(self, query: exp.Select, write: Callable[[Value], exp.Expr], required: Iterable[Value]) -> exp.Select:
        """The query joined with each list; rows in none of a required list are left out."""
        needed = set(required)
        for value, listed in self._listed.items():
            rows = concept_rows(listed.list_no, listed.alias)
            on = exp.column("concept_id", table=listed.alias).eq(write(value))
            query = query.join(rows, on=on, join_type="" if value in needed else "left", copy=False)
        return query


def _listed(draft: Draft, alias: str, sets: Mapping[Asked, frozenset[int]]) -> Listed:
    """Numbers the classes: the concepts of one class lie in exactly the same sets."""
    lies_in: defaultdict[int, set[Asked]] = defaultdict(set)
    for asked, ids in sets.items():
        for concept in ids:
            lies_in[concept].add(asked)
    numbers: dict[frozenset[Asked], int] = {}
    rows = tuple((c, numbers.setdefault(frozenset(lies_in[c]), len(numbers) + 1)) for c in sorted(lies_in))
    classes = {asked: tuple(no for those, no in numbers.items() if asked in those) for asked in sets}
    return Listed(alias, draft.concept_list(rows), classes)
