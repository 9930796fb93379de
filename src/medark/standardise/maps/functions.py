"""Functions and value lists that maps call by name: those of all sources, and a map's own"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import sqlglot
from sqlglot import exp

from medark.errors import MappingError
from medark.standardise.maps.expression import Function, Functions


def read_functions(told: Mapping[str, Any], place: str) -> Functions:
    """`[function.name]` with arguments and sql; `[values.name]`, a list of values, as a function of one argument."""
    written = {name: _function(name, value, place) for name, value in told.get("function", {}).items()}
    return written | {name: _values(name, value, place) for name, value in told.get("values", {}).items()}


def _function(name: str, told: Mapping[str, Any], place: str) -> Function:
    if set(told) - {"about"} != {"arguments", "sql"}:
        raise MappingError(f"function {name} has arguments and sql", fix='arguments = ["x"]', file=place)
    return _named(Function(name, tuple(told["arguments"]), told["sql"]), place)


def _values(name: str, told: Mapping[str, Any], place: str) -> Function:
    """`CASE x WHEN … THEN … END`: NULL for a value that is not listed."""
    if not told or not all(isinstance(value, str) for value in told.values()):
        raise MappingError(f"values of {name} are texts", fix='key = "value"', file=place)
    case = exp.Case(this=exp.Placeholder(this="x"))
    for key, value in told.items():
        case.append("ifs", exp.If(this=exp.Literal.string(key), true=exp.Literal.string(value)))
    return _named(Function(name, ("x",), case.sql(dialect="duckdb")), place)


def _named(function: Function, place: str) -> Function:
    """The function, if its name is free: SQL's own would be taken in its stead."""
    call = f"{function.name}({', '.join('x' * len(function.arguments))})"
    if not isinstance(sqlglot.parse_one(call, read="duckdb"), exp.Anonymous):
        raise MappingError(f"{function.name} is a function of SQL", fix="name it otherwise", file=place)
    return function


SHARED: Functions = MappingProxyType(
    read_functions(tomllib.loads(files(__package__).joinpath("functions.toml").read_text("utf-8")), "functions.toml")
)
