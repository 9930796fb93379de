"""What rows refer to, looked up in files of their own bucket, whose people they share: a core has that beside it"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np

from medark.check.counting import Link
from medark.check.dqd import FACTS
from medark.flows.quality.affected import Move
from medark.flows.quality.digests import with_digests
from medark.flows.quality.index import Index
from medark.flows.quality.parts import Parts
from medark.flows.quality.reading import is_of_people, key_of_table
from medark.flows.quality.told import Told, together

_PERSON = "person_id"


class Near:
    """What facts tell, bucket by bucket. `people`: facts of persons, which are in the bucket of their rows or nowhere;
    `others`: those of which relations are made, until a row is found that refers to another bucket's.

    Of facts that are otherwise told since, or asked of rows of nobody, all are wanted at once.
    """

    def __init__(self, parts: Parts, index: Index, moves: Sequence[Move]) -> None:
        self._parts, self._index = parts, index
        self._twice: dict[str, Told] = {}
        asked = {link.facts for move in moves if is_of_people(move.over) for link in move.links}
        other = {link.facts for move in moves for link in (move.changes if is_of_people(move.over) else move.links)}
        near = {name for name in asked - other if index.tells(name) and is_of_people(FACTS[name].table)}
        self.people = {name for name in near if FACTS[name].key == _PERSON}
        self.others = {name for name in near - self.people if FACTS[name].key == key_of_table(FACTS[name].table)}

    def buckets(self, files: Sequence[str], links: Collection[Link]) -> Iterator[list[str]]:
        """Files, a bucket at a time; all at once where no link leads to a relation of a bucket."""
        found: dict[str, list[str]] = {}
        is_one = self.others.isdisjoint(link.facts for link in links)
        for path in files:
            found.setdefault("" if is_one else self._parts.bucket(path), []).append(path)
        yield from found.values()

    def told(self, name: str, path: str) -> Told:
        """What is told in the bucket of a file."""
        table, bucket = FACTS[name].table, self._parts.bucket(path)
        self._index.read(table, self._parts.files(table))
        mine = [one for one in self._parts.files(table) if self._parts.bucket(one) == bucket]
        found = together([self._index.told_of(table, one) for one in mine]) if mine else self._index.told(name, {})
        found = found if name in self.people else found.less(self._told_twice(name))
        self._index.let_go(table)  # of the other buckets nothing is wanted now
        return found

    def tell(self, links: Collection[Link], path: str) -> None:
        """Make relations of what is told in the bucket of a file."""
        for name in sorted({link.facts for link in links} & self.others):
            self._parts.session.bind_arrow(name, self.told(name, path).table())

    def far(self, lost: Mapping[str, list[int] | None], links: Collection[Link], path: str) -> list[str]:
        """The facts of which rows of a bucket, which `lost` these by column, may need those of others, too: from now on
        somebody else tells them.
        """
        mine = [link for link in links if link.column in lost and link.facts in self.others]
        found = {link.facts for link in mine if self._is_elsewhere(link.facts, lost[link.column], path)}
        self.others -= found
        return sorted(found)

    def _is_elsewhere(self, name: str, lost: list[int] | None, path: str) -> bool:
        if lost is None:
            return True
        table, bucket = FACTS[name].table, self._parts.bucket(path)
        others = [one for one in self._parts.files(table) if self._parts.bucket(one) != bucket]
        may = self._index.may_tell(name, others, np.array(lost, np.int64))
        return any(len(self._index.told_of(table, one).among(some).ids) for one, some in may.items())

    def _told_twice(self, name: str) -> Told:
        """What is told of ids that may be in several files: the least, whatever the bucket."""
        if name not in self._twice:
            table = FACTS[name].table
            cuts = self._index.twice(table)
            some = [self._index.told_of(table, path) for path in self._parts.files(table)]
            self._twice[name] = together([one.among(with_digests([one.ids], cuts)) for one in some])
        return self._twice[name]
