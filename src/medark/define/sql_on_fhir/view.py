"""A ViewDefinition, read and checked. Source: SQL on FHIR 2.0, StructureDefinition ViewDefinition"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

from medark.define.fhirpath import Path, Typed, compiled
from medark.errors import DefinitionError

ROW_INDEX: Final = "rowIndex"
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,250}")
_RESOURCE: Final = re.compile(r"[A-Z][A-Za-z]{1,63}")
_CONSTANT: Final = re.compile(r"value([A-Z][A-Za-z0-9]*)")
_DEEPEST: Final = 20  # selects within selects
_MOST: Final = 2000  # columns


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it finds, of what FHIR type, and whether it is a list."""

    name: str
    path: Path = field(repr=False)
    type: str = ""
    is_collection: bool = False


@dataclass(frozen=True, slots=True)
class Select:
    """A group of columns. `over`: it is made once for each value that this finds; `or_null`: and once if there is none.

    `repeat`: over everything that these paths find, and find again in what was found.
    """

    columns: tuple[Column, ...]
    selects: tuple[Select, ...]
    unions: tuple[Select, ...]
    over: Path | None = None
    or_null: bool = False
    repeat: tuple[Path, ...] = ()

    def names(self) -> tuple[Column, ...]:
        """All its columns, in order: its own, those of its selects, those of its unions."""
        inner = [column for one in self.selects for column in one.names()]
        return (*self.columns, *inner, *(self.unions[0].names() if self.unions else ()))


@dataclass(frozen=True, slots=True)
class View:
    """A table over the resources of one type."""

    resource: str
    select: Select
    where: tuple[Path, ...]
    constants: Mapping[str, Any]
    name: str = ""

    @property
    def columns(self) -> tuple[Column, ...]:
        """The table's columns, in order."""
        return self.select.names()


def read_view(told: object) -> View:
    """The view that a ViewDefinition says. DefinitionError names the element that is wrong, never a value."""
    given = _object(told, "ViewDefinition")
    resource = given.get("resource")
    if not isinstance(resource, str) or not _RESOURCE.fullmatch(resource):
        _wrong("a view is over a type of resource", "resource")
    constants = dict(_constants(given))
    names = frozenset((*constants, ROW_INDEX))
    selects = _list(given, "select", "select")
    if not selects:
        _wrong("a view has columns", "select")
    whole = Select((), tuple(_select(one, f"select[{i}]", names, 1) for i, one in enumerate(selects)), ())
    _distinct(whole.names())
    where = tuple(
        _compiled(_object(one, f"where[{i}]").get("path"), f"where[{i}].path", names)
        for i, one in enumerate(_list(given, "where", "where"))
    )
    name = given.get("name")
    return View(resource, whole, where, constants, name if isinstance(name, str) else "")


def _constants(given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for i, told in enumerate(_list(given, "constant", "constant")):
        at = f"constant[{i}]"
        one = _object(told, at)
        values = [(key, value) for key, value in one.items() if _CONSTANT.fullmatch(key)]
        if not isinstance(one.get("name"), str) or not _NAME.fullmatch(one["name"]) or len(values) != 1:
            _wrong("a constant has a name and one value", at)
        key, value = values[0]
        if not isinstance(value, str | bool | int | float) and not hasattr(value, "as_tuple"):
            _wrong("a constant is of a primitive type", at)
        kind = key.removeprefix("value")
        yield one["name"], Typed(value, kind[0].lower() + kind[1:])


def _select(told: object, at: str, names: frozenset[str], depth: int) -> Select:
    if depth > _DEEPEST:
        _wrong("selects are too deep within each other", at)
    given = _object(told, at)
    iterations = [key for key in ("forEach", "forEachOrNull", "repeat") if given.get(key) is not None]
    if len(iterations) > 1:
        _wrong("a select iterates in one way", at)
    columns = tuple(_column(one, f"{at}.column[{i}]", names) for i, one in enumerate(_list(given, "column", at)))
    inner = _inner(given, "select", at, names, depth)
    unions = _inner(given, "unionAll", at, names, depth)
    if not (columns or inner or unions):
        _wrong("a select has columns", at)
    _same_columns(unions, at)
    over = given.get("forEach", given.get("forEachOrNull"))
    repeat = _list(given, "repeat", at)
    return Select(
        columns, inner, unions,
        None if over is None else _compiled(over, f"{at}.{iterations[0]}", names),
        "forEachOrNull" in iterations,
        tuple(_compiled(one, f"{at}.repeat[{i}]", names) for i, one in enumerate(repeat)),
    )  # fmt: skip


def _inner(given: Mapping[str, Any], key: str, at: str, names: frozenset[str], depth: int) -> tuple[Select, ...]:
    found = _list(given, key, at)
    return tuple(_select(one, f"{at}.{key}[{i}]", names, depth + 1) for i, one in enumerate(found))


def _column(told: object, at: str, names: frozenset[str]) -> Column:
    given = _object(told, at)
    name, kind = given.get("name"), given.get("type", "")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        _wrong("a column's name is letters, digits and _", f"{at}.name")
    if not isinstance(kind, str):
        _wrong("a column's type is the name of a FHIR type", f"{at}.type")
    is_collection = given.get("collection") is True
    return Column(name, _compiled(given.get("path"), f"{at}.path", names), kind.rsplit("/", 1)[-1], is_collection)


def _compiled(path: object, at: str, names: frozenset[str]) -> Path:
    if not isinstance(path, str):
        _wrong("a path is text", at)
    try:
        return compiled(path, names)
    except DefinitionError as error:
        raise DefinitionError(error.what, fix=error.fix, **{"at": at, **error.where}) from None


def _same_columns(unions: tuple[Select, ...], at: str) -> None:
    found = {tuple((column.name, column.is_collection) for column in one.names()) for one in unions}
    if len(found) > 1:
        _wrong("the parts of a union have the same columns in the same order", f"{at}.unionAll")


def _distinct(columns: tuple[Column, ...]) -> None:
    seen = [column.name for column in columns]
    if len(set(seen)) < len(seen) or len(seen) > _MOST:
        _wrong("each column has a name of its own", "select")


def _object(told: object, at: str) -> Mapping[str, Any]:
    if not isinstance(told, Mapping):
        _wrong("this is an object", at)
    return told


def _list(given: Mapping[str, Any], key: str, at: str) -> list[Any]:
    found = given.get(key)
    if found is None:
        return []
    if not isinstance(found, list):
        _wrong("this is a list", f"{at}.{key}")
    return found


def _wrong(what: str, at: str) -> NoReturn:
    raise DefinitionError(what, fix="see docs/reference/sql-on-fhir.md", at=at)
