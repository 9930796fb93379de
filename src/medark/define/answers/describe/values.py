"""Values in words: columns, aggregates, choices, memberships and units"""

from __future__ import annotations

from typing import TYPE_CHECKING

from medark.define.answers.describe.calls import beside_key, call_words, index_words
from medark.define.answers.describe.terms import TIGHT, joined, noun, plain_words
from medark.define.kinds import TIMES
from medark.define.nodes import (
    Aggregate,
    AnyUnit,
    AtEach,
    Call,
    Case,
    CodeOf,
    Column,
    InConcepts,
    IndexValue,
    InUnit,
    IsIn,
    Literal,
    Missing,
    Pair,
    PickedColumn,
    Root,
    Table,
    Today,
    Value,
    asked_of_index,
)

if TYPE_CHECKING:
    from medark.define.answers.describe.telling import Teller

# What has no end has no start either, in words: it has a time.
_MOMENTS = {"start": "time", "end": "time", "start_date": "day", "end_date": "day"}


def value_words(teller: Teller, value: Value) -> str:
    """A value in words."""
    match value:
        case Literal(value=plain):
            return plain_words(teller, plain)
        case Missing():
            return teller.say("value.missing")
        case Today():
            return teller.say("moment.today")
        case IndexValue(name=name):
            return index_words(teller, name)
        case Column(rows=rows, name=name, side=side):
            return _column_words(teller, rows, name, side)
        case PickedColumn():
            return _picked_words(teller, value)
        case Aggregate():
            return _aggregate_words(teller, value)
        case Call():
            return call_words(teller, value)
        case Case():
            return _case_words(teller, value)
        case AtEach():
            return _at_each_words(teller, value)
    return _membership_words(teller, value)


def _column_words(teller: Teller, rows: Root, name: str, side: str) -> str:
    if isinstance(rows, Pair):
        return teller.say(f"pair.{side}", column=_column_words(teller, getattr(rows, side).root, name, ""))
    lasts = not isinstance(rows, Table) or rows.spec.end
    return teller.phrases.column(name if lasts or name not in _MOMENTS else _MOMENTS[name])


def _picked_words(teller: Teller, value: PickedColumn) -> str:
    column = _column_words(teller, value.pick.root, value.name, value.side)
    match value.pick.root:
        case Table(name="person"):
            return teller.say("pick.person", column=column)
        case Table(name="death") if teller.phrases.has(f"death.{value.name}"):
            return teller.say(f"death.{value.name}")
        case Table(name="death"):
            return teller.say("pick.death", column=column)
    return teller.say("pick.column", column=column, row=teller.row(value.pick))


def _aggregate_words(teller: Teller, value: Aggregate) -> str:
    name, frame = value.name, value.frame
    if name == "exists":
        return teller.say("aggregate.exists", one=teller.rows(frame, "one"))
    if value.argument is None:
        return teller.say("aggregate.count", many=teller.rows(frame, "many"))
    timed = name in ("min", "max") and value.argument.kind in TIMES
    with teller.of(frame):
        argument = teller.value(value.argument)
    return teller.say(f"aggregate.{name}{'_time' if timed else ''}", argument=argument, many=teller.rows(frame, "many"))


def _case_words(teller: Teller, case: Case) -> str:
    told = [
        teller.say("value.if", value=teller.value(value, 0), condition=teller.value(condition, 0))
        for condition, value in case.branches
    ]
    branches = joined(teller, "value.if_join", told)
    if case.default is None:
        return teller.say("value.otherwise_missing", branches=branches)
    return teller.say("value.otherwise", branches=branches, value=teller.value(case.default, 0))


def _at_each_words(teller: Teller, value: AtEach) -> str:
    root, called = value.frame.root, noun(teller, value.frame.root)
    with teller.at(called):
        told = teller.value(value.value)
    if value.frame not in (root, teller.among):
        told = teller.say("at_each.frame", rows=teller.rows(value.frame, "many"), value=told)
    asked = asked_of_index(value.value)
    for key, day in (("start", value.start), ("end", value.end)):
        if day is not None and key in asked and day != Column(root, f"{key}_date"):
            told = teller.say(f"at_each.{key}", value=told, noun=called, day=teller.value(day))
    return told


def _membership_words(teller: Teller, value: Value) -> str:
    match value:
        case InConcepts(value=inside, concepts=concepts, source=source):
            key = "value.in_source_set" if source else "value.in_set"
            return teller.say(key, value=teller.value(inside), set=teller.say("set.named", name=concepts.name))
        case IsIn():
            return _options_words(teller, value)
        case CodeOf(value=inside, codes=codes):
            shown = [f"{name} = {code}" for name, code in codes[:3]] + ["…"] * (len(codes) > 3)
            return teller.say("value.code_of", value=teller.value(inside), codes=", ".join(shown))
        case InUnit():
            return _unit_words(teller, value)
        case AnyUnit(quantity=quantity):
            return teller.say("value.any_unit", value=teller.value(quantity))
    raise NotImplementedError(type(value).__name__)


def _options_words(teller: Teller, value: IsIn) -> str:
    if not value.options:
        return teller.say("value.in_no_options", value=teller.value(value.value))
    match value.value:
        case Call(operator="beginning", arguments=(text, Literal(value=letters))) if all(
            isinstance(option, str) and len(option) == letters for option in value.options
        ):
            options = joined(teller, "value.begins_or", [plain_words(teller, option) for option in value.options])
            return teller.say("value.begins", value=teller.value(text), options=options)
    told = [beside_key(teller, Literal(option, value.value.kind), value.value) for option in value.options]
    if len(told) == 1:
        return teller.say("operators.equal", teller.value(value.value, TIGHT["equal"]), told[0])
    return teller.say("value.in_options", value=teller.value(value.value), options=joined(teller, "value.list", told))


def _unit_words(teller: Teller, value: InUnit) -> str:
    quantity = teller.value(value.quantity)
    if value.assumed is None:
        return teller.say("value.in_unit", value=quantity, unit=value.target)
    factor, offset = value.assumed
    if (factor, offset) == (1.0, 0.0):
        return teller.say("value.in_unit_assumed", value=quantity, unit=value.target)
    key = "value.in_unit_by_factor_and_offset" if offset else "value.in_unit_by_factor"
    numbers = {"factor": plain_words(teller, factor), "offset": plain_words(teller, offset)}
    return teller.say(key, value=quantity, unit=value.target, **numbers)
