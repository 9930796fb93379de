"""What is otherwise told of people, deaths, visits … than in an earlier version of the lake"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from medark.check.dqd import FACTS
from medark.flows.quality.parts import Parts, listed
from medark.store.engine import Session

MOST = 4  # a table of which more than one row in so many is new or gone is looked at anew
_SMALL = 10_000  # rows of which that doesn't matter


@dataclass(frozen=True, slots=True)
class Change:
    """Facts that are otherwise: as they were, and as they are. What is `new` is in `after` alone."""

    before: pa.Table
    after: pa.Table
    new: pa.Table  # of id

    @property
    def ids(self) -> pa.Table:
        """Whose."""
        both = pa.concat_tables([self.before.select(["id"]), self.after.select(["id"])])
        return both.group_by("id").aggregate([])


class Changes:
    """Worked out once for each facts and earlier files."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._found: dict[tuple[str, tuple[str, ...]], Change | None] = {}

    def of(self, facts: str, before: tuple[str, ...]) -> Change | None:
        """Since a table had the files `before`. None if too much is otherwise, or those files are gone."""
        if (facts, before) not in self._found:
            self._found[facts, before] = self._worked_out(facts, before)
        return self._found[facts, before]

    def _worked_out(self, facts: str, before: tuple[str, ...]) -> Change | None:
        table = FACTS[facts].table
        if not is_little(self._parts, table, before):
            return None
        now = self._parts.files(table)
        with self._parts.engine.session() as session:
            self._touched(session, facts, sorted({*before} ^ {*now}))
            told = {name: self._told(session, facts, files) for name, files in (("was", before), ("is_now", now))}
            for name, rows in told.items():
                session.bind_arrow(name, rows)
            names = ["id", *FACTS[facts].told]
            otherwise = _otherwise(session, names)
            new = session.query("select n.id from is_now as n left join was as w on w.id = n.id where w.id is null")
        return Change(_only(told["was"], otherwise), _only(told["is_now"], otherwise), new)

    def _touched(self, session: Session, facts: str, files: Sequence[str]) -> None:
        table, key = FACTS[facts].table, FACTS[facts].key
        self._parts.bind(session, table, files)
        session.table("touched", f'select distinct "{key}" as id from {table} where "{key}" is not null')

    def _told(self, session: Session, facts: str, files: Sequence[str]) -> pa.Table:
        self._parts.bind(session, FACTS[facts].table, files)
        return session.query(self._parts.words(session, FACTS[facts].sql_of("touched")))


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


def _only(rows: pa.Table, ids: pa.Table) -> pa.Table:
    return rows.join(ids, "id", join_type="left semi").combine_chunks()
