"""How each kind of field of a node is written as JSON, and read back without trust"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from medark.define.concepts import ConceptSet
from medark.define.kinds import Kind
from medark.define.language.durations import Duration
from medark.define.nodes import Node, Value

Json = Any
_INT64 = 2**63


class Unfit(ValueError):  # noqa: N818  it says what a value is not
    """A value that a field can't hold; the text says what it would hold."""


class Numbers(Protocol):
    """The numbers under which a definition's nodes and concept sets are written."""

    def node(self, node: Node) -> int: ...
    def concept_set(self, concepts: ConceptSet) -> int: ...


class Found(Protocol):
    """The nodes and concept sets read so far, by number; IndexError for others."""

    def node(self, number: int) -> Node: ...
    def concept_set(self, number: int) -> ConceptSet: ...


@dataclass(frozen=True, slots=True)
class Form:
    """What a field holds: how that is told in JSON, and heard again. Both raise Unfit for anything else."""

    tell: Callable[[Any, Numbers], Json]
    hear: Callable[[Json, Found], Any]


def _plainly(check: Callable[[Any], Any]) -> Form:
    """A form whose JSON is the value itself."""
    return Form(lambda value, _: check(value), lambda told, _: check(told))


def is_text(value: object) -> bool:
    """Is it a text that can be written as UTF-8 (half a surrogate pair can't)?"""
    try:
        return isinstance(value, str) and bool(value.encode() or True)
    except UnicodeEncodeError:
        return False


def _text(value: Any) -> str:
    if not is_text(value):
        raise Unfit("a text")
    return cast("str", value)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfit("true or false")
    return value


def whole(least: int = -_INT64, most: int = _INT64 - 1) -> Form:
    """A whole number in a range."""

    def check(value: Any) -> int:
        if type(value) is not int or not least <= value <= most:
            raise Unfit(f"a whole number from {least} to {most}")
        return value

    return _plainly(check)


def _number(value: Any) -> int | float:
    """The number as it is written. Equal numbers are written alike: 2.0 as 2, -0.0 as 0."""
    if type(value) is int and -_INT64 <= value < _INT64:
        return value
    if type(value) is not float or not math.isfinite(value):
        raise Unfit("a finite number, or a whole one of 64 bits")
    return int(value) if -_INT64 <= value < _INT64 and value.is_integer() else value


def choice(*names: str) -> Form:
    """One of these words."""

    def check(value: Any) -> str:
        if value not in names or not isinstance(value, str):
            raise Unfit(f"one of {', '.join(map(repr, names))}")
        return value

    return _plainly(check)


def _day(told: Json) -> dt.date:
    try:
        day = dt.date.fromisoformat(_text(told))
    except ValueError:
        raise Unfit("a date such as 2024-02-29") from None
    if day.isoformat() != told:
        raise Unfit("a date such as 2024-02-29")
    return day


def _moment(told: Json) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(_text(told))
    except ValueError:
        raise Unfit("a time such as 2024-02-29T13:00:00") from None
    if moment.isoformat() != told or moment.tzinfo is not None:
        raise Unfit("a time such as 2024-02-29T13:00:00")
    return moment


def _tell_day(value: Any) -> str:
    if type(value) is not dt.date:
        raise Unfit("a date")
    return value.isoformat()


def _tell_plain(value: Any) -> Json:
    if isinstance(value, dt.datetime):
        if value.tzinfo is not None:
            raise Unfit("a time without a zone")
        return {"datetime": value.isoformat()}
    if isinstance(value, dt.date):
        return {"date": value.isoformat()}
    return _bare(value)


def _hear_plain(told: Json) -> Any:
    match told:
        case {"datetime": moment, **more} if not more:
            return _moment(moment)
        case {"date": day, **more} if not more:
            return _day(day)
    return _bare(told)


def _bare(value: Any) -> Json:
    if isinstance(value, bool):
        return value
    return _text(value) if isinstance(value, str) else _number(value)


