"""Sums of persons brought forward: by all that is told of them over arrays, others of the rows that changed"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa

from medark.check.achilles import Part
from medark.check.achilles.among import Among
from medark.check.achilles.of_persons import persons_by_cells
from medark.check.achilles.people import OTHERS
from medark.check.achilles.places import Numbers
from medark.flows.characterise.forward.adding import NEW, OLD, with_more
from medark.flows.characterise.forward.changes import Changes
from medark.flows.characterise.forward.differing import SIDES
from medark.flows.characterise.keeping import named_in
from medark.flows.characterise.summed import Sums, summed
from medark.store.engine import Session

PART, _CELLS, _PERSON, _DEATH = "person", "person_cells", "person", "death"


def brought(session: Session, part: Part, known: Sums, changes: Changes) -> Sums | None:
    """The sums of the part, which were `known`, with what changed; None if they have to be made from nothing."""
    people, keys, sums = Among(changes.people_of(_PERSON, _DEATH)), dict[str, Numbers](), known
    rest = replace(part, sums=tuple(one for one in part.sums if one.name != _CELLS and _PERSON in named_in(one.sql)))
    changed = changes.rows_of(_PERSON)
    for side, sign, name in zip(changes.sides, (OLD, NEW), SIDES, strict=True):
        persons, dead = side.cells(people)
        keys |= _keys(session, persons, keys)
        cells = persons_by_cells(persons, dead, keys)
        if cells is None:
            return None
        rows = changed.filter(changed[name]) if changed is not None else None
        more = _by_sql(session, rest, rows) if rows is not None and rows.num_rows else {}
        sums = with_more(part, sums, {_CELLS: cells, **more}, sign)
    return sums


def _keys(session: Session, persons: pa.Table, known: Mapping[str, Numbers]) -> dict[str, Numbers]:
    """The keys that there are of what persons refer to, of what any of them does and is not known yet."""
    asked = [one for one in OTHERS if one not in known and persons[f"{one}_id"].null_count < persons.num_rows]
    return {one: session.query(f"select {one}_id as key from {one}")["key"].to_numpy() for one in asked}


def _by_sql(session: Session, part: Part, persons: pa.Table) -> Sums:
    session.bind_arrow(_PERSON, persons)
    try:
        return summed(session, part)
    finally:
        session.drop(_PERSON)
