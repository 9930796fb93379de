"""What is otherwise told of people, deaths, visits … than in an earlier version of the lake"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from medark.check.dqd import FACTS
from medark.flows.quality.digests import Keys, ordered
from medark.flows.quality.index import Index
from medark.flows.quality.parts import Parts, listed
from medark.flows.quality.reading import key_of_table
from medark.flows.quality.told import Told
from medark.store.engine import Session

MOST = 4  # a table of which more than one row in so many is new or gone is looked at anew
_SMALL = 10_000  # rows of which that doesn't matter
_BOTH = ("was", "is_now")


@dataclass(frozen=True, slots=True)
class Change:
    """Facts that are otherwise: as they were, and as they are. What is `new` is in `after` alone."""

    before: pa.Table
    after: pa.Table
    ids: Keys  # whose facts are otherwise
    new: Keys

    @classmethod
    def nothing(cls) -> Change:
        """Nothing is otherwise."""
        none = pa.table({"id": pa.array([], pa.int64())})
        return cls(none, none, _numbers(none), _numbers(none))


class Changes:
    """Worked out once for each facts and earlier files."""

    def __init__(self, parts: Parts, index: Index | None) -> None:
        self._parts, self._index = parts, index
        self._found: dict[tuple[str, tuple[str, ...]], Change | None] = {}

    def of(self, facts: str, before: tuple[str, ...]) -> Change | None:
        """Since a table had the files `before`. None if too much is otherwise, or those files are gone."""
        if (facts, before) not in self._found:
            self._found[facts, before] = self._worked_out(facts, before)
        return self._found[facts, before]

    def _worked_out(self, facts: str, before: tuple[str, ...]) -> Change | None:
        table = FACTS[facts].table
        now = self._parts.files(table)
        if not self._parts.are_there(table, sorted({*before} - {*now})):
            return None
        if self._index is not None and self._index.tells(facts):
            return self._of_kept(self._index, facts, before)
        session = self._parts.session
        ids = self._touched(facts, sorted({*before} ^ {*now}))
        session.bind_arrow("touched", ids)
        stayed = self._stayed(table, sorted({*before} & {*now}), ids, FACTS[facts].key)
        for name, files in (("was", {*before} - {*now}), ("is_now", {*now} - {*before})):
            session.bind_arrow(name, self._told(facts, sorted({*files, *stayed})))
        otherwise = _otherwise(session, ["id", *FACTS[facts].told])
        if otherwise.num_rows * MOST > max(self._parts.rows(table), _SMALL):
            return None
        session.bind_arrow("otherwise", otherwise)
        was, now_is = (
            session.query(f"select f.* from {name} as f join otherwise as o on o.id = f.id") for name in _BOTH
        )
        new = session.query("select n.id from is_now as n where not exists (select 1 from was as w where w.id = n.id)")
        return Change(was, now_is, _numbers(otherwise), _numbers(new))

    def _of_kept(self, index: Index, facts: str, before: tuple[str, ...]) -> Change | None:
        """The same, from what is kept of each file."""
        table, now = FACTS[facts].table, self._parts.files(FACTS[facts].table)
        index.read(table, now)
        files = sorted({*before} ^ {*now})
        ids = ordered(np.concatenate([index.told_of(table, path).ids for path in files]))
        stayed = index.may_tell(facts, sorted({*before} & {*now}), ids)
        was, is_now = (
            index.told(facts, dict.fromkeys(sorted(some), ids) | stayed)
            for some in ({*before} - {*now}, {*now} - {*before})
        )
        return self._change(was, is_now, self._parts.rows(table))

    @staticmethod
    def _change(was: Told, is_now: Told, rows: int) -> Change | None:
        otherwise = np.setdiff1d(ordered(np.concatenate([was.ids, is_now.ids])), was.alike(is_now), assume_unique=True)
        if len(otherwise) * MOST > max(rows, _SMALL):
            return None
        old, now = was.among(otherwise), is_now.among(otherwise)
        return Change(old.table(), now.table(), otherwise, np.setdiff1d(now.ids, old.ids, assume_unique=True))

    def _touched(self, facts: str, files: Sequence[str]) -> pa.Table:
        table, key = FACTS[facts].table, FACTS[facts].key
        self._parts.bind(table, files)
        return self._parts.session.query(f'select distinct "{key}" as id from {table} where "{key}" is not null')

    def _stayed(self, table: str, stayed: list[str], ids: pa.Table, key: str) -> list[str]:
        """Files of those that stayed in which there may be more of what was touched."""
        if self._index is None or key != key_of_table(table):
            return stayed
        return [path for path, _ in self._index.that_may_have(table, stayed, _numbers(ids))]

    def _told(self, facts: str, files: Sequence[str]) -> pa.Table:
        self._parts.bind(FACTS[facts].table, files)
        return self._parts.session.query(self._parts.words(FACTS[facts].sql_of("touched")))


def is_little(parts: Parts, table: str, before: Sequence[str]) -> bool:
    """Is most of a table in files that it had before, and can those that it lost still be read?"""
    now = parts.files(table)
    added, removed = sorted({*now} - {*before}), sorted({*before} - {*now})
    is_few = parts.rows(table, added) * MOST <= max(parts.rows(table), _SMALL)
    return is_few and parts.are_there(table, removed)


def _otherwise(session: Session, names: Sequence[str]) -> pa.Table:
    same = " and ".join(f"w.{name} is not distinct from n.{name}" for name in names)
    lone = [
        f"select a.id from {one} as a where not exists (select 1 from {other} as b where b.id = a.id and {match})"
        for one, other, match in (
            ("was", "is_now", same.replace("w.", "a.").replace("n.", "b.")),
            ("is_now", "was", same.replace("n.", "a.").replace("w.", "b.")),
        )
    ]
    return session.query(f"select distinct id from ({listed(lone)}) as u")


def _numbers(ids: pa.Table) -> Keys:
    return np.asarray(ids.column("id").to_numpy(), np.int64)
