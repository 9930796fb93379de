"""What a condition of an entry can turn out to be, and whether a value can be missing at all"""

from __future__ import annotations

from functools import lru_cache

from medark.define.nodes import (
    Aggregate,
    AnyUnit,
    Call,
    Case,
    InConcepts,
    IndexValue,
    IsIn,
    Literal,
    Missing,
    PickedColumn,
    Table,
    Today,
    Value,
    stored,
)
from medark.model import omop

# Missing only where an argument is; the others (division, ln, date_of …) may have no answer of their own.
_WHOLE = frozenset({
    "equal", "not_equal", "less", "at_most", "greater", "at_least", "and", "or", "not", "negate", "absolute", "lower",
    "contains", "beginning", "without", "date", "at_midnight", "year", "month", "day", "hour", "days_between",
    "months_between", "years_between", "seconds_between", "round", "floor", "add", "subtract", "multiply", "exp",
    "plus_days", "plus_months", "plus_seconds",
})  # fmt: skip


def outcomes(value: Value) -> tuple[bool | None, ...]:
    """The outcomes that a condition can have, as far as its own words tell."""
    match value:
        case Literal(value=bool() as constant):
            return (constant,)
        case Call(operator="is_missing", arguments=(inside,)):
            return (True, False) if may_be_missing(inside) else (False,)
        case Call(operator="not", arguments=(inside,)):
            return tuple(None if one is None else not one for one in outcomes(inside))
    return (True, False, None) if may_be_missing(value) else (True, False)


@lru_cache(maxsize=4096)
def may_be_missing(value: Value) -> bool:
    """False where there is always a value, by the operators and by the columns that OMOP requires.

    Each person has one row of the table person; any other row that is picked may not be there.
    """
    match value:
        case Literal() | Today() | Aggregate(name="exists" | "count" | "count_distinct"):
            return False
        case Missing():
            return True
        case IndexValue(name=name):
            return name == "visit"
        case PickedColumn(pick=pick) if pick.root == Table("person") and not pick.by:
            return _of_person(value)
        case Case(branches=branches, default=default):
            return default is None or any(may_be_missing(one) for one in (default, *(value for _, value in branches)))
        case Call(operator="is_missing"):
            return False
        case Call(operator="if_missing" | "least" | "greatest", arguments=arguments):
            return all(may_be_missing(argument) for argument in arguments)
        case Call(operator=operator, arguments=arguments) if operator in _WHOLE:
            return any(may_be_missing(argument) for argument in arguments)
        case IsIn(value=inside) | InConcepts(value=inside) | AnyUnit(quantity=inside):
            return may_be_missing(inside)
    return True


def _of_person(value: PickedColumn) -> bool:
    if (expressed := stored(value)) != value:
        return value.name != "birth_date" and may_be_missing(expressed)  # each person has a year of birth
    return not omop.tables()["person"].column(value.name).required
