"""Values in words: what is compared, computed and chosen"""

from __future__ import annotations

import datetime as dt
from functools import reduce
from typing import TYPE_CHECKING, Any, Final

from medark.define.answers.describe.windows import conjuncts, moved, parts
from medark.define.kinds import NUMBERS, TIMES, Kind
from medark.define.nodes import (
    Aggregate,
    AnyUnit,
    AtEach,
    Call,
    Case,
    Column,
    Filter,
    Frame,
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
from medark.model.units import unit_codes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medark.define.answers.describe.telling import Teller

# How tightly the parts of an expression hold together: one stands in brackets beside what holds no looser.
_COMPARED: Final = dict.fromkeys(("equal", "not_equal", "less", "at_most", "greater", "at_least"), 4)
TIGHT: Final = {"if_missing": 0, "or": 1, "and": 2, "not": 3, **_COMPARED, "add": 5, "subtract": 5,
                "multiply": 6, "divide": 6, "negate": 7, "power": 7}  # fmt: skip
_WORD: Final = 9


def binding(teller: Teller, value: Value) -> int:
    """How tightly what is said of a value holds together."""
    match value:
        case Case():
            return 0
        case Aggregate(frame=frame) if _ends_open(teller, frame):
            return 0
        case AtEach():
            return 0
        case Call(operator="not", arguments=(Aggregate(name="exists") as exists,)):
            return min(binding(teller, exists), TIGHT["not"])
        case Call(operator=operator) if _hours(value) is None:
            return TIGHT.get(operator, _WORD)
    return _WORD


def _ends_open(teller: Teller, frame: Frame) -> bool:
    """Do the words for its rows end in a condition, which a following "and" would seem to go on with?"""
    if not teller.say("order.rows").endswith("where"):
        return False
    while isinstance(frame, Filter) and not teller.frame_mark(frame):
        if any(isinstance(part, Value) for part in parts(frame.condition)):
            return True
        frame = frame.source
    return False


def noun(teller: Teller, root: Root) -> str:
    """What a row of it is called."""
    return teller.say(f"nouns.{root.name}.bare") if isinstance(root, Table) else teller.say("era.noun")


def joined(teller: Teller, key: str, texts: Sequence[str]) -> str:
    """Texts as one list."""
    return reduce(lambda left, right: teller.say(key, left, right), texts)


def length(teller: Teller, count: int, unit: str) -> str:
    """A length of time in the largest unit that it is a whole number of; days stay days."""
    for size, larger in _LARGER.get(unit, ()):
        if count and count % size == 0:
            return teller.phrases.counted(f"length.{larger}", count // size)
    return teller.phrases.counted(f"length.{unit}", count)


_LARGER = {"seconds": ((3600, "hours"), (60, "minutes")), "months": ((12, "years"),)}


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
            return _index_words(teller, name)
        case Column(rows=rows, name=name, side=side):
            return _column_words(teller, rows, name, side)
        case PickedColumn():
            return _picked_words(teller, value)
        case Aggregate():
            return _aggregate_words(teller, value)
        case Call():
            return _call_words(teller, value)
        case Case():
            return _case_words(teller, value)
        case AtEach():
            return _at_each_words(teller, value)
    return _membership_words(teller, value)


def plain_words(teller: Teller, plain: Any) -> str:
    """A constant."""
    if isinstance(plain, bool):
        return teller.say("value.true" if plain else "value.false")
    if isinstance(plain, str):
        return teller.say("value.text", text=plain) if plain else teller.say("value.empty")
    if isinstance(plain, dt.datetime):
        return plain.isoformat(" ")
    return str(plain).removesuffix(".0")


def concept_words(teller: Teller, concept_id: object) -> str:
    """A concept by its id, and by its name where that is the same in every vocabulary."""
    known = f"known.{concept_id}"
    if teller.phrases.has(known):
        return teller.say("value.known_concept", id=str(concept_id), name=teller.say(known))
    return teller.say("value.concept", id=str(concept_id))


def _index_words(teller: Teller, name: str) -> str:
    if not teller.index:
        return teller.say(f"index.{name}")
    is_visit = name == "visit" and teller.index == teller.say("nouns.visit_occurrence.bare")
    return teller.say("index.row.itself" if is_visit else f"index.row.{name}", noun=teller.index)


def _column_words(teller: Teller, rows: Root, name: str, side: str) -> str:
    if isinstance(rows, Pair):
        return teller.say(f"pair.{side}", column=_column_words(teller, getattr(rows, side).root, name, ""))
    lasts = not isinstance(rows, Table) or rows.spec.end
    return teller.phrases.column(name if lasts or name not in _MOMENTS else _MOMENTS[name])


# What has no end has no start either, in words: it has a time.
_MOMENTS = {"start": "time", "end": "time", "start_date": "day", "end_date": "day"}


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


def _call_words(teller: Teller, call: Call) -> str:
    operator, arguments = call.operator, call.arguments
    if told := _meant(teller, call):
        return told
    match operator:
        case "and" | "or":
            parts = [teller.value(one, TIGHT[operator]) for one in conjuncts(call, operator)]
            return joined(teller, f"operators.{operator}", parts)
        case "add":
            return joined(
                teller, "operators.add", [teller.value(one, TIGHT["add"] - 1) for one in teller.addends(call)]
            )
        case "least" | "greatest":
            return _extreme_words(teller, call)
        case "if_missing":
            return _fallback_words(teller, call)
    if operator in _COMPARED:
        return _compared_words(teller, call)
    beside = None if operator in ("ln", "exp", "date_of") else TIGHT.get(operator, TIGHT["power"])
    return teller.say(f"operators.{operator}", *(teller.value(one, beside) for one in arguments))


def _extreme_words(teller: Teller, call: Call) -> str:
    """The least or greatest of several; of one, that one."""
    parts = [teller.value(one) for one in call.arguments]
    timed = "_time" if call.kind in TIMES else ""
    return (
        parts[0]
        if len(parts) == 1
        else teller.say(f"operators.{call.operator}{timed}", list=joined(teller, "value.list", parts))
    )


def _fallback_words(teller: Teller, call: Call) -> str:
    """A value, and what stands in for it: one thing, or the first that is known of several."""
    first, others = call.arguments[0], [call.arguments[1]]
    while isinstance(first, Call) and first.operator == "if_missing" and not teller.is_marked(first):
        others.insert(0, first.arguments[1])
        first = first.arguments[0]
    told = joined(teller, "value.list", [teller.value(one) for one in others])
    return teller.say("value.if_missing_several" if others[1:] else "operators.if_missing", teller.value(first), told)


def _meant(teller: Teller, call: Call) -> str:
    """What the language writes out in full, in the words it is meant by; '' for all else."""
    if moves := moved(call):
        return _moved_words(teller, *moves)
    if hours := _hours(call):
        unit, later, earlier = hours
        return teller.say(f"value.{unit}", teller.value(later), teller.value(earlier))
    match call:
        case Call(operator="date", arguments=(IndexValue(name="start" | "end" as name),)):
            return _index_words(teller, f"{name}_date")
        case Call(operator="years_between", arguments=(moment, PickedColumn(name="birth_date"))):
            return teller.say("value.age", moment=teller.value(moment))
        case Call(operator="not", arguments=(Aggregate(name="exists", frame=frame),)):
            return teller.say("aggregate.not_exists", bare=teller.rows(frame, "bare"))
        case Call(operator="not", arguments=(Call(operator="is_missing", arguments=(inside,)),)):
            return teller.say("value.known", teller.value(inside))
        case Call(operator="if_missing", arguments=(inside, Literal(value=False))):
            return teller.say("value.none_true", teller.value(inside, TIGHT["not"]))
        case Call(operator="at_least", arguments=(total, Literal(value=int(number)))):
            return _at_least_words(teller, total, number)
    return ""


def _moved_words(teller: Teller, origin: Value, by: int, unit: str) -> str:
    words = length(teller, abs(by), unit)
    return teller.say("moment.before" if by < 0 else "moment.after", length=words, moment=teller.value(origin))


def _hours(value: Value) -> tuple[str, Value, Value] | None:
    """The later and the earlier moment of a difference in hours or minutes."""
    match value:
        case Call(operator="divide", arguments=(Call(operator="seconds_between", arguments=(later, earlier)), by)):
            if isinstance(by, Literal) and by.value in (3600, 60):
                return "hours" if by.value == 3600 else "minutes", later, earlier
    return None


def _at_least_words(teller: Teller, total: Value, number: int) -> str:
    """At least so many of some conditions: a sum of ones, beside a number."""
    counted: list[Value] = []
    for one in teller.addends(total):
        match one:
            case Case(branches=((condition, Literal(value=1)),), default=Literal(value=0)):
                counted.append(condition)
            case _:
                return ""
    conditions = joined(teller, "value.at_least_n_join", [teller.value(one) for one in counted])
    return teller.say("value.at_least_n", number=str(number), conditions=conditions)


def _compared_words(teller: Teller, call: Call) -> str:
    left, right = call.arguments
    kinds, suffix = {left.kind, right.kind}, ""
    if call.operator in ("equal", "not_equal"):
        suffix = "_numbers" if kinds <= NUMBERS else ""
    elif kinds <= TIMES:
        suffix = "_times"
    told = [_beside_key(teller, one, other) for one, other in ((left, right), (right, left))]
    return teller.say(f"operators.{call.operator}{suffix}", *told)


def _beside_key(teller: Teller, value: Value, other: Value) -> str:
    """One side of a comparison: a number beside a concept is a concept."""
    if isinstance(value, Literal) and _is_concept(other):
        return _key_words(teller, value.value, other)
    return teller.value(value, TIGHT["equal"])


def _key_words(teller: Teller, concept_id: object, column: Value) -> str:
    """A concept that a column is compared with; a unit by its UCUM code."""
    is_unit = getattr(column, "name", "") == "unit_concept_id"
    code = unit_codes().get(concept_id) if is_unit and isinstance(concept_id, int) else None
    return code or concept_words(teller, concept_id)


def _is_concept(value: Value) -> bool:
    named = isinstance(value, Column | PickedColumn) and value.kind is Kind.KEY
    return named and (value.name.endswith("concept_id") or value.name in ("concept", "source_concept"))  # type: ignore[attr-defined]


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
    told = [_beside_key(teller, Literal(option, value.value.kind), value.value) for option in value.options]
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
