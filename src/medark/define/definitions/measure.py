"""A measure: how many of those who count meet a condition, by group and period"""

from __future__ import annotations

from collections.abc import Mapping

from medark.define.definitions.dataset import Dataset
from medark.define.definitions.variables import Variable, condition_of_entry, population, variables
from medark.define.language.durations import Duration
from medark.define.language.names import index
from medark.define.language.series import Series, all_of, call, date_of
from medark.define.nodes import Population, Value
from medark.define.nodes.node import Node, node
from medark.errors import DefinitionError


@node
class Measure(Node):
    """Counts of entries: in the denominator, excluded from it, in the numerator; by the values of `by`, each period.

    An entry counts in the period that its start lies in: 1, 2, 3, 4, 6 or 12 months of the calendar year.
    Missing counts as not true. Small counts are shown by whoever serves the result, not here.
    """

    name: str
    population: Population
    numerator: Value | Series
    denominator: Value | Series | bool = True
    exclusions: Value | Series | bool = False
    by: tuple[Variable, ...] | Mapping[str, object] = ()
    intervals: Duration | None = None
    source: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "population", population(self.population))
        for part in ("numerator", "denominator", "exclusions"):
            object.__setattr__(self, part, condition_of_entry(getattr(self, part), part))
        if isinstance(self.by, Mapping):
            object.__setattr__(self, "by", variables(self.by))
        if self.intervals and (self.intervals.unit != "months" or self.intervals.fixed() not in (1, 2, 3, 4, 6, 12)):
            raise DefinitionError("periods are 1, 2, 3, 4, 6 or 12 months", fix="intervals=months(1)")

    @property
    def rows(self) -> Dataset:
        """One row an entry: period (its first day), the groups, and whether it counts in each part."""
        assert isinstance(self.by, tuple)
        meets = {name: Series(getattr(self, name)).is_true() for name in ("denominator", "exclusions", "numerator")}
        counts = all_of(meets["denominator"], ~meets["exclusions"])
        period = {"period": _period(self.intervals.fixed())} if self.intervals else {}
        parts = {
            "in_denominator": counts,
            "excluded": meets["denominator"] & meets["exclusions"],
            "in_numerator": counts & meets["numerator"],
        }
        groups = {variable.name: variable.value for variable in self.by}
        return Dataset(self.population, {**period, **groups, **parts}, self.name, self.source)

    @property
    def groups(self) -> tuple[str, ...]:
        """The columns of `rows` that the counts are by."""
        assert isinstance(self.by, tuple)
        return (*(("period",) if self.intervals else ()), *(variable.name for variable in self.by))


def _period(months: int) -> Series:
    first = call("floor", (index.start.month - 1) / months) * months + 1
    return date_of(index.start.year, first, 1)
