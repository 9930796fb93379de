"""People without a row in a table: by whose rows are in each data file, bucket by bucket"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from medark.flows.quality.digests import Keys, are_in, distinct
from medark.flows.quality.index import Index
from medark.flows.quality.parts import Parts
from medark.flows.quality.reading import NOBODY

_NONE: Keys = np.zeros(0, np.int64)
Files = Mapping[str, Sequence[str]]  # of each table


class Without:
    """How many people of one table (`person`: of its rows) have no row in another, of how many."""

    def __init__(self, index: Index, parts: Parts) -> None:
        self._index, self._parts = index, parts

    def share(self, among: str, over: str, files: Files) -> tuple[int, int]:
        """Of all of some files."""
        mine, others = (self._by_bucket(table, files[table]) for table in (among, over))
        return _added(self._of_bucket(among, some, others.get(bucket, [])) for bucket, some in mine.items())

    def change(self, among: str, over: str, before: Files, now: Files) -> tuple[int, int]:
        """By how much both numbers are more than they were with other files: of people whose rows came or went."""
        both = {among, over}
        stayed = {table: self._by_bucket(table, sorted({*before[table]} & {*now[table]})) for table in both}
        gone, came = (
            {table: self._by_bucket(table, sorted({*some[table]} - {*others[table]})) for table in both}
            for some, others in ((before, now), (now, before))
        )
        more = [0, 0]
        for bucket in {bucket for some in (*gone.values(), *came.values()) for bucket in some}:
            some = [one for of in (gone, came) for of_table in of.values() for one in of_table.get(bucket, [])]
            who = distinct(np.sort(np.concatenate([_NONE, *some])))
            left = {table: [_only(one, who) for one in stayed[table].get(bucket, [])] for table in both}
            for sign, held in ((-1, gone), (1, came)):
                mine, others = ([*left[table], *held[table].get(bucket, [])] for table in (among, over))
                more = [n + sign * m for n, m in zip(more, self._of_bucket(among, mine, others), strict=True)]
        return more[0], more[1]

    def _of_bucket(self, among: str, mine: Sequence[Keys], others: Sequence[Keys]) -> tuple[int, int]:
        if among == "person" and not others:
            every = sum(map(len, mine))
            return every, every
        people, have = np.concatenate([_NONE, *mine]), distinct(np.sort(np.concatenate([_NONE, *others])))
        if among != "person":
            people = distinct(np.sort(people))
        have = have[have != NOBODY]
        return int(len(people) - are_in(people, have).sum()), len(people)

    def _by_bucket(self, table: str, paths: Sequence[str]) -> dict[str, list[Keys]]:
        found: dict[str, list[Keys]] = {}
        for path in paths:
            found.setdefault(self._parts.bucket(path), []).append(self._index.people(table, path))
        return found


def _added(shares: Iterable[tuple[int, int]]) -> tuple[int, int]:
    violating, of = 0, 0
    for one, every in shares:
        violating, of = violating + one, of + every
    return violating, of


def _only(people: Keys, who: Keys) -> Keys:
    """Those among some others; both sorted, the others each once."""
    if len(people) > 4 * len(who):
        first, end = np.searchsorted(people, who), np.searchsorted(people, who, "right")
        return np.repeat(who, end - first)
    found: Keys = people[are_in(people, who)]
    return found
