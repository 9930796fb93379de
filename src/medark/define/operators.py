"""The operators between values: how many arguments, of which kinds, and the kind of the answer"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from medark.define.kinds import NUMBERS, ORDERED, TIMES, Kind, common
from medark.messages import N_

Kinds = Sequence[Kind]
Answer = Callable[[Kinds], Kind | None]  # None: these kinds don't go together


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator. `symbol` is how it is written between two values; '' for a function or method.

    Unless its meaning says otherwise the answer is missing where an argument is.
    """

    name: str
    arguments: int  # -1: one or more
    answer: Answer
    meaning: str
    symbol: str = ""
    fix: str = ""  # what to do where the kinds don't go together


def _always(answer: Kind, *wanted: frozenset[Kind]) -> Answer:
    def judge(kinds: Kinds) -> Kind | None:
        return answer if all(kind in allowed for kind, allowed in zip(kinds, wanted, strict=True)) else None

    return judge


def _arithmetic(kinds: Kinds) -> Kind | None:
    met = common(kinds)
    return met if met in NUMBERS else None


def _same(kinds: Kinds) -> Kind | None:
    return kinds[0] if kinds[0] in NUMBERS else None


def _alike(kinds: Kinds) -> Kind | None:
    return Kind.TRUTH if common(_keys_as_written(kinds)) is not None else None


def _ordered(kinds: Kinds) -> Kind | None:
    return Kind.TRUTH if common(kinds) in ORDERED else None


def _chosen(kinds: Kinds) -> Kind | None:
    return common(_keys_as_written(kinds))


def _of_ordered(kinds: Kinds) -> Kind | None:
    met = common(kinds)
    return met if met in ORDERED - {Kind.QUANTITY} else None


def _keys_as_written(kinds: Kinds) -> Kinds:
    """A key is written down as a whole number: beside a key, a whole number is one."""
    return [Kind.KEY if kind is Kind.WHOLE else kind for kind in kinds] if Kind.KEY in kinds else kinds


def _moved(wanted: frozenset[Kind]) -> Answer:
    def judge(kinds: Kinds) -> Kind | None:
        return kinds[0] if kinds[0] in wanted and kinds[1] is Kind.WHOLE else None

    return judge


def _time_difference(kinds: Kinds) -> Kind | None:
    return Kind.WHOLE if set(kinds) <= TIMES else None


_TRUTH, _TEXT, _WHOLE = frozenset({Kind.TRUTH}), frozenset({Kind.TEXT}), frozenset({Kind.WHOLE})
_MOMENT = frozenset({Kind.DATETIME})
_ANY = frozenset(Kind)
_both = _always(Kind.TRUTH, _TRUTH, _TRUTH)
_UNIT = N_("say the unit first: .value_in('mmol/L')")
_DAY = N_("compare days with days and times with times: .date of a time, or .at_midnight() of a date")

