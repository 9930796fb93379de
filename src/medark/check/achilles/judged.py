"""Conditions and strata over the columns of a sum: what `terms` says as SQL, by the values that there are

Of a condition it is told where it holds and where it fails; where it does neither, it is unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import reduce

import numpy as np
import pyarrow as pa

from medark.check.achilles.columns import Coded, Columns, Numbers, Values
from medark.check.achilles.places import Bools
from medark.check.achilles.terms import (
    AllOf,
    Always,
    AnyOf,
    AsMonth,
    Condition,
    Holds,
    Is,
    Known,
    Named,
    Not,
    Steps,
    Stratum,
    Told,
    Total,
)

Truth = tuple[Bools, Bools]
_MONTHS = 12


def judged(condition: Condition, columns: Columns) -> Truth:
    """In which rows a condition holds, and in which it fails."""
    match condition:
        case Not():
            holds, fails = judged(condition.of, columns)
            return fails, holds
        case AllOf():
            return reduce(lambda one, other: (one[0] & other[0], one[1] | other[1]), _each(condition.of, columns))
        case AnyOf():
            return reduce(lambda one, other: (one[0] | other[0], one[1] & other[1]), _each(condition.of, columns))
        case Is() | Holds() | Known():
            coded = columns.coded(condition.column)
            holds, fails = _of_values(condition, coded.values)
            return holds[coded.codes], fails[coded.codes]
    raise TypeError(condition)


def _each(conditions: Iterable[Condition], columns: Columns) -> list[Truth]:
    return [judged(one, columns) for one in conditions]


def _of_values(condition: Is | Holds | Known, values: Values) -> Truth:
    """The same of each value of a column, the first of which is NULL."""
    is_known = np.arange(len(values)) > 0
    match condition:
        case Known():
            return is_known, ~is_known
        case Is():
            holds = values.numbers == condition.value
        case Holds():
            holds = values.numbers != 0
    return holds & is_known, ~holds & is_known


def stratum(term: Stratum, columns: Columns) -> Coded:
    """A stratum of all rows."""
    match term:
        case str():
            return columns.coded(term)
        case Always():
            return Coded(np.zeros(columns.rows, np.int64), Values(pa.array([term.text])))
        case Named():
            coded = columns.coded(term.column)
            told = [term.names.get(value, term.other) for value in coded.values.array.to_pylist()]
            return coded.by_value(pa.array(told))
        case Steps() if term.since:
            return _steps_since(term, columns.coded(term.column), columns.coded(term.since))
        case Steps():
            coded = columns.coded(term.column)
            return coded.by_value(_known(coded.values.numbers // term.size))
        case AsMonth():
            coded = columns.coded(term.column)
            number = coded.values.numbers
            return coded.by_value(_known(number // _MONTHS * 100 + np.fmod(number, _MONTHS) + 1))


def _known(numbers: Numbers) -> pa.Array:
    """What numbers become of values, the first of which is NULL."""
    return pa.array(numbers, mask=np.arange(len(numbers)) == 0)


def _steps_since(term: Steps, column: Coded, since: Coded) -> Coded:
    numbers = column.values.numbers[column.codes] - since.values.numbers[since.codes]
    return Coded.of(pa.array(numbers // term.size, mask=(column.codes == 0) | (since.codes == 0)))


def amounts(total: Total, columns: Columns) -> Numbers:
    """What each row adds."""
    found: Numbers = reduce(np.add, (columns.measure(name).astype(np.int64, copy=False) for name in total.of))
    if total.times:
        times = columns.coded(total.times)
        found = np.where(times.codes > 0, found * times.values.numbers[times.codes], 0)
    return np.where(judged(total.when, columns)[0], found, 0) if total.when else found


def asked(term: Stratum | Told | Condition | None) -> Collection[str]:
    """The columns that something is told by."""
    match term:
        case str():
            return {term}
        case Not():
            return asked(term.of)
        case AllOf() | AnyOf():
            return {name for one in term.of for name in asked(one)}
        case Total():
            return {*asked(term.when), term.times} - {""}
        case Steps():
            return {term.column, term.since} - {""}
        case Is() | Holds() | Known() | AsMonth() | Named():
            return {term.column}
    return ()
