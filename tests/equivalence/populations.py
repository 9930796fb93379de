"""Populations drawn at random, of every class"""

from __future__ import annotations

import datetime as dt

from equivalence.leaves import EVENTS
from equivalence.values import At, Drawn
from equivalence.world import DAYS
from medark.define.kinds import Kind
from medark.define.nodes import (
    Call,
    Criterion,
    Every,
    Everyone,
    EveryPeriod,
    IndexValue,
    Keep,
    Literal,
    Population,
    Selected,
    Table,
    Union,
    Value,
)

_SPANS = ((None, None), (DAYS[1], None), (None, DAYS[3]), (DAYS[0], DAYS[5]))
_FIRST_DAY = Call("date", (IndexValue("start"),))
_TRUE = Literal(True, Kind.TRUTH)


class DrawnPopulations(Drawn):
    """Draws whom a definition is asked for."""

    def population(self, depth: int = 2) -> Population:
        """A population; `depth`: how many may lie inside each other."""
        made_of_rows = [self._every] * 3
        made_of_others = [self._union, self._selected, self._selected] if depth > 0 else []
        return self._one_of([self._everyone, self._every_period, *made_of_rows, *made_of_others])(depth - 1)

    def _everyone(self, depth: int) -> Population:
        return Everyone(self._one_of((None, *DAYS[:4])))

    def _every_period(self, depth: int) -> Population:
        return EveryPeriod(dt.date(2024, 1, 31), self._one_of((1, 12)), 2)

    def _every(self, depth: int) -> Population:
        table = Table(self._one_of(EVENTS))
        frame = self._filtered(table, At(depth=1, index=False))
        return Every(frame, self._day(table, index=False), self._day(table, index=False))

    def _union(self, depth: int) -> Population:
        return Union(tuple(self.population(depth) for _ in range(self._one_of((1, 2)))))

    def _selected(self, depth: int) -> Population:
        gap = self._one_of((None, None, 0, 1, 30))
        first, last = (None, None) if gap is None else self._one_of(_SPANS)
        return Selected(self.population(depth), self.steps(), self.leaves(), gap, first, last)

    def steps(self) -> tuple[Criterion | Keep, ...]:
        """Criteria, some of them hard to fail so that entries are left, and Keeps."""
        return tuple(self._step(f"step {place}") for place in range(self._chance.randint(0, 3)))

    def _step(self, name: str) -> Criterion | Keep:
        if self._often(3):
            return Keep(self._one_of(("first", "last")))
        condition = self.value(Kind.TRUTH, At(depth=2))
        return Criterion(name, Call("if_missing", (condition, _TRUE)) if self._often(5) else condition)

    def leaves(self) -> Value | None:
        """The last day, if there is one."""
        in_three_days = Call("plus_days", (_FIRST_DAY, Literal(3, Kind.WHOLE)))
        return self._one_of([None, _FIRST_DAY, _FIRST_DAY, in_three_days, *[self.value(Kind.DATE, At(depth=2))] * 2])
