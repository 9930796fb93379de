"""One parameter of a search as a condition over the columns of a table"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from medark.errors import UsageError
from medark.flows.fhir import AllOf, AnyOf, Born, Compare, Condition, During, IsIn, IsThere, Not
from medark.serve.fhir.edge import Edge
from medark.serve.fhir.resources.kind import BirthDate, Date, Fixed, Identifier, Parameter, Part, Reference, Token
from medark.serve.fhir.search import values

NOBODY: Final = AnyOf(())
ARRIVED: Final = "medark_record_no"
_MODIFIERS: Final = {
    Token: ("not", "below", "missing"), Fixed: ("not",), Date: ("missing",), Reference: ("missing",),
    Identifier: ("missing",),
}  # fmt: skip
_BROADEST: Final = 50_000  # concepts below one code


def condition(edge: Edge, part: Part, parameter: Parameter, name: str, modifier: str, text: str) -> Condition:
    """The rows of a part that a parameter finds. UsageError for a modifier or a value that it does not have."""
    if isinstance(parameter, Reference) and modifier == parameter.to:
        modifier = ""
    if modifier and modifier not in _MODIFIERS.get(type(parameter), ()):
        raise UsageError("this search parameter has no such modifier", fix=name, parameter=name, modifier=modifier[:20])
    if modifier == "missing":
        return _missing(parameter, name, text)
    parts = values.alternatives(text)
    match parameter:
        case Token():
            found = AnyOf(tuple(_token(edge, parameter, name, values.token(one), modifier) for one in parts))
        case Fixed():
            found = AnyOf(tuple(_fixed(edge, parameter, values.token(one)) for one in parts))
        case Date():
            found = AnyOf(tuple(_date(edge, parameter, name, one) for one in parts))
        case BirthDate():
            found = AnyOf(tuple(_born(edge, parameter, name, one) for one in parts))
        case Reference():
            found = AnyOf(tuple(_reference(parameter, name, one) for one in parts))
        case Identifier(column):
            told = [values.token(one) for one in parts]
            found = AnyOf((IsIn((column,), frozenset(one.code for one in told if not one.system)),))
        case _:
            found = NOBODY
    return Not(found) if modifier == "not" else found


def arrived(edge: Edge, text: str) -> Condition:
    """_lastUpdated: rows whose raw record came in then."""
    return AnyOf(tuple(_arrived(edge, one) for one in values.alternatives(text)))


def _arrived(edge: Edge, text: str) -> Condition:
    value = values.date(text, edge.zone, "_lastUpdated")
    low, high = edge.arrivals.first_since(value.low), edge.arrivals.first_since(value.high)
    match values.as_sign(value):
        case "gt" | "sa":
            return Compare(ARRIVED, "ge", high)
        case "ge":
            return Compare(ARRIVED, "ge", low)
        case "lt" | "eb":
            return Compare(ARRIVED, "lt", low)
        case "le":
            return Compare(ARRIVED, "lt", high)
        case sign:
            then = AllOf((Compare(ARRIVED, "ge", low), Compare(ARRIVED, "lt", high)))
            return Not(then) if sign == "ne" else then


def _missing(parameter: Parameter, name: str, text: str) -> Condition:
    if text not in ("true", "false"):
        raise UsageError("a value is missing or not", fix=f"{name}:missing=true", parameter=name)
    match parameter:
        case Date(starts):
            column = starts[0]
        case Reference(column) | Identifier(column):
            pass
        case Token(concepts, words):
            there = [Not(IsIn((column,), frozenset((0,)))) for column in concepts[:1]]
            has = AnyOf(tuple(AllOf((IsThere(column), no)) for column, no in zip(concepts, there, strict=False)))
            has = AnyOf((has, *(IsThere(word) for word in words)))
            return Not(has) if text == "true" else has
        case _:
            return NOBODY
    return Not(IsThere(column)) if text == "true" else IsThere(column)


def _token(edge: Edge, parameter: Token, name: str, value: values.TokenValue, modifier: str) -> Condition:
    if not value.code:
        raise UsageError("a code is searched, not a whole code system", fix=f"{name}=system|code", parameter=name)
    found: list[Condition] = []
    if value.system != "":
        concepts = edge.concepts.coded(value.code, value.system)
        if modifier == "below":
            concepts = edge.concepts.below(concepts)
            if len(concepts) > _BROADEST:
                raise UsageError("there is too much below this code", fix="name a narrower one", parameter=name)
        found.append(IsIn(parameter.concepts, concepts))
    if not value.system and parameter.words:
        found.append(IsIn(parameter.words, frozenset((value.code,))))
    return AnyOf(tuple(found))


def _fixed(edge: Edge, parameter: Fixed, value: values.TokenValue) -> Condition:
    rows: Callable[..., Condition] | None = parameter.values.get(value.code)
    if rows is None or (value.system is not None and value.system != parameter.system):
        return NOBODY
    return rows(edge.sets)


def _date(edge: Edge, parameter: Date, name: str, text: str) -> Condition:
    value = values.date(text, edge.zone, name)
    low, high = (values.local(moment, edge.zone) for moment in (value.low, value.high))
    return During(parameter.starts, parameter.ends, values.as_sign(value), low, high)


def _born(edge: Edge, parameter: BirthDate, name: str, text: str) -> Condition:
    value = values.date(text, edge.zone, name)
    low, high = (values.local(moment, edge.zone) for moment in (value.low, value.high))
    if (low.time(), high.time()) != (dt.time(), dt.time()):
        raise UsageError("a day of birth has no time of day", fix=f"{name}=1980-01-31", parameter=name)
    return Born(parameter.columns, values.as_sign(value), low, high)


def _reference(parameter: Reference, name: str, text: str) -> Condition:
    told = values.reference(text, parameter.to, name)
    if told is None:
        return NOBODY
    event = values.event_id(told)
    key = event.key if event is not None and not event.prefix else values.number(told)
    return NOBODY if key is None else IsIn((parameter.column,), frozenset((key,)))
