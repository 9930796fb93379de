"""Words that take no other words: constants, lengths, lists, and how tightly an expression holds together"""

from __future__ import annotations

import datetime as dt
from functools import reduce
from typing import TYPE_CHECKING, Any, Final

from medark.define.answers.describe.windows import elapsed, parts
from medark.define.nodes import Aggregate, AtEach, Call, Case, Filter, Frame, Root, Table, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medark.define.answers.describe.telling import Teller

# How tightly the parts of an expression hold together: one stands in brackets beside what holds no looser.
COMPARED: Final = dict.fromkeys(("equal", "not_equal", "less", "at_most", "greater", "at_least"), 4)
TIGHT: Final = {"if_missing": 0, "or": 1, "and": 2, "not": 3, **COMPARED, "add": 5, "subtract": 5,
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
        case Call(operator=operator) if elapsed(value) is None:
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
