"""What triggers a definition: the rows whose arrival can change its answer, or the passing of time"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from medark.define.answers.reads import asks_of_persons
from medark.define.concepts import ConceptSet
from medark.define.definitions import Definition
from medark.define.definitions.tally import READS, Tally
from medark.define.nodes import (
    Aggregate,
    AtEach,
    Call,
    Column,
    Eras,
    Every,
    Everyone,
    EveryPeriod,
    Filter,
    Frame,
    InConcepts,
    Literal,
    Node,
    Pair,
    Pick,
    Table,
    Today,
    Value,
)


@dataclass(frozen=True, slots=True)
class Trigger:
    """Rows of a table: those whose standard concept (`source`: source concept) is in the set; without one, all."""

    table: str
    concepts: ConceptSet | None = None
    source: bool = False


TIME: Final = Trigger("today")  # no row: a new day can change the answer

_Narrowed = frozenset[tuple[ConceptSet, bool]]  # a row that matters is in one of these (set, source)


def triggers(definition: Definition) -> frozenset[Trigger]:
    """A row that matches none of these changes no answer. Removing or changing a row counts as its arrival does.

    >>> from medark.define import Rule, Card, concepts, measurements
    >>> potassium = measurements.of(concepts("potassium", 3023103))
    >>> rule = Rule("measured", potassium.exists(), Card("有血钾", "potassium was measured"))
    >>> [(one.table, one.concepts.name) for one in triggers(rule)]
    [('measurement', 'potassium')]
    """
    found = {trigger for node in definition.walk() for trigger in _of_node(node)}
    whole = {trigger.table for trigger in found if trigger.concepts is None}
    return frozenset(one for one in found if one.concepts is None or one.table not in whole)


def _of_node(node: Node) -> Iterator[Trigger]:
    match node:
        case Today() | Everyone(on=None):
            yield TIME
    match node:
        case Everyone() | EveryPeriod():
            yield Trigger("person")
        case Every(frame=frame):
            yield from _of_frame(frame)
            if asks_of_persons(node):
                yield Trigger("person")
        case Aggregate(frame=frame):
            yield from _of_frame(frame)
        case Pick(source=source) | Eras(source=source):
            yield from _of_frame(source)
        case Pair(left=left, right=right):
            yield from _of_frame(left)
            yield from _of_frame(right)
        case Tally():
            yield from map(Trigger, READS)


def _of_frame(frame: Frame) -> Iterator[Trigger]:
    """The rows that a frame takes from its table; those of pairs and eras come from the frames that these are made of.

    AtEach takes no rows of its own: it looks at rows that another frame took.
    """
    if isinstance(frame.root, Table):
        narrowed = _kept(frame)
        if narrowed is None:
            yield Trigger(frame.root.name)
        else:
            yield from (Trigger(frame.root.name, concepts, source) for concepts, source in narrowed)


def _kept(frame: Frame) -> _Narrowed | None:
    """Where every row of a frame is; None: anywhere."""
    narrowed = None
    while isinstance(frame, Filter):
        narrowed = _fewer(narrowed, _where_true(frame.condition))
        frame = frame.source
    return narrowed


@lru_cache(maxsize=4096)
def _where_true(condition: Value) -> _Narrowed | None:
    """Where every row is for which a condition can be true; None: anywhere."""
    match condition:
        case InConcepts(value=Column() as column, concepts=concepts, source=source) if _is_concept(column, source):
            return frozenset({(concepts, source)})
        case Literal(value=False):
            return frozenset()
        case Call(operator="and", arguments=(left, right)):
            return _fewer(_where_true(left), _where_true(right))
        case Call(operator="or", arguments=(left, right)):
            one, other = _where_true(left), _where_true(right)
            return None if one is None or other is None else one | other
        case Call(operator="if_missing", arguments=(value, Literal(value=False))):
            return _where_true(value)
        case AtEach(frame=frame):
            return _kept(frame)
    return None


def _is_concept(column: Column, source: bool) -> bool:
    """Is it the column that a trigger's set is looked up in?"""
    if not isinstance(column.rows, Table):
        return False
    spec = column.rows.spec
    role, stored = ("source_concept", spec.source_concept) if source else ("concept", spec.concept)
    return column.name in (role, stored)


def _fewer(one: _Narrowed | None, other: _Narrowed | None) -> _Narrowed | None:
    """A row that is in both is in either: the shorter description of the two, always the same one of equals."""
    if one is None or other is None:
        return other if one is None else one
    return min(one, other, key=_length)


def _length(narrowed: _Narrowed) -> tuple[int, list[tuple[str, bool]]]:
    named = sorted((concepts.name, source) for concepts, source in narrowed)
    return sum(len(concepts.items) + len(concepts.codes) for concepts, _ in narrowed), named
