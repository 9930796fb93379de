"""How a kind of analysis is counted: over which relation, by what, and what is added up; as portable SQL

What is counted comes in one shape: `analysis_id, stratum_1 … stratum_5, count_value, part`, where `part` is what some
kinds need beside their count. What is distributed comes as how often each value is there: `stratum_1, stratum_2, value,
n`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from medark.check.achilles.analyses import STRATA, Analysis

ROWS: Final = "cast(round(sum(n)) as bigint)"  # of rows that were counted already
PEOPLE: Final = "cast(round(sum(people)) as bigint)"
EACH: Final = "count(*)"


@dataclass(frozen=True, slots=True)
class Counting:
    """`of`: FROM and WHERE, `{t}` stands for the table; `by`: the strata; `value`: what is distributed, if anything.

    `is_counted`: the relation has each value of each stratum once already, and `count` is one of its columns.
    """

    of: str
    by: tuple[str, ...] = ()
    count: str = EACH
    part: str = "cast(null as bigint)"
    value: str = ""
    is_counted: bool = False

    def sql(self, analysis: Analysis) -> str:
        """The query of one analysis. Strata of distributions are whole numbers, and stay so while values are ranked."""
        told = self._distributed() if self.value else self._counted()
        groups = [one for one in (*self.by, self.value) if one and not one.startswith("'")]
        grouped = f" group by {', '.join(groups)}" if groups and not self.is_counted else ""
        named = "" if self.value else f"{analysis.analysis_id} as analysis_id, "
        asked = f"select {named}{told} from {self.of}{grouped}"
        return asked.replace("{t}", analysis.table)

    def _counted(self) -> str:
        cells = [f"cast({one} as varchar) as {name}" for one, name in zip(self.by, STRATA, strict=False)]
        cells += [f"cast(null as varchar) as {name}" for name in STRATA[len(cells) :]]
        return f"{', '.join(cells)}, {self.count} as count_value, {self.part} as part"

    def _distributed(self) -> str:
        cells = [f"{one} as {name}" for one, name in zip(self.by, STRATA, strict=False)]
        cells += [f"cast(null as bigint) as {name}" for name in STRATA[len(cells) : 2]]
        return f"{', '.join(cells)}, {self.value} as value, {self.count} as n"


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
    """What an analysis distributes, as a query: `stratum_1, stratum_2, value, n`. `of`: the sum whose columns
    (`columns`, in this order but for strata that there are none of) say it as they are; "" if none does.
    """

    analysis_id: int
    sql: str
    of: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What is counted together, and kept together: the relations that it makes, in order, sums, and queries over both.

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


def queries(asked: Iterable[tuple[Analysis, Counting]]) -> tuple[tuple[str, ...], tuple[Values, ...]]:
    """The queries that count, and those that tell how often each value is there."""
    counts, values = list[str](), list[Values]()
    for analysis, counting in asked:
        if not counting.value:
            counts.append(counting.sql(analysis))
        elif counting.is_counted:
            columns = (*counting.by, counting.value, counting.count)
            of = counting.of.replace("{t}", analysis.table)
            values.append(Values(analysis.analysis_id, counting.sql(analysis), of, columns))
        else:
            values.append(Values(analysis.analysis_id, counting.sql(analysis)))
    return tuple(counts), tuple(values)
