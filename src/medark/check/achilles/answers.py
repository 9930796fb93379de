"""What is asked of a part's sums told over arrays: the same as its queries say, without an engine"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from medark.check.achilles.analyses import STRATA
from medark.check.achilles.columns import Columns, Numbers, OfPacked, OfTable, Values
from medark.check.achilles.counting import Asked, Counting
from medark.check.achilles.distributed import distributions, distributions_of
from medark.check.achilles.groups import Groups
from medark.check.achilles.judged import amounts, asked, judged, stratum
from medark.check.achilles.packed import Packed
from medark.check.achilles.shaped import Counted, Rows, shaped
from medark.check.achilles.terms import Own, RowsOf, Stratum, Told, Total
from medark.check.achilles.together import together

RowsIn = Callable[[str], int]  # how many rows a table of the lake has


def is_of_sums(one: Asked, names: Collection[str]) -> bool:
    """Is it asked of sums of these names, and of nothing else?"""
    of = one.counting.of
    return not isinstance(of, str) or of.replace("{t}", one.analysis.table) in names


class Answers:
    """Tells what is asked of sums. `rows_in`: of tables that countings name beside them."""

    def __init__(self, sums: Mapping[str, pa.Table | Packed], rows_in: RowsIn) -> None:
        self._sums, self._rows_in = sums, rows_in
        self._columns = dict[str, Columns]()
        self._values = dict[int, Values]()

    def counts(self, some: Iterable[Asked]) -> Iterator[tuple[int, Rows]]:
        """The rows of achilles_results of some analyses, those that ask most columns first."""
        for one in sorted(some, key=self._depth, reverse=True):
            yield one.analysis.analysis_id, shaped(one.analysis.counts, self._counted(one))

    def distributions(self, one: Asked) -> pa.Table:
        """The rows of achilles_results_dist of an analysis."""
        number, counting, columns = one.analysis.analysis_id, one.counting, self._of(one)
        strata = [*counting.by, counting.value]
        if isinstance(columns, OfPacked) and counting.is_counted and columns.packed.names == tuple(strata):
            return distributions_of(number, columns.packed)
        if counting.is_counted:
            told, often = [columns.array(str(name)) for name in strata], columns.measure(str(counting.count))
        else:
            grouped = self._grouped(one, strata)
            told, often = [of.told() for of in grouped.groups.strata], grouped.told(counting.count, self._rows_in)
        *by, value = told
        by += [pa.nulls(len(often), pa.int64())] * (2 - len(by))
        return distributions(number, pa.table([*by, value, pa.array(often)], [*STRATA[:2], "value", "n"]))

    def _counted(self, one: Asked) -> Counted:
        counting = one.counting
        if counting.is_counted:
            columns = self._of(one)
            strata = [stratum(term, columns) for term in counting.by]
            count, rows = columns.measure(str(counting.count)).astype(np.int64), _rows(counting, columns)
            return Counted(strata, count) if rows is None else Counted([one.at(rows) for one in strata], count[rows])
        grouped = self._grouped(one, counting.by)
        count = grouped.told(counting.count, self._rows_in)
        return Counted(grouped.groups.strata, count, counting.part and grouped.told(counting.part, self._rows_in))

    def _grouped(self, one: Asked, by: Sequence[Stratum]) -> _Grouped:
        columns = self._of(one)
        strata, rows = [stratum(term, columns) for term in by], _rows(one.counting, columns)
        if rows is not None:
            strata = [of.at(rows) for of in strata]
        return _Grouped(columns, rows, by, Groups(strata, columns.rows if rows is None else len(rows)))

    def _of(self, one: Asked) -> Columns:
        """What a counting is of, in as few rows as tell it."""
        of, table = one.counting.of, one.analysis.table
        if isinstance(of, str):
            return self._named(of, table).having(_asked(one.counting))
        return together(of, lambda name: self._named(name, table))

    def _named(self, of: str, table: str) -> Columns:
        name = of.replace("{t}", table)
        if name not in self._columns:
            rows = self._sums[name]
            self._columns[name] = OfPacked(rows, self._values) if isinstance(rows, Packed) else OfTable(rows)
        return self._columns[name]

    def _depth(self, one: Asked) -> int:
        of = one.counting.of
        return self._named(of, one.analysis.table).depth(_asked(one.counting)) if isinstance(of, str) else 0


@dataclass(frozen=True, slots=True)
class _Grouped:
    """Rows of a sum in groups by strata. `rows`: those that are asked for; None: all."""

    columns: Columns
    rows: Numbers | None
    by: Sequence[Stratum]
    groups: Groups

    def told(self, told: Told | str, rows_in: RowsIn) -> Numbers:
        """What is told of each group."""
        match told:
            case Total():
                found = amounts(told, self.columns)
                return self.groups.added(found if self.rows is None else found[self.rows])
            case Own():
                own = self.groups.strata[self.by.index(told.column)]
                return own.values.numbers[own.codes]
            case RowsOf():
                return np.full(len(self.groups), rows_in(told.table))
        raise TypeError(told)


def _asked(counting: Counting) -> Collection[str]:
    """The columns that a counting asks for, beside measures."""
    count = None if isinstance(counting.count, str) else counting.count
    terms = (*counting.by, counting.value or None, counting.where, count, counting.part)
    return {name for term in terms for name in asked(term)}


def _rows(counting: Counting, columns: Columns) -> Numbers | None:
    """The rows that are asked for; None: all."""
    return np.flatnonzero(judged(counting.where, columns)[0]) if counting.where else None
