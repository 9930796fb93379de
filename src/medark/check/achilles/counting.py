"""How a kind of analysis is counted: over which relation, by what, and what is added up; as portable SQL

What is counted comes in one shape: `analysis_id, stratum_1 … stratum_5, count_value, part`, where `part` is what some
kinds need beside their count. What is distributed comes as how often each value is there: `analysis_id, stratum_1,
stratum_2, value, n`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from medark.check.achilles.analyses import STRATA, Analysis

ROWS: Final = "cast(round(sum(n)) as bigint)"  # of rows that were counted already
EACH: Final = "count(*)"


@dataclass(frozen=True, slots=True)
class Counting:
    """`of`: FROM and WHERE, `{t}` stands for the table; `by`: the strata; `value`: what is distributed, if anything."""

    of: str
    by: tuple[str, ...] = ()
    count: str = EACH
    part: str = "cast(null as bigint)"
    value: str = ""

    def sql(self, analysis: Analysis) -> str:
        """The query of one analysis. Strata of distributions are whole numbers, and stay so while values are ranked."""
        told = self._distributed() if self.value else self._counted()
        groups = [one for one in (*self.by, self.value) if one and not one.startswith("'")]
        grouped = f" group by {', '.join(groups)}" if groups else ""
        asked = f"select {analysis.analysis_id} as analysis_id, {told} from {self.of}{grouped}"
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
    """A relation that countings read, made once for all of them."""

    name: str
    sql: str


@dataclass(frozen=True, slots=True)
class Part:
    """What is counted together, and kept together: the relations that it makes, in order, and the queries over them.

    `by_person`: the table of whose rows all is made that it says of one person, "" if there is none: what is counted of
    some people and of others can be added up.
    """

    name: str
    made: tuple[Made, ...]
    counts: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    by_person: str = ""


def queries(asked: Iterable[tuple[Analysis, Counting]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The queries that count, and those that tell how often each value is there."""
    both: tuple[list[str], list[str]] = ([], [])
    for analysis, counting in asked:
        both[bool(counting.value)].append(counting.sql(analysis))
    return tuple(both[0]), tuple(both[1])
