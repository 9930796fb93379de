"""Rows of some people in tables, bound in the tables' own place: as they were and as they are"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pyarrow as pa

from medark.check.achilles import Part
from medark.check.achilles.places import Numbers
from medark.check.achilles.references import NOBODY
from medark.flows.characterise.forward.differing import SIDES, Difference, Differences
from medark.model.omop import lake_columns, person_column
from medark.store.engine import Relation, Session

_WORD = re.compile(r"\w+")


class FewRows:
    """Those of `people` in the tables that a part reads, of which the session has `changed_T` where they changed."""

    def __init__(
        self, session: Session, differences: Differences, part: Part, tables: Sequence[Difference], people: Numbers
    ) -> None:
        self._session, self._differences, self._tables, self._people = session, differences, tables, people
        self._words = {word for some in (part.made, part.sums) for one in some for word in _WORD.findall(one.sql)}

    @property
    def is_any(self) -> bool:
        """May there be anything that differs?"""
        return len(self._people) > 0

    @contextmanager
    def made(self) -> Iterator[None]:
        """Within it they can be bound."""
        session, made = self._session, ["few"]
        session.bind_arrow("few", pa.table({"id": self._people}))
        for one in self._tables:
            made += self._differences.bind_both(f"both_{one.table}", one, session)
        session.make([self._rows(one) for one in self._tables])
        made += [f"few_{one.table}" for one in self._tables]
        try:
            yield
        finally:
            for name in reversed(made):
                session.drop(name)

    @contextmanager
    def bound(self, side: int) -> Iterator[None]:
        """Within it the session's tables are these, as they were (0) or as they are (1)."""
        for one in self._tables:
            told = f"select * exclude (is_old, is_new) from few_{one.table} where {SIDES[side]}"
            self._session.view(one.table, told)
        try:
            yield
        finally:
            for one in self._tables:
                self._session.drop(one.table)

    def _rows(self, of: Difference) -> Relation:
        columns = [one.name for one in lake_columns(of.table)]
        cells = ", ".join(f'"{name}"' for name in columns if name in self._words)
        whose = f"where coalesce({person_column(of.table)}, {NOBODY}) in (select id from few)"
        both = f"select {cells}, true as is_old, true as is_new from both_{of.table} {whose}"
        changed = f" union all select {cells}, is_old, is_new from changed_{of.table} {whose}" if of.is_changed else ""
        return Relation(f"few_{of.table}", both + changed)
