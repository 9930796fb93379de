"""Maps read from TOML, strictly: an unknown key, table or column is an error that names the nearest right one"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Collection, Iterable, Mapping
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from medark.errors import DefinitionError, MappingError
from medark.model.staging import OUTCOMES, STAGING, TYPES
from medark.standardise.maps.expression import ROW, Expression, Functions, expression, fixed
from medark.standardise.maps.functions import SHARED, read_functions
from medark.standardise.maps.source_map import SourceMap
from medark.standardise.maps.table_map import Issue, Join, TableMap, Target

_SOURCE_KEYS = ("name", "title", "documentation", "time", "time_zone", "tables", "function", "values")
_TABLE_KEYS = (
    "about",
    "needs",
    "may_have",
    "lacks",
    "not_read",
    "join",
    "issue",
    "every_row",
    "function",
    "values",
    "common",
)
_TARGETS = tuple(name for name in STAGING if name not in ("unit_count", "unit_issue"))
_PLACE = ("record_no", "row_no", "part_no")
# A row that gives an event no key of its own is keyed by its place: four bits of it tell parts apart (coded_event.sql).
_KEYLESS_PARTS = 16
# A fixed coding system is said only beside a code; code_system itself has a code in every row.
_SYSTEM_OF = {"alt_system": "alt_code", "alt2_system": "alt2_code", "value_system": "value_code",
              "modifier_system": "modifier_code", "cause_system": "cause_code"}  # fmt: skip


def read_source(folder: Traversable) -> SourceMap:
    """The map in `folder`: source.toml, and one TOML file for each table it lists. MappingError says what is wrong."""
    place = f"{folder.name}/source.toml"
    told = _toml(folder.joinpath("source.toml"), place)
    _known_keys(told, _SOURCE_KEYS, place)
    functions = {**SHARED, **read_functions(told, place)}
    names = _texts(told, "tables", place)
    _no_strays(folder, names)
    tables = {name: _table(folder, name, functions) for name in names}
    _joins_exist(tables, folder.name)
    return SourceMap(
        name=_text(told, "name", place),
        title=_text(told, "title", place),
        documentation=_text(told, "documentation", place),
        time=_text(told, "time", place),
        time_zone=told.get("time_zone", ""),
        tables=MappingProxyType(tables),
    )


def _table(folder: Traversable, name: str, functions: Functions) -> TableMap:
    place = f"{folder.name}/{name}.toml"
    told = _toml(folder.joinpath(f"{name}.toml"), place)
    _known_keys(told, (*_TABLE_KEYS, *_TARGETS), place)
    functions = {**functions, **read_functions(told, place)}
    bare = TableMap(
        name=name,
        about=_text(told, "about", place),
        needs=_columns(told, "needs", place),
        may_have=_columns(told, "may_have", place, required=False),
        lacks=_columns(told, "lacks", place, required=False),
        not_read=MappingProxyType({name.lower(): reason for name, reason in told.get("not_read", {}).items()}),
    )
    reader = _Reader(bare, functions, place)
    joins = {key: reader.join(key, value) for key, value in told.get("join", {}).items()}
    reader.joins = frozenset(joins)
    issues = [reader.issue(value, "true") for value in _one(told, "every_row")]
    issues += [reader.issue(value, "") for value in told.get("issue", ())]
    common = told.get("common", {})
    _known_keys(common, _TARGETS, place, at="common")
    targets = [
        reader.target(staging, part_no, _with_common(common.get(staging, {}), value))
        for staging in _TARGETS
        for part_no, value in enumerate(told.get(staging, ()))
    ]
    if not targets and not (issues and issues[0].when.is_true):
        raise MappingError("a table that gives nothing must say why", fix="[every_row] outcome, reason", file=place)
    return TableMap(
        bare.name, bare.about, bare.needs, bare.may_have, bare.lacks, bare.not_read,
        MappingProxyType(joins), tuple(issues), tuple(targets),
    )  # fmt: skip


def _with_common(common: Mapping[str, Any], told: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a target says, over what `[common.<staging table>]` says of all of the table's."""
    constants = {**common.get("fixed", {}), **told.get("fixed", {})}
    merged = {**common, **told, "fixed": {name: value for name, value in constants.items() if name not in told}}
    return {name: value for name, value in merged.items() if name == "fixed" or name not in told.get("fixed", {})}