def _hear_kind(told: Json) -> Kind:
    if not isinstance(told, str) or told not in Kind.__members__:
        raise Unfit(f"one of {', '.join(Kind.__members__)}")
    return Kind[told]


def _tell_duration(value: Any) -> Json:
    if not isinstance(value, Duration) or type(value.length) is not int or value.length < 0:
        raise Unfit("a fixed time, such as days(30)")
    return [value.length, value.unit]


def _hear_duration(told: Json) -> Duration:
    match told:
        case [int(length), "seconds" | "days" | "months" as unit] if type(length) is int and 0 <= length < _INT64:
            return Duration(length, unit)
    raise Unfit('a time such as [30, "days"]')


def node_of(kind: type[Node] | tuple[type[Node], ...], called: str) -> Form:
    """A node of a kind, by its number."""

    def tell(value: Any, numbers: Numbers) -> int:
        if not isinstance(value, kind):
            raise Unfit(called)
        return numbers.node(value)

    def hear(told: Json, found: Found) -> Node:
        node = found.node(_place(told))
        if not isinstance(node, kind):
            raise Unfit(f"the number of {called}, not of a {type(node).__name__}")
        return node

    return Form(tell, hear)


def _place(told: Json) -> int:
    if type(told) is not int or told < 0:
        raise Unfit("the number of one that is written before it")
    return told


def _tell_set(value: Any, numbers: Numbers) -> int:
    if not isinstance(value, ConceptSet):
        raise Unfit("a concept set")
    return numbers.concept_set(value)


def many(form: Form) -> Form:
    """Any number of them, in order."""

    def tell(value: Any, numbers: Numbers) -> Json:
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise Unfit("a list")
        return [form.tell(one, numbers) for one in value]

    def hear(told: Json, found: Found) -> tuple[Any, ...]:
        return tuple(form.hear(one, found) for one in _listed(told))

    return Form(tell, hear)


def row(*forms: Form) -> Form:
    """One of each, in order."""

    def tell(value: Any, numbers: Numbers) -> Json:
        if not isinstance(value, tuple) or len(value) != len(forms):
            raise Unfit(f"a row of {len(forms)}")
        return [form.tell(one, numbers) for form, one in zip(forms, value, strict=True)]

    def hear(told: Json, found: Found) -> tuple[Any, ...]:
        if len(_listed(told)) != len(forms):
            raise Unfit(f"a row of {len(forms)}")
        return tuple(form.hear(one, found) for form, one in zip(forms, told, strict=True))

    return Form(tell, hear)


def or_none(form: Form) -> Form:
    """One, or none."""
    return Form(
        lambda value, numbers: None if value is None else form.tell(value, numbers),
        lambda told, found: None if told is None else form.hear(told, found),
    )


def _tell_variables(value: Any, numbers: Numbers) -> Json:
    return [[_text(variable.name), numbers.node(variable.value)] for variable in value]


def _hear_variables(told: Json, found: Found) -> Mapping[str, Value]:
    """Values by name: definitions check what they are when they are given a mapping."""
    pairs = [row(TEXT, VALUE).hear(one, found) for one in _listed(told)]
    if len({name for name, _ in pairs}) < len(pairs):
        raise Unfit("values of different names")
    return dict(pairs)


def _listed(told: Json) -> list[Json]:
    if not isinstance(told, list):
        raise Unfit("a list")
    return told


TEXT = _plainly(_text)
TRUTH = _plainly(_truth)
NUMBER = Form(lambda value, _: _number(value), lambda told, _: float(_number(told)))
DATE = Form(lambda value, _: _tell_day(value), lambda told, _: _day(told))
PLAIN = Form(lambda value, _: _tell_plain(value), lambda told, _: _hear_plain(told))
KIND = Form(lambda value, _: Kind(value).name, lambda told, _: _hear_kind(told))
DURATION = Form(lambda value, _: _tell_duration(value), lambda told, _: _hear_duration(told))
CONCEPTS = Form(_tell_set, lambda told, found: found.concept_set(_place(told)))
VALUE = node_of(Value, "a value")
VARIABLES = Form(_tell_variables, _hear_variables)
