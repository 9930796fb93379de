"""The rows that a view makes of resources. Source: SQL on FHIR 2.0, "Functional Model", Process(S, N)"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import product
from typing import Any, Final

from medark.define.fhirpath import Path, Scope, plain
from medark.define.sql_on_fhir.view import ROW_INDEX, Column, Select, View
from medark.errors import DefinitionError

Row = dict[str, Any]
_MOST: Final = 100_000  # rows of one resource: two lists side by side multiply
_DEEPEST: Final = 100  # how often `repeat` finds more in what it found


def rows(view: View, resources: Iterable[Mapping[str, Any]]) -> Iterator[Row]:
    """The rows of all resources of the view's type that pass its conditions, in their order.

    DefinitionError where a column finds more than one value and is no collection, or a condition no boolean.
    """
    for resource in resources:
        if resource.get("resourceType") == view.resource:
            scope = {**view.constants, "resource": resource, "context": resource, ROW_INDEX: 0}
            if all(_holds(path, resource, scope) for path in view.where):
                yield from _made(view.select, [resource], scope)


def _holds(path: Path, resource: Mapping[str, Any], scope: Scope) -> bool:
    found = [plain(one) for one in path([resource], scope)]
    if len(found) > 1 or not all(isinstance(one, bool) for one in found):
        raise DefinitionError("a condition of a view finds true or false", fix="add .exists()", at="where")
    return found == [True]


def _made(select: Select, focus: list[Any], scope: Scope) -> list[Row]:
    """The rows of one select at one place: of each value it iterates over, all combinations of its parts."""
    if select.over is None and not select.repeat:
        return _combined(select, focus, scope)
    over = select.over
    found = over(focus, scope) if over is not None else list(_repeated(select.repeat, focus, scope, 0))
    if not found and select.or_null:
        return [_without(select, scope)]
    result: list[Row] = []
    for number, value in enumerate(found):
        result += _combined(select, [value], {**scope, ROW_INDEX: number})
        _bounded(len(result))
    return result


def _without(select: Select, scope: Scope) -> Row:
    """The one row of a select that found nothing: its own columns of nothing (%rowIndex is still 0), others null."""
    inner: Row = {column.name: [] if column.is_collection else None for column in select.names()}
    return inner | {column.name: _cell(column, [], {**scope, ROW_INDEX: 0}) for column in select.columns}


def _combined(select: Select, focus: list[Any], scope: Scope) -> list[Row]:
    own = {column.name: _cell(column, focus, scope) for column in select.columns}
    parts = [_made(one, focus, scope) for one in select.selects]
    if select.unions:
        parts.append([row for one in select.unions for row in _made(one, focus, scope)])
    if not parts:
        return [own]
    count = 1
    for part in parts:
        count *= len(part)
    _bounded(count)
    if len(parts) == 1:
        return [own | row for row in parts[0]]
    result = []
    for combination in product(*parts):
        row = dict(own)
        for part_row in combination:
            row |= part_row
        result.append(row)
    return result


def _repeated(paths: tuple[Path, ...], focus: list[Any], scope: Scope, depth: int) -> Iterator[Any]:
    """Everything that the paths find, then find in that, each before what is in it."""
    if depth > _DEEPEST:
        raise DefinitionError("`repeat` never comes to an end", fix="name an element that is inside", at="repeat")
    for path in paths:
        for value in path(focus, scope):
            yield value
            yield from _repeated(paths, [value], scope, depth + 1)


def _cell(column: Column, focus: list[Any], scope: Scope) -> Any:
    found = [_out(plain(value)) for value in column.path(focus, scope)]
    if column.is_collection:
        return found
    if len(found) > 1:
        raise DefinitionError("a column finds more than one value", fix='"collection": true', column=column.name)
    return found[0] if found else None


def _out(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def _bounded(count: int) -> None:
    if count > _MOST:
        raise DefinitionError("one resource gives too many rows", fix="iterate over fewer lists at once", most=_MOST)
