"""A small made-up population in which the branches of a definition are taken"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from medark.define.answers import reads
from medark.define.concepts import ConceptSet
from medark.define.concepts.ids import ConceptIds
from medark.define.definitions import Definition
from medark.define.dummy.branches import Branch, asked, of_entries
from medark.define.dummy.chance import Chance
from medark.define.dummy.draw import Drawing
from medark.define.dummy.gather import recipes
from medark.define.dummy.moments import Moments
from medark.define.dummy.search import Search
from medark.define.dummy.sets import codes_by_id, with_made_up
from medark.define.dummy.tables import Tables
from medark.define.dummy.values import Values
from medark.define.nodes import InConcepts
from medark.errors import DefinitionError

TODAY = dt.date(2024, 6, 30)
_LARGEST = 10_000


@dataclass(frozen=True, slots=True)
class Dummy:
    """OMOP rows as {table: {column: values}}, and which branches some entry takes and which none does.

    `resolved`: what each concept set was taken to come to, which is what a run on these rows must be told.
    """

    tables: Tables
    taken: tuple[Branch, ...]
    untaken: tuple[Branch, ...]
    resolved: Mapping[ConceptSet, ConceptIds]
    today: dt.date
    # branches past the most that are looked for: a definition of hundreds of conditions is shown in part
    left_out: int = 0


def dummy_population(
    definition: Definition,
    size: int = 100,
    seed: int = 0,
    *,
    today: dt.date = TODAY,
    resolved: Mapping[ConceptSet, ConceptIds] | None = None,
) -> Dummy:
    """`size` made-up people: for each condition some who meet it, who fail it, and of whom it is not known; values on
    each limit and to both sides of it; rows just inside and just outside of each window.

    The same arguments give the same people. Without `resolved` a set comes to the concepts that it names itself (and
    made-up ones for its codes). What could not be taken is told in `untaken`: a branch that no data can take, or one
    that was not found. It is nobody's data and fits no distribution: figures from it mean nothing.
    """
    if not 1 <= size <= _LARGEST:
        raise DefinitionError(f"a made-up population of {size}", fix=f"1 to {_LARGEST:,}")
    dataset = of_entries(definition)
    sets = [node.concepts for node in dataset.walk() if isinstance(node, InConcepts)]
    known = with_made_up(sets, resolved or {})
    chance, found = Chance(seed), recipes(dataset)
    needed = {"person": frozenset[str](), **reads(dataset)}
    values = Values(known, codes_by_id(sets), needed, chance)
    drawing = Drawing(found, Moments(found, today, chance), values, chance)
    questions = asked(definition)
    search = Search(questions, drawing, needed, known, today, chance)
    people = search.people(size)
    taken = frozenset().union(*(one.takes for one in people))
    branches = [(questions[t.asked].questions[t.question].branch(t.outcome), t in taken) for t in search.targets]
    return Dummy(
        search.tables(one.draft for one in people),
        tuple(branch for branch, is_taken in branches if is_taken),
        tuple(branch for branch, is_taken in branches if not is_taken),
        known,
        today,
        sum(one.left_out for one in questions),
    )
