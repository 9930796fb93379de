"""What sums say together, over arrays: who is covered in each month or year, and who is in every choice of tables"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from medark.check.achilles.across import Chosen
from medark.check.achilles.columns import Coded, Columns, Numbers, Together, Values
from medark.check.achilles.groups import Groups
from medark.check.achilles.judged import judged
from medark.check.achilles.periods import CALENDARS, Calendar, Covered
from medark.check.achilles.places import Bools
from medark.check.achilles.terms import AllOf, Holds, Is, Known, Relation

SumNamed = Callable[[str], Columns]  # `{t}` stands for the table


def together(of: Relation, sums: SumNamed) -> Columns:
    """The columns of what sums say together."""
    match of:
        case Covered():
            return _covered(of, sums)
        case Chosen():
            return _chosen(of, sums(of.of))
    raise TypeError(of)


def _covered(of: Covered, sums: SumNamed) -> Columns:
    """What is told of spans by whatever else is told of them: what begins in a month less what ended before it."""
    spans, calendar = sums(f"{{t}}_{of.spans}"), CALENDARS[of.unit]
    rows = _of_some(of, spans, calendar)
    told = [spans.coded(name).at(rows) for name in of.told]
    first, last = (_numbers(spans.coded(name).at(rows)) - calendar.first for name in ("first_no", "last_no"))
    groups, n = Groups(told, len(rows)), spans.measure("n")[rows].astype(np.int64)
    many, group = np.zeros((len(groups), calendar.many + 1), np.int64), groups.of_rows()
    np.add.at(many, (group, np.maximum(first, 0)), n)
    np.subtract.at(many, (group, np.minimum(last, calendar.many - 1) + 1), n)
    covered = np.cumsum(many[:, :-1], axis=1)
    covered[:, ~_are_asked(of, sums, calendar)] = 0
    group, number = np.nonzero(covered)
    numbers = np.arange(calendar.first - 1, calendar.first + calendar.many)
    m = Coded(number + 1, Values(pa.array(numbers, mask=numbers < calendar.first)))
    columns = dict(zip(of.told, (one.at(group) for one in groups.strata), strict=True))
    return Together({"m": m, **columns}, covered[group, number])


def _of_some(of: Covered, spans: Columns, calendar: Calendar) -> Numbers:
    """The spans that lie in the calendar, of people who are asked for."""
    first, last = spans.coded("first_no"), spans.coded("last_no")
    is_some = (first.codes > 0) & (last.codes > 0) & (_numbers(first) <= _numbers(last))
    is_some &= (_numbers(first) < calendar.first + calendar.many) & (_numbers(last) >= calendar.first)
    if of.of_known:
        is_some &= judged(Holds("is_known"), spans)[0]
    return np.flatnonzero(is_some)


def _are_asked(of: Covered, sums: SumNamed, calendar: Calendar) -> Bools:
    """Which months or years are asked for."""
    if not of.starting:
        return np.ones(calendar.many, bool)
    starting = sums("{t}_starting").coded("m")
    number = _numbers(starting)[starting.codes > 0] // of.unit - calendar.first
    found = np.zeros(calendar.many, bool)
    if of.until_the_last and len(number):
        found[max(int(number.min()), 0) : max(int(number.max()) + 1, 0)] = True
    elif not of.until_the_last:
        found[number[(number >= 0) & (number < calendar.many)]] = True
    return found


def _chosen(of: Chosen, people: Columns) -> Columns:
    """A choice is a number of a bit for each table; who is in all of them has all its bits."""
    n, every = people.measure("n").astype(np.int64), 1 << len(of.columns)
    has = np.zeros(people.rows, np.int64)
    for name in of.columns:
        has = has << 1 | judged(Is(name, 1), people)[0]
    are_told = judged(AllOf(tuple(Known(name) for name in of.columns)), people)[0]
    choice, row = np.nonzero(((np.arange(1, every)[:, None] & ~has) == 0) & are_told)
    texts = pa.array([None, *(f"{one:0{len(of.columns)}b}" for one in range(1, every))])
    return Together({"tables": Coded(choice + 1, Values(texts))}, n[row])


def _numbers(coded: Coded) -> Numbers:
    return coded.values.numbers[coded.codes]
