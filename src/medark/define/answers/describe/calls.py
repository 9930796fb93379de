"""Operators in words: what is compared and computed, and what the language writes out in full said as it is meant"""

from __future__ import annotations

from typing import TYPE_CHECKING

from medark.define.answers.describe.terms import COMPARED, TIGHT, concept_words, joined, length
from medark.define.answers.describe.windows import conjuncts, elapsed, moved
from medark.define.kinds import NUMBERS, TIMES, Kind
from medark.define.nodes import Aggregate, Call, Case, Column, IndexValue, Literal, PickedColumn, Value
from medark.model.units import unit_codes

if TYPE_CHECKING:
    from medark.define.answers.describe.telling import Teller


def call_words(teller: Teller, call: Call) -> str:
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
    if operator in COMPARED:
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
    if hours := elapsed(call):
        unit, later, earlier = hours
        return teller.say(f"value.{unit}", teller.value(later), teller.value(earlier))
    match call:
        case Call(operator="date", arguments=(IndexValue(name="start" | "end" as name),)):
            return index_words(teller, f"{name}_date")
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
    told = [beside_key(teller, one, other) for one, other in ((left, right), (right, left))]
    return teller.say(f"operators.{call.operator}{suffix}", *told)


def beside_key(teller: Teller, value: Value, other: Value) -> str:
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


def index_words(teller: Teller, name: str) -> str:
    """What is known of the index; inside at_each, of the row that it is."""
    if not teller.index:
        return teller.say(f"index.{name}")
    is_visit = name == "visit" and teller.index == teller.say("nouns.visit_occurrence.bare")
    return teller.say("index.row.itself" if is_visit else f"index.row.{name}", noun=teller.index)
