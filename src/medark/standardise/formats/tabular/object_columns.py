"""Objects to columns of text: nested objects by dotted names, arrays as JSON"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from types import NoneType

import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Raw

from medark.errors import RefusedInput
from medark.standardise.formats.tabular.json_objects import MOST_LEVELS, Object, as_json

MOST_COLUMNS = 2_000
DEEPEST = 16  # levels that become part of names; what is deeper stays JSON
_LONGEST_NAME = 512  # characters
_SPARSE = 50  # cells looked at for each that is filled
_AREA = 2_000_000  # and as many besides
_ALL_SPARSE, _ALL_AREA = 200, 100_000_000  # the same of a whole file
_CELLS = 4_000_000  # of a batch: what Arrow holds for empty ones, too
_NOTHING: Object = {}
TEXT = "#text"  # the name of what an element of XML says itself: it has the element's own path
_NESTED = frozenset({dict, list})


@dataclass(slots=True)
class Flat:
    """Objects as columns: path → a value for each object, None where it has none.

    `groups`: paths of objects. `keys`: names that were met; `odd`: one of them is written in a way that
    `keys_written` does not count. `clashes`: objects in which two values have one path.
    """

    columns: dict[str, list[object]] = field(default_factory=dict, repr=False)
    groups: set[str] = field(default_factory=set)
    keys: int = 0
    odd: bool = False
    clashes: set[int] = field(default_factory=set)


def flat(objects: Sequence[Object]) -> Flat:
    """Columns in the order of their first appearance.

    RefusedInput for what is no table: names without end. RecursionError for values nested past `MOST_LEVELS`.
    """
    found = Flat()
    _add(found, "", objects, 0)
    return found


class Names:
    """The paths of a file, gathered from run to run."""

    def __init__(self) -> None:
        self._filled: dict[str, bool] = {}
        self._groups: set[str] = set()
        self._rows = self._cells = 0

    def add(self, found: Flat, rows: int) -> None:
        """Those of a run of objects. RefusedInput for names without end."""
        for path, values in found.columns.items():
            self._filled[path] = self._filled.get(path, False) or any(value is not None for value in values)
        self._groups |= found.groups
        self._rows, self._cells = self._rows + rows, self._cells + found.keys
        width = len(self._filled)
        if width > MOST_COLUMNS or self._rows * width > _ALL_SPARSE * self._cells + _ALL_AREA:
            raise RefusedInput("objects with ever new names: this is no table")

    def paths(self) -> tuple[str, ...]:
        """All that have values, in the order of their first appearance; an object is none, nor is its absence."""
        return tuple(path for path, is_filled in self._filled.items() if is_filled or path not in self._groups)


def tables(
    found: Flat, row_nos: Sequence[int], paths: Sequence[str], columns: Sequence[str], row_no: str
) -> Iterator[pa.Table]:
    """Objects as rows of `columns`, no more cells at a time than memory is for; at least one table."""
    step = max(1, _CELLS // (len(columns) + 1))
    for start in range(0, max(len(row_nos), 1), step):
        numbers = pa.array(row_nos[start : start + step], pa.int64())
        cells = (found.columns.get(path) for path in paths)
        arrays = [
            pa.nulls(len(numbers), pa.string()) if values is None else text(values[start : start + step])
            for values in cells
        ]
        yield pa.table([*arrays, numbers], names=[*columns, row_no])


def text(values: Sequence[object]) -> pa.Array:
    """A column as text, None as NULL.

    >>> text(["1", None, 2, True, [1, {"a": None}]]).to_pylist()
    ['1', None, '2', 'true', '[1,{"a":null}]']
    """
    kinds = set(map(type, values)) - {NoneType}
    if kinds <= {str}:
        return pa.array(values, pa.string())
    if kinds == {int}:
        try:
            return pc.cast(pa.array(values, pa.int64()), pa.string())
        except OverflowError:
            pass
    return pa.array([_text(value) for value in values], pa.string())


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Raw):
        return bytes(value).decode()
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else as_json(value).decode()


def _add(found: Flat, prefix: str, objects: Sequence[Object], depth: int) -> None:
    keys = sum(map(len, objects))
    found.keys += keys
    names = dict.fromkeys(chain.from_iterable(objects))
    _check(found, prefix, names, len(objects), keys)
    for name in names:
        path = prefix + name if name != TEXT else prefix.removesuffix(".") or name
        values = [o.get(name) for o in objects]
        kinds = set(map(type, values))
        found.odd |= name.endswith("\\")
        if dict in kinds and depth < DEEPEST:
            found.groups.add(path)
            _add(found, f"{path}.", [v if type(v) is dict else _NOTHING for v in values], depth + 1)
            if kinds <= {dict, NoneType}:
                continue
            values = [None if type(v) is dict else v for v in values]
        if kinds & _NESTED:
            values = [_written(found, v) if type(v) in _NESTED else v for v in values]
        _put(found, path, values)


def _written(found: Flat, value: object) -> str:
    _count(found, value)
    return as_json(value).decode()


def _count(found: Flat, value: object, depth: int = 0) -> None:
    """The names of objects in an array or object. RecursionError long before the stack is full."""
    if depth > MOST_LEVELS:
        raise RecursionError
    if isinstance(value, dict):
        found.keys += len(value)
        found.odd |= any(name.endswith("\\") for name in value)
        value = list(value.values())
    for inner in value if isinstance(value, list) else ():
        if type(inner) in _NESTED:
            _count(found, inner, depth + 1)


def _put(found: Flat, path: str, values: list[object]) -> None:
    """`{"a.b": 1, "a": {"b": 2}}` has two values of one path: one of them is no row, two rows may have one each."""
    there = found.columns.get(path)
    if there is not None:
        found.clashes.update(i for i, pair in enumerate(zip(there, values, strict=True)) if None not in pair)
        values = [b if a is None else a for a, b in zip(there, values, strict=True)]
    found.columns[path] = values


def _check(found: Flat, prefix: str, names: dict[str, None], rows: int, keys: int) -> None:
    if len(names) + len(found.columns) + len(found.groups) > MOST_COLUMNS:
        raise RefusedInput(f"more than {MOST_COLUMNS:,} different names: this is no table")
    if len(names) * rows > _SPARSE * keys + _AREA:
        raise RefusedInput("hardly any two objects have a name in common: this is no table")
    if any(len(prefix) + len(name) > _LONGEST_NAME for name in names):
        raise RefusedInput(f"a name is longer than {_LONGEST_NAME} characters: this is no table")
