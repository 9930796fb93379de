"""Which rows are meant, said once: as SQL over a governed view, and as a mask over one person's governed rows"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Container
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

import pyarrow as pa
import pyarrow.compute as pc

Sign = Literal["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb"]


@dataclass(frozen=True, slots=True)
class IsIn:
    """Does one of these columns hold one of these values? Columns that can't be seen are not asked."""

    columns: tuple[str, ...]
    values: frozenset[int] | frozenset[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """Is a column's number at least (ge) or less than (lt) another?"""

    column: str
    sign: Literal["ge", "lt"]
    value: int


@dataclass(frozen=True, slots=True)
class IsThere:
    """Has a column a value?"""

    column: str


@dataclass(frozen=True, slots=True)
class During:
    """When something was, against the half-open time from `low` to `high` (in the workspace's zone, without one).

    `starts`, `ends`: a column of days and one of moments, which is asked first and may be missing; `ends` None: it was
    at one time. Source: FHIR R4, "Search", 3.1.1.5.4 (date).
    """

    starts: tuple[str, str]
    ends: tuple[str, str] | None
    sign: Sign
    low: dt.datetime
    high: dt.datetime


@dataclass(frozen=True, slots=True)
class Born:
    """When somebody was born, as precise as it is shown: by columns of year, month and day.

    `low`, `high`: as of `During`, at midnight.
    """

    columns: tuple[str, str, str]
    sign: Sign
    low: dt.datetime
    high: dt.datetime


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; of what is not known, too."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of them at least; of none, no row."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of them; of none, every row."""

    conditions: tuple[Condition, ...] = ()


Condition = IsIn | Compare | IsThere | During | Born | Not | AnyOf | AllOf
EVERY: Final = AllOf()


class UnseenError(Exception):
    """A condition asks of a column that the reader does not see."""

    def __init__(self, column: str) -> None:
        super().__init__(column)
        self.column = column


def within(condition: Condition, seen: Container[str]) -> Condition:
    """The condition over columns that are seen alone: what is not shown can't be searched. UnseenError."""
    match condition:
        case IsIn(columns, values):
            shown = tuple(column for column in columns if column in seen)
            if not shown:
                raise UnseenError(columns[0])
            return IsIn(shown, values)
        case Compare(column) | IsThere(column):
            if column not in seen:
                raise UnseenError(column)
            return condition
        case During():
            return replace(
                condition, starts=_seen_time(condition.starts, seen),
                ends=None if condition.ends is None else _seen_time(condition.ends, seen),
            )  # fmt: skip
        case Born((year, month, day)):
            if year not in seen:
                raise UnseenError(year)
            month = month if month in seen else ""
            return replace(condition, columns=(year, month, day if month and day in seen else ""))
        case Not(inner):
            return Not(within(inner, seen))
        case AnyOf(inner) | AllOf(inner):
            return type(condition)(tuple(within(one, seen) for one in inner))


def _seen_time(columns: tuple[str, str], seen: Container[str]) -> tuple[str, str]:
    day, moment = columns
    if day not in seen:
        raise UnseenError(day)
    return day, moment if moment in seen else ""


def asked(condition: Condition) -> frozenset[str]:
    """All columns that it may ask of."""
    match condition:
        case IsIn(columns):
            return frozenset(columns)
        case Compare(column) | IsThere(column):
            return frozenset((column,))
        case During(starts, ends):
            return frozenset((*starts, *(ends or ()))) - {""}
        case Born(columns):
            return frozenset(columns) - {""}
        case Not(inner):
            return asked(inner)
        case AnyOf(inner) | AllOf(inner):
            return frozenset().union(*map(asked, inner))


# -- as SQL ------------------------------------------------------------------------------------------------------------

_LISTED: Final = 1000  # values in the text of a query; more are a relation beside it


class Sets:
    """The large sets of values of a query, as relations: what they are called and what is in them."""

    def __init__(self) -> None:
        self.tables: dict[str, pa.Table] = {}

    def named(self, values: frozenset[int] | frozenset[str]) -> str:
        """What the set is called."""
        name = f"asked_values_{len(self.tables)}"
        self.tables[name] = pa.table({"v": sorted(values)})
        return f"SELECT v FROM {name}"


def sql(condition: Condition, sets: Sets) -> str:
    """TRUE or FALSE of each row, never NULL."""
    match condition:
        case IsIn(columns, values):
            if not values:
                return "FALSE"
            held = sets.named(values) if len(values) > _LISTED else ", ".join(map(_literal, sorted(values)))
            return _either(f"COALESCE({column} IN ({held}), FALSE)" for column in columns)
        case Compare(column, sign, value):
            return f"COALESCE({column} {'>=' if sign == 'ge' else '<'} {int(value)}, FALSE)"
        case IsThere(column):
            return f"({column} IS NOT NULL)"
        case During():
            return f"COALESCE({_DURING[condition.sign].sql(_Times.of(condition))}, FALSE)"
        case Born():
            return f"COALESCE({_DURING[condition.sign].sql(_born_times(condition))}, FALSE)"
        case Not(inner):
            return f"(NOT {sql(inner, sets)})"
        case AnyOf(inner):
            return _either(sql(one, sets) for one in inner)
        case AllOf(inner):
            return f"({' AND '.join(sql(one, sets) for one in inner)})" if inner else "TRUE"


def _either(parts: Any) -> str:
    found = list(parts)
    return f"({' OR '.join(found)})" if found else "FALSE"


def _literal(value: int | str) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class _Times:
    """The words for when a row begins and ends, and when the asked time does."""

    begins: str
    ends: str
    low: str
    high: str

    @classmethod
    def of(cls, during: During) -> _Times:
        return cls(
            _begins(during.starts), _ends(during.ends or during.starts, is_open=during.ends is not None),
            f"TIMESTAMP '{during.low.isoformat(' ')}'", f"TIMESTAMP '{during.high.isoformat(' ')}'",
        )  # fmt: skip


def _number(day: dt.datetime) -> int:
    """A day as a number that is in order: 19610412."""
    return (day.year * 100 + day.month) * 100 + day.day


def _past(born: Born) -> int:
    """The number after that of the last day that is asked for."""
    return _number(born.high - dt.timedelta(days=1)) + 1


def _born_times(born: Born) -> _Times:
    year, month, day = born.columns
    first = f"({year} * 100 + {f'COALESCE({month}, 1)' if month else 1}) * 100 + {f'COALESCE({day}, 1)' if day else 1}"
    last = (
        f"({year} * 100 + {f'COALESCE({month}, 12)' if month else 12}) * 100 + {f'COALESCE({day}, 31)' if day else 31}"
    )
    return _Times(first, f"{last} + 1", str(_number(born.low)), str(_past(born)))


def _begins(columns: tuple[str, str]) -> str:
    day, moment = columns
    whole = f"CAST({day} AS TIMESTAMP)"
    return f"COALESCE({moment}, {whole})" if moment else whole


def _ends(columns: tuple[str, str], *, is_open: bool) -> str:
    """A day lasts until the next, a moment one second; what has no end goes on."""
    day, moment = columns
    found = f"CAST({day} AS TIMESTAMP) + INTERVAL 1 DAY"
    if moment:
        found = f"COALESCE({moment} + INTERVAL 1 SECOND, {found})"
    return f"COALESCE({found}, TIMESTAMP '9999-12-31 00:00:00')" if is_open else found


@dataclass(frozen=True, slots=True)
class _Comparison:
    sql: Callable[[_Times], str]
    mask: Callable[[Any, Any, Any, Any], Any]  # begins, ends, low, high


def _inside(begins: Any, ends: Any, low: Any, high: Any) -> Any:
    return pc.and_(pc.greater_equal(begins, low), pc.less_equal(ends, high))


_DURING: Final[dict[str, _Comparison]] = {
    "eq": _Comparison(lambda t: f"{t.begins} >= {t.low} AND {t.ends} <= {t.high}", _inside),
    "ne": _Comparison(
        lambda t: f"NOT ({t.begins} >= {t.low} AND {t.ends} <= {t.high})",
        lambda b, e, lo, hi: pc.invert(_inside(b, e, lo, hi)),
    ),
    "gt": _Comparison(lambda t: f"{t.ends} > {t.high}", lambda b, e, lo, hi: pc.greater(e, hi)),
    "lt": _Comparison(lambda t: f"{t.begins} < {t.low}", lambda b, e, lo, hi: pc.less(b, lo)),
    "ge": _Comparison(
        lambda t: f"({t.ends} > {t.high} OR ({t.begins} >= {t.low} AND {t.ends} <= {t.high}))",
        lambda b, e, lo, hi: pc.or_(pc.greater(e, hi), _inside(b, e, lo, hi)),
    ),
    "le": _Comparison(
        lambda t: f"({t.begins} < {t.low} OR ({t.begins} >= {t.low} AND {t.ends} <= {t.high}))",
        lambda b, e, lo, hi: pc.or_(pc.less(b, lo), _inside(b, e, lo, hi)),
    ),
    "sa": _Comparison(lambda t: f"{t.begins} >= {t.high}", lambda b, e, lo, hi: pc.greater_equal(b, hi)),
    "eb": _Comparison(lambda t: f"{t.ends} <= {t.low}", lambda b, e, lo, hi: pc.less_equal(e, lo)),
}


# -- as a mask ---------------------------------------------------------------------------------------------------------


def mask(condition: Condition, rows: pa.Table) -> pa.ChunkedArray | pa.Array:
    """The same of rows in memory: true or false of each."""
    match condition:
        case IsIn(columns, values):
            found = [_is_in(rows[column], values) for column in columns]
            return _joined(found, pc.or_, rows.num_rows, is_true=False)
        case Compare(column, sign, value):
            compare = pc.greater_equal if sign == "ge" else pc.less
            return pc.fill_null(compare(rows[column], value), False)
        case IsThere(column):
            return pc.is_valid(rows[column])
        case During():
            return pc.fill_null(_during(condition, rows), False)
        case Born():
            return pc.fill_null(_born(condition, rows), False)
        case Not(inner):
            return pc.invert(mask(inner, rows))
        case AnyOf(inner):
            return _joined([mask(one, rows) for one in inner], pc.or_, rows.num_rows, is_true=False)
        case AllOf(inner):
            return _joined([mask(one, rows) for one in inner], pc.and_, rows.num_rows, is_true=True)


def _is_in(cells: pa.ChunkedArray, values: frozenset[int] | frozenset[str]) -> Any:
    return pc.is_in(cells, value_set=pa.array(sorted(values), cells.type), skip_nulls=True)


def _joined(found: list[Any], join: Callable[[Any, Any], Any], count: int, *, is_true: bool) -> Any:
    if not found:
        return pa.repeat(is_true, count)
    whole = found[0]
    for one in found[1:]:
        whole = join(whole, one)
    return whole


_MOMENT: Final = pa.timestamp("us")


def _during(during: During, rows: pa.Table) -> Any:
    starts, ends = during.starts, during.ends or during.starts
    begins = rows[starts[0]].cast(_MOMENT)
    until = pc.add(rows[ends[0]].cast(_MOMENT), pa.scalar(dt.timedelta(days=1), pa.duration("us")))
    if starts[1]:
        begins = pc.coalesce(rows[starts[1]].cast(_MOMENT), begins)
    if ends[1]:
        second = pa.scalar(dt.timedelta(seconds=1), pa.duration("us"))
        until = pc.coalesce(pc.add(rows[ends[1]].cast(_MOMENT), second), until)
    if during.ends is not None:
        until = pc.fill_null(until, pa.scalar(dt.datetime(9999, 12, 31), _MOMENT))
    low, high = pa.scalar(during.low, _MOMENT), pa.scalar(during.high, _MOMENT)
    return _DURING[during.sign].mask(begins, until, low, high)


def _born(born: Born, rows: pa.Table) -> Any:
    year, month, day = born.columns

    def number(month_of_none: int, day_of_none: int) -> Any:
        months = pc.fill_null(rows[month], month_of_none) if month else month_of_none
        days = pc.fill_null(rows[day], day_of_none) if day else day_of_none
        return pc.add(pc.multiply(pc.add(pc.multiply(rows[year], 100), months), 100), days)

    return _DURING[born.sign].mask(number(1, 1), pc.add(number(12, 31), 1), _number(born.low), _past(born))
