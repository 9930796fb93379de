"""Which rows of a dataset: conditions on columns that the reader has been given already"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from medark.errors import UsageError

_COMPARED: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
}  # fmt: skip
_HELP: Final = "filter=COLUMN:OPERATOR:VALUE, such as age:ge:65, stage:in:3,4 or ended:null"


def filtered(table: pa.Table, filters: Sequence[str]) -> pa.Table:
    """The rows for which all filters hold; of a value that is missing none but `null` holds. UsageError."""
    conditions = [_condition(table, one) for one in filters]
    return table.filter(reduce(operator.and_, conditions)) if conditions else table


def _condition(table: pa.Table, told: str) -> pc.Expression:
    name, _, rest = told.partition(":")
    sign, _, value = rest.partition(":")
    if name not in table.column_names:
        raise UsageError("the dataset has no such column", fix=_HELP, parameter="filter")
    column, kind = pc.field(name), table.schema.field(name).type
    match sign:
        case "null":
            return column.is_null()
        case "notnull":
            return column.is_valid()
        case "in":
            return column.isin(pa.array([_value(one, kind) for one in value.split(",")], kind))
    if sign not in _COMPARED:
        raise UsageError("there is no such comparison", fix=_HELP, parameter="filter")
    return _COMPARED[sign](column, pa.scalar(_value(value, kind), kind))


def _value(text: str, kind: pa.DataType) -> Any:
    """The value as the column has it: text is cast by Arrow, strictly."""
    try:
        return pa.scalar(text, pa.string()).cast(kind).as_py()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OverflowError, ValueError):
        raise UsageError(
            "the value is not of the column's type", fix=_HELP, parameter="filter", type=str(kind)
        ) from None
