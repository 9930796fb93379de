"""Sums of a table of events brought forward: of people by what they had and have, of records by those that changed"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing
from itertools import chain

import numpy as np
import pyarrow as pa

from medark.check.achilles import Part
from medark.check.achilles.arrays import Arrays, by_name, of_people
from medark.check.achilles.coders import Few
from medark.check.achilles.event_tables import BY_NAME
from medark.check.achilles.lives import add_lives
from medark.check.achilles.people_sums import PeopleSums
from medark.check.achilles.persons import People
from medark.check.achilles.places import Numbers
from medark.check.achilles.references import References
from medark.flows.characterise.forward.adding import NEW, OLD, coders_of, table_of, with_more
from medark.flows.characterise.forward.changes import Changes
from medark.flows.characterise.forward.visit_keys import NAMES
from medark.flows.characterise.forward.visits import are_told_otherwise
from medark.flows.characterise.summed import Sums
from medark.store.engine import Session


def brought(session: Session, part: Part, known: Sums, changes: Changes, ready: Future[None]) -> Sums | None:
    """The sums of a part, which were `known`, with what changed; None if they have to be made from nothing.

    `ready`: when it was looked up what records refer to; people are counted before. `session`: the one of the changes;
    this one works in another beside it.
    """
    counting = _Counting(part, known, changes)
    moved = counting.add_people()
    if moved is None:
        return None
    ready.result()
    if _are_told_otherwise(part, known, changes):
        return None
    with closing(session.beside(())) as beside:
        return counting.sums if counting.add_records(beside, moved) else None


class _Counting:
    """Sums of a table of events to which rows are added, or from which they are taken."""

    def __init__(self, part: Part, sums: Sums, changes: Changes) -> None:
        self._part, self._changes, self.sums = part, changes, sums
        self._events, self._coders = BY_NAME[part.by_person], coders_of(sums)

    def add_people(self) -> Numbers | None:
        """Count people, before and now; whose records that did not change may be told otherwise, since an observation
        period has changed; None if they can't be coded.
        """
        concepts = self._coders.setdefault("concept_id", Few(np.dtype(np.int64)))
        if not isinstance(concepts, Few):
            return None
        both, moved, latest = self._changes.sides, list[Numbers](), (list[pa.Table](), list[pa.Table]())
        people = [People(side.persons(), self._coders.get("gender_concept_id")) for side in both]
        sides = [PeopleSums(one, self._coders) for one in people]
        for lives in self._changes.lives(self._events, concepts):
            if lives is None or not all(one.fits for one in people):
                return None
            add_lives(lives, concepts, people, sides)
            moved.append(lives.people[lives.moved])
            for number, some in enumerate(latest):
                some.append(lives.latest_of(number))
        if not all(one.fits for one in sides):
            return None
        for side, some in zip(both, latest, strict=True):
            side.met(self._events.table, some)
        asked = of_people(self._events, self._part.sums)
        old, new = sides
        self._add({one.name: rows for one, rows in by_name(asked, new.found(less=old))}, NEW)
        return np.concatenate([np.zeros(0, np.int64), *moved])

    def add_records(self, session: Session, moved: Numbers) -> bool:
        """Count records that changed, and those that are told otherwise; False if they can't be coded."""
        changes, events = self._changes, self._events
        with changes.again(session, events, moved) as again:
            for side, sign in enumerate((OLD, NEW)):
                records = chain(changes.records(session, events, side), again.records() if again else ())
                if not self._count(changes.references(events, side, again), records, sign):
                    return False
                self._add(changes.unmapped(session, self._part, side), sign)
        return True

    def _count(self, references: References, rows: Iterator[pa.RecordBatch], sign: int) -> bool:
        first = next(rows, None)
        if first is None:
            return True
        arrays = Arrays(self._events, [one for one in self._part.sums if one.of], references, self._coders)
        if not arrays.fits or not arrays.add(chain([first], rows)):
            return False
        self._add({one.name: told for one, told in arrays.found()}, sign)
        return True

    def _add(self, more: Sums, sign: int) -> None:
        self.sums = with_more(self._part, self.sums, more, sign)


def _are_told_otherwise(part: Part, known: Sums, changes: Changes) -> bool:
    """May records of people who were not touched be told otherwise than before?"""
    others = dict[str, np.ndarray | None]()
    for name in NAMES:
        rows = known.get(f"{part.by_person}_other_{name}")
        others[name] = None if rows is None else table_of(rows)[f"other_{name}"].to_numpy()
    return are_told_otherwise(changes.visits, BY_NAME[part.by_person], others)