OPERATORS: Mapping[str, Operator] = {
    operator.name: operator
    for operator in (
        Operator("add", 2, _arithmetic, "the sum", "+", N_("add numbers; move a date by days(n)")),
        Operator("subtract", 2, _arithmetic, "the difference", "-",
                 N_("take numbers; two dates give .days and .years")),
        Operator("multiply", 2, _arithmetic, "the product", "*", _UNIT),
        Operator("divide", 2, _always(Kind.NUMBER, NUMBERS, NUMBERS), "the quotient; by 0 it is missing", "/", _UNIT),
        Operator("negate", 1, _same, "less than nothing by as much", "-", _UNIT),
        Operator("absolute", 1, _same, "without its sign", "", _UNIT),
        Operator("round", 2, _always(Kind.NUMBER, NUMBERS, _WHOLE), "to so many decimals, halves away from 0"),
        Operator("floor", 1, _always(Kind.WHOLE, NUMBERS), "the whole number at or below"),
        Operator("ln", 1, _always(Kind.NUMBER, NUMBERS), "the natural logarithm; missing at 0 and below"),
        Operator("exp", 1, _always(Kind.NUMBER, NUMBERS), "e to this power; missing past the largest number"),
        Operator("power", 2, _always(Kind.NUMBER, NUMBERS, NUMBERS),
                 "to this power; missing where it has no finite real answer"),
        Operator("equal", 2, _alike, "the same", "==", _DAY),
        Operator("not_equal", 2, _alike, "not the same", "!=", _DAY),
        Operator("less", 2, _ordered, "less, earlier", "<", _DAY),
        Operator("at_most", 2, _ordered, "less, earlier or the same", "<=", _DAY),
        Operator("greater", 2, _ordered, "more, later", ">", _DAY),
        Operator("at_least", 2, _ordered, "more, later or the same", ">=", _DAY),
        Operator("and", 2, _both, "both; false where one is false, even beside a missing one",
                 "&", N_("put brackets around comparisons: (a > 1) & (b > 2)")),
        Operator("or", 2, _both, "either; true where one is true, even if one is missing",
                 "|", N_("put brackets around comparisons: (a > 1) | (b > 2)")),
        Operator("not", 1, _always(Kind.TRUTH, _TRUTH), "not so", "~"),
        Operator("is_missing", 1, _always(Kind.TRUTH, _ANY), "is there no value? Never missing itself"),
        Operator("if_missing", 2, _chosen, "the second where the first is missing"),
        Operator("least", -1, _of_ordered, "the least of those that are not missing"),
        Operator("greatest", -1, _of_ordered, "the greatest of those that are not missing"),
        Operator("lower", 1, _always(Kind.TEXT, _TEXT), "in small letters (A to Z alone)"),
        Operator("contains", 2, _always(Kind.TRUTH, _TEXT, _TEXT), "is the second in the first, letter for letter?"),
        Operator("beginning", 2, _always(Kind.TEXT, _TEXT, _WHOLE),
                 "its first so many letters; all of it where it is shorter; '' for 0 and less"),
        Operator("without", 2, _always(Kind.TEXT, _TEXT, _TEXT), "the first text less every occurrence of the second"),
        Operator("date", 1, _always(Kind.DATE, _MOMENT), "the day of a time"),
        Operator("at_midnight", 1, _always(Kind.DATETIME, frozenset({Kind.DATE})), "the first moment of a day"),
        Operator("year", 1, _always(Kind.WHOLE, TIMES), "the year"),
        Operator("month", 1, _always(Kind.WHOLE, TIMES), "the month, 1 to 12"),
        Operator("day", 1, _always(Kind.WHOLE, TIMES), "the day of the month"),
        Operator("hour", 1, _always(Kind.WHOLE, _MOMENT), "the hour, 0 to 23"),
        Operator("date_of", 3, _always(Kind.DATE, _WHOLE, _WHOLE, _WHOLE),
                 "the day of a year, month and day; missing where there is no such day"),
        Operator("days_between", 2, _time_difference, "calendar days from the second to the first"),
        Operator("months_between", 2, _time_difference, "completed months from the second to the first"),
        Operator("years_between", 2, _time_difference, "completed years from the second to the first"),
        Operator("seconds_between", 2, _always(Kind.NUMBER, _MOMENT, _MOMENT), "elapsed seconds, second to first"),
        Operator("plus_days", 2, _moved(TIMES), "so many days later", fix=N_("days(n) takes a whole number")),
        Operator("plus_months", 2, _moved(TIMES), "so many months later; the last day where a month is too short"),
        Operator("plus_seconds", 2, _moved(_MOMENT), "so many seconds later", fix=_DAY),
    )
}  # fmt: skip

AGGREGATES: Mapping[str, str] = {
    "exists": "is there a row? Never missing",
    "count": "how many rows; 0 for none",
    "count_distinct": "how many different values that are not missing; 0 for none",
    "sum": "the sum of the values that are not missing; missing if there is none",
    "min": "the least value; missing if there is none",
    "max": "the greatest value; missing if there is none",
    "mean": "the mean of the values that are not missing; missing if there is none",
}


def aggregate_kind(name: str, argument: Kind | None) -> Kind | None:
    """The kind of an aggregate over values of kind `argument` (None: over the rows alone); None where it can't be."""
    if argument is None:
        return {"exists": Kind.TRUTH, "count": Kind.WHOLE}.get(name)
    if name == "count_distinct":
        return Kind.WHOLE
    if name in ("min", "max"):
        return argument if argument in ORDERED - {Kind.QUANTITY} else None
    if name in ("sum", "mean") and argument in NUMBERS:
        return Kind.NUMBER if name == "mean" else argument
    return None
