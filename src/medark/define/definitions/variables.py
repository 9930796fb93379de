"""Named values of entries: what every definition has inside"""

from __future__ import annotations

import re
from collections.abc import Mapping

from medark.define.kinds import Kind
from medark.define.language.series import Difference, Series, node_of
from medark.define.nodes import Population, Value
from medark.define.nodes.node import Node, node
from medark.errors import DefinitionError

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
ENTRY_COLUMNS = ("entry_id", "person_id", "entry_start", "entry_end", "visit_occurrence_id")


@node
class Variable(Node):
    """A value of an entry under a name."""

    name: str
    value: Value


def variables(named: Mapping[str, object]) -> tuple[Variable, ...]:
    """Values by name, in order; DefinitionError for a name that is no column name, or a value of rows."""
    return tuple(Variable(name, value_of_entry(named[name], name)) for name in map(_checked, named))


def value_of_entry(value: object, name: str) -> Value:
    """The node of a value that there is one of for each entry; DefinitionError where it is of rows, or has no unit."""
    if not isinstance(value, Series | Node | Difference | bool | int | float | str):
        raise DefinitionError(
            f"{name!r} can't be a {type(value).__name__}", fix="end it in one value: .exists(), .count(), .last().…"
        )
    found = value if isinstance(value, Value) else node_of(value)
    if found.rows is not None:
        raise DefinitionError(
            f"{name!r} has a value for each row of {found.rows.title}", fix="take one: .last_by(…), .max(…), .count()"
        )
    if found.kind is Kind.QUANTITY:
        raise DefinitionError(f"{name!r} has no unit", fix="write .value_in('mmol/L') in place of .value_as_number")
    return found


def condition_of_entry(value: object, name: str) -> Value:
    """The same for a truth value."""
    found = value_of_entry(value, name)
    if found.kind is not Kind.TRUTH:
        raise DefinitionError(f"{name!r} is {found.kind}, not a truth value", fix="compare it, or write .exists()")
    return found


def population(value: object) -> Population:
    """A population, or that of a cohort."""
    found = getattr(value, "population", value)
    if not isinstance(found, Population):
        raise DefinitionError(
            f"{type(value).__name__} is no population", fix="everyone(on=…), every(visits.of(…)), or a Cohort"
        )
    return found


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name) or name in ENTRY_COLUMNS:
        raise DefinitionError(f"{name!r} is no name of a column", fix="small letters, digits and _, such as last_hba1c")
    return name