class _Reader:
    """Reads the parts of one table's file; knows where it is, for messages."""

    def __init__(self, table: TableMap, functions: Functions, place: str) -> None:
        self._table, self._functions, self._place = table, functions, place
        self.joins: frozenset[str] = frozenset()

    def join(self, name: str, told: Mapping[str, Any]) -> Join:
        _known_keys(told, ("table", "on"), self._place, at=f"join.{name}")
        on = {column.lower(): self._expression(text, f"join.{name}.{column}") for column, text in told["on"].items()}
        return Join(name, told["table"], MappingProxyType(on))

    def issue(self, told: Mapping[str, Any], when: str) -> Issue:
        _known_keys(told, ("outcome", "reason", "place") + (() if when else ("when",)), self._place, at="issue")
        outcome = _text(told, "outcome", self._place)
        _one_of(outcome, [o for o in OUTCOMES if o != "loaded"], "outcome", self._place)
        condition = self._expression(when or _text(told, "when", self._place), "issue")
        return Issue(condition, outcome, _text(told, "reason", self._place), told.get("place"))

    def target(self, staging: str, part_no: int, told: Mapping[str, Any]) -> Target:
        at = f"{staging}[{part_no}]"
        columns = [name for name in STAGING[staging].column_names if name not in _PLACE]
        _known_keys(told, (*columns, "where", "fixed"), self._place, at=at)
        constants = told.get("fixed", {})
        _known_keys(constants, columns, self._place, at=f"{at}.fixed")
        found = {
            name: self._expression(told[name], f"{at}.{name}") if name in told else fixed(constants[name])
            for name in columns
            if name in told or name in constants
        }
        self._complete(staging, part_no, found, at)
        where = self._expression(told["where"], f"{at}.where") if "where" in told else None
        return Target(staging, part_no, MappingProxyType(_systems_beside_codes(found)), where)

    def _complete(self, staging: str, part_no: int, found: Mapping[str, Expression], at: str) -> None:
        required = [c.name for c in STAGING[staging].columns if c.required and c.name not in _PLACE]
        for name in required:
            if name not in found:
                raise MappingError(f"{staging} needs {name}", fix=f"give {name}", file=self._place, at=at)
        if staging == "event" and part_no >= _KEYLESS_PARTS and "event_key" not in found:
            raise MappingError("the 17th event of a row needs a key", fix="give event_key", file=self._place, at=at)
        if "type" in found and found["type"].is_constant:
            _one_of(found["type"].tree.name, TYPES, "type", self._place)

    def _expression(self, text: str, at: str) -> Expression:
        try:
            found = expression(text, self._functions)
        except DefinitionError as error:
            raise MappingError(error.what, fix=error.fix, file=self._place, at=at) from None
        for table, column in sorted(found.columns):
            if table == ROW:
                _one_of(column, self._table.readable, "column", self._place, at)
            else:
                _one_of(table, self.joins, "join", self._place, at)
        return found


def _systems_beside_codes(found: dict[str, Expression]) -> dict[str, Expression]:
    for system, code in _SYSTEM_OF.items():
        if system in found and code not in found:
            del found[system]
        elif system in found and found[system].is_constant and not found[code].is_constant:
            tree = expression("case when x is not null then y end", {}).tree
            for column in list(tree.find_all(type(expression("x", {}).tree))):
                column.replace(found[code if column.name == "x" else system].tree.copy())
            found[system] = Expression(found[system].text, tree)
    return found


def _joins_exist(tables: Mapping[str, TableMap], source: str) -> None:
    for table in tables.values():
        place = f"{source}/{table.name}.toml"
        for join in table.joins.values():
            _one_of(join.table, tables, "table", place, f"join.{join.name}")
            for column in join.on:
                _one_of(column, tables[join.table].readable, "column", place, f"join.{join.name}")
        for found in table.expressions:
            for name, column in found.columns:
                if name != ROW:
                    _one_of(column, tables[table.joins[name].table].readable, f"column of {name}", place)


def _toml(file: Traversable, place: str) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise MappingError("a map's file is missing", fix=f"write {place}", file=place) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingError(f"not TOML: {error}", fix="see toml.io", file=place) from None


def _no_strays(folder: Traversable, names: Collection[str]) -> None:
    files = {f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")} - {"source"}
    for stray in sorted(files - set(names)):
        place = f"{folder.name}/source.toml"
        raise MappingError(f"{stray}.toml is not listed", fix=f"add '{stray}' to tables", file=place)


def _known_keys(told: Mapping[str, Any], known: Iterable[str], place: str, at: str = "") -> None:
    for key in told:
        _one_of(key, list(known), "key", place, at)


def _one_of(given: str, known: Collection[str], what: str, place: str, at: str = "") -> None:
    if given not in known:
        near = difflib.get_close_matches(given, sorted(known), n=1) or sorted(known)[:1]
        fix = f"perhaps {near[0]}" if near else "leave it out"
        raise MappingError(f"there is no {what} {given!r}", fix=fix, file=place, **({"at": at} if at else {}))


def _one(told: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    return [told[key]] if key in told else []


def _text(told: Mapping[str, Any], key: str, place: str) -> str:
    value = told.get(key)
    if not isinstance(value, str) or not value.strip():
        raise MappingError(f"{key} is missing", fix=f'{key} = "…"', file=place)
    return value


def _texts(told: Mapping[str, Any], key: str, place: str, *, required: bool = True) -> list[str]:
    value = told.get(key, [])
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value) or (required and not value):
        raise MappingError(f"{key} is a list of names", fix=f'{key} = ["…"]', file=place)
    return value


def _columns(told: Mapping[str, Any], key: str, place: str, *, required: bool = True) -> frozenset[str]:
    """Names of columns in lower case, as everything that reads them has them."""
    return frozenset(name.lower() for name in _texts(told, key, place, required=required))
