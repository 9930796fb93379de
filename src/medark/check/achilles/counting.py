"""How a kind of analysis is counted: over which relation, by what, and what is added up; as portable SQL

What is counted comes in one shape: `analysis_id, stratum_1 … stratum_5, count_value, part`, where `part` is what some
kinds need beside their count. What is distributed comes as how often each value is there: `stratum_1, stratum_2, value,
n`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from medark.check.achilles.analyses import STRATA, Analysis
from medark.check.achilles.terms import Always, Condition, Relation, RowsOf, Stratum, Told, Total, text_of

EACH: Final = "count(*)"


@dataclass(frozen=True, slots=True)
class Counting:
    """`of`: a sum, what sums say together, or FROM and WHERE over tables; `{t}` stands for the table. `by`: the strata;
    `where`: of which rows; `value`: what is distributed, if anything.

    Over tables a stratum is SQL. `is_counted`: a sum has each value of each stratum once already, and `count` is one of
    its columns.
    """

    of: str | Relation
    by: tuple[Stratum, ...] = ()
    count: str | Total | RowsOf = EACH
    part: Told | None = None
    value: str = ""
    where: Condition | None = None
    is_counted: bool = False

    def relation(self, table: str) -> str:
        """FROM and WHERE, as SQL has them."""
        of = self.of if isinstance(self.of, str) else f"({self.of.sql}) as together"
        return (of + (f" where {self.where.sql}" if self.where else "")).replace("{t}", table)

    def sql(self, analysis: Analysis) -> str:
        """The query of one analysis. Strata of distributions are whole numbers, and stay so while values are ranked."""
        told = self._distributed() if self.value else self._counted()
        groups = [text_of(one) for one in (*self.by, self.value) if one and not isinstance(one, Always)]
        grouped = f" group by {', '.join(groups)}" if groups and not self.is_counted else ""
        named = "" if self.value else f"{analysis.analysis_id} as analysis_id, "
        return f"select {named}{told} from {self.relation(analysis.table)}{grouped}".replace("{t}", analysis.table)

    def _counted(self) -> str:
        strata = zip(map(text_of, self.by), STRATA, strict=False)
        cells = [f"cast({one} as varchar) as {name}" for one, name in strata]
        cells += [f"cast(null as varchar) as {name}" for name in STRATA[len(cells) :]]
        part = text_of(self.part) if self.part else "cast(null as bigint)"
        return f"{', '.join(cells)}, {text_of(self.count)} as count_value, {part} as part"

    def _distributed(self) -> str:
        cells = [f"{text_of(one)} as {name}" for one, name in zip(self.by, STRATA, strict=False)]
        cells += [f"cast(null as bigint) as {name}" for name in STRATA[len(cells) : 2]]
        return f"{', '.join(cells)}, {self.value} as value, {text_of(self.count)} as n"


@dataclass(frozen=True, slots=True)
class Made:
    """A relation that sums and countings read, made once for all of them; `is_view`: asked anew by each."""

    name: str
    sql: str
    is_view: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """How many there are of what is told alike: the columns `keys`, and `measures`, which are added up.

    What it says of some people and of others is, added up, what it says of all: so a large table is counted some people
    at a time, and only people who have new rows are counted again. It says nothing of one person.
    `of`: the rows that it counts, by `keys` where none of `needs` is NULL; "" for what only its `sql` says.
    `is_inside`: of these rows only those that lie in an observation period have what is needed.
    """

    name: str
    sql: str
    keys: tuple[str, ...]
    measures: tuple[str, ...] = ("n",)
    of: str = ""
    needs: tuple[str, ...] = ()
    is_inside: bool = False


@dataclass(frozen=True, slots=True)
class Values:
    """What an analysis distributes, as a query: `stratum_1, stratum_2, value, n`."""

    analysis_id: int
    sql: str


@dataclass(frozen=True, slots=True)
class Asked:
    """An analysis, what counts it, and the query that says so."""

    analysis: Analysis
    counting: Counting
    sql: str


@dataclass(frozen=True, slots=True)
class Part:
    """What is counted together, and kept together: the relations that it makes, in order, sums, and what is asked of
    both.

    `by_person`: the table that it is about, of whose rows all is sums, "" if it is none of events. `of`: the table
    without whose rows there is nothing to count, "" if there is none.
    """

    name: str
    made: tuple[Made, ...]
    counts: tuple[str, ...] = ()
    values: tuple[Values, ...] = ()
    sums: tuple[Sum, ...] = ()
    by_person: str = ""
    of: str = ""
    asked: tuple[Asked, ...] = field(default=(), compare=False, repr=False)  # `counts` and `values` say the same


def queries(asked: Iterable[Asked]) -> tuple[tuple[str, ...], tuple[Values, ...]]:
    """The queries that count, and those that tell how often each value is there."""
    counts, values = list[str](), list[Values]()
    for one in asked:
        if one.counting.value:
            values.append(Values(one.analysis.analysis_id, one.sql))
        else:
            counts.append(one.sql)
    return tuple(counts), tuple(values)
