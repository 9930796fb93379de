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
    ids: pa.Table  # of id: whose facts are otherwise
    new: pa.Table  # of id


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
        now = self._parts.files(table)
        if not self._parts.are_there(table, sorted({*before} - {*now})):
            return None
        session = self._parts.session
        self._touched(facts, sorted({*before} ^ {*now}))
        told = {name: self._told(facts, files) for name, files in (("was", before), ("is_now", now))}
        for name, rows in told.items():
            session.bind_arrow(name, rows)
        otherwise = _otherwise(session, ["id", *FACTS[facts].told])
        if otherwise.num_rows * MOST > max(self._parts.rows(table), _SMALL):
            return None
        new = session.query("select n.id from is_now as n left join was as w on w.id = n.id where w.id is null")
        return Change(_only(told["was"], otherwise), _only(told["is_now"], otherwise), otherwise, new)

    def _touched(self, facts: str, files: Sequence[str]) -> None:
        table, key = FACTS[facts].table, FACTS[facts].key
        self._parts.bind(table, files)
        self._parts.session.table("touched", f'select distinct "{key}" as id from {table} where "{key}" is not null')

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


def _only(rows: pa.Table, ids: pa.Table) -> pa.Table:
    return rows.join(ids, "id", join_type="left semi").combine_chunks()
