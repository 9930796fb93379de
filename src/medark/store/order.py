"""Which relation is made next, for threads that make them side by side"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from graphlib import TopologicalSorter
from heapq import heappop, heappush
from threading import Condition

from medark.store.engine import Relation


class Order:
    """Hands out relations, each once all that it reads is done; those on which most others wait go first."""

    def __init__(self, relations: Sequence[Relation]) -> None:
        by_name = {relation.name: relation for relation in relations}
        needs = {name: relation.reads & by_name.keys() for name, relation in by_name.items()}
        self._relations, self._behind = by_name, chains(needs)
        self._sorter = TopologicalSorter(needs)
        self._sorter.prepare()
        self._ready: list[tuple[int, str]] = []
        self._changed, self._is_given_up = Condition(), False

    def take(self) -> Relation | None:
        """The next relation, as soon as there is one; None once all are done, or it was given up."""
        with self._changed:
            while self._sorter.is_active() and not self._is_given_up:
                for name in self._sorter.get_ready():
                    heappush(self._ready, (-self._behind[name], name))
                if self._ready:
                    return self._relations[heappop(self._ready)[1]]
                self._changed.wait()
            return None

    def done(self, relation: Relation) -> None:
        """A relation is made: those that waited for it may be taken."""
        with self._changed:
            self._sorter.done(relation.name)
            self._changed.notify_all()

    def give_up(self) -> None:
        """One could not be made: no more is handed out."""
        with self._changed:
            self._is_given_up = True
            self._changed.notify_all()


def chains(needs: Mapping[str, Collection[str]]) -> dict[str, int]:
    """How many relations wait for each one, one after the other.

    >>> chains({"code": set(), "event": {"code"}, "note": {"code"}, "cost": {"event"}})
    {'code': 2, 'event': 1, 'note': 0, 'cost': 0}
    """
    found = dict.fromkeys(needs, 0)
    for name in reversed(list(TopologicalSorter(needs).static_order())):
        for needed in needs[name]:
            found[needed] = max(found[needed], found[name] + 1)
    return found
