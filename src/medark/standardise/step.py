"""One step on the way to OMOP: a relation, the SQL that makes it, and what it needs to be worth running"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from medark.sql.query import Query, parse


@dataclass(frozen=True, slots=True)
class Step:
    """`name` is the relation it makes; `file` of `package` holds its SQL; `table` is the OMOP table it gives rows of.

    `needs` are staging tables: when all of them are empty the step gives no rows that matter. `view`: its SQL is so
    cheap that the relation is better named than kept.
    """

    name: str
    package: str
    file: str
    needs: tuple[str, ...] = ()
    table: str | None = None
    view: bool = False

    @property
    def query(self) -> Query:
        """The parsed portable SQL, read once a process."""
        return _query(self.package, self.file)

    @property
    def sql(self) -> str:
        """The portable SQL as written."""
        return self.query.sql

    @property
    def reads(self) -> frozenset[str]:
        """Names of the relations it reads."""
        return self.query.tables


def wanted(steps: Sequence[Step], staged: Collection[str]) -> tuple[Step, ...]:
    """The steps to run, in order, when only the `staged` tables have rows: those that need one, and what they read.

    >>> from medark.standardise.domains import STEPS
    >>> [step.name for step in wanted(STEPS, {"coverage"})]
    ['payer_plan_period_rows']
    """
    by_name = {step.name: step for step in steps}
    names: set[str] = set()
    waiting = [step for step in steps if not set(step.needs).isdisjoint(staged)]
    while waiting:
        step = waiting.pop()
        if step.name not in names:
            names.add(step.name)
            waiting += [by_name[name] for name in step.reads if name in by_name]
    return tuple(step for step in steps if step.name in names)


@cache
def _query(package: str, file: str) -> Query:
    return parse(files(package).joinpath(file).read_text(encoding="utf-8"))
