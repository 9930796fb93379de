"""One step of looking up: a relation, and the portable SQL that makes it"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from sqlglot import exp

from medark.sql.query import Query, parse


@dataclass(frozen=True, slots=True)
class Step:
    """`name` is the relation it makes, of the SQL in `file`; it is worth running if a table of `needs` has rows.

    `view`: its SQL is so cheap that the relation is better named than kept. Lookups never give rows of a `table`.
    """

    name: str
    needs: tuple[str, ...]
    view: bool = False
    table: str | None = None

    @property
    def file(self) -> str:
        """The file of its SQL."""
        return f"{self.name}.sql"

    @property
    def query(self) -> Query:
        """The parsed portable SQL, read once a process."""
        return _query(self.file)

    @property
    def sql(self) -> str:
        """The portable SQL as written."""
        return self.query.sql

    @property
    def reads(self) -> frozenset[str]:
        """Names of the relations it reads."""
        tree = self.query.tree
        own = {cte.alias for cte in tree.find_all(exp.CTE)}
        return frozenset(table.name for table in tree.find_all(exp.Table)) - own


def wanted(steps: Sequence[Step], staged: Collection[str]) -> tuple[Step, ...]:
    """The steps to run when only the `staged` tables have rows."""
    return tuple(step for step in steps if not set(step.needs).isdisjoint(staged))


@cache
def _query(file: str) -> Query:
    return parse(files("medark.standardise.lookups").joinpath(file).read_text(encoding="utf-8"))
