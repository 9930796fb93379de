"""Parameters of a method: their types, defaults, bounds and meaning, held by the method's own fields"""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields
from typing import Any, get_args, get_type_hints

from medark.errors import DefinitionError
from medark.messages import _


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: `choices` are its only values where there are any; `meaning` is English, translated when shown."""

    name: str
    kind: type
    default: object
    meaning: str
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None


def parameter(default: Any, meaning: str, *, least: float | None = None, most: float | None = None) -> Any:
    """A field of a method's dataclass, with what it means and the values that it may have."""
    return field(default=default, metadata={"meaning": meaning, "least": least, "most": most})


def parameters(method: type) -> tuple[Parameter, ...]:
    """The parameters of a method, in the order of its fields."""
    hints = get_type_hints(method)
    return tuple(_parameter(part, hints[part.name]) for part in fields(method))


def _parameter(part: Field[Any], hint: Any) -> Parameter:
    choices = tuple(value for value in get_args(hint) if isinstance(value, str))
    return Parameter(part.name, type(part.default), part.default, choices=choices, **part.metadata)


def check(method: Any) -> None:
    """DefinitionError for the first parameter of a method that has a value it may not have."""
    for known in parameters(type(method)):
        name = known.name
        if fix := _fix(known, getattr(method, name)):
            raise DefinitionError(f"parameter {name} has a value that it may not have", fix=fix)


def _fix(known: Parameter, value: Any) -> str:
    """What may be written instead of a value; "" for one that is right."""
    if known.choices:
        return "" if value in known.choices else _("one of: {names}", names=", ".join(known.choices))
    if known.default is None:  # of the series themselves: an array, or nothing
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _("a number, such as {value}", value=known.default)
    if known.kind is int and not isinstance(value, int):
        return _("a whole number, such as {value}", value=known.default)
    if known.least is not None and not value >= known.least:
        return _("at least {value}", value=known.least)
    return _("at most {value}", value=known.most) if known.most is not None and not value <= known.most else ""
