"""What a definition looks for, gathered from its comparisons, windows, pairs and populations"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from medark.define.definitions import Definition
from medark.define.dummy.branches import COMPARISONS
from medark.define.dummy.calendar import Length
from medark.define.dummy.recipes import Limit, Recipe, Recipes, stored_column
from medark.define.nodes import (
    Aggregate,
    AtEach,
    Call,
    CodeOf,
    Column,
    Eras,
    Every,
    Everyone,
    EveryPeriod,
    Filter,
    Frame,
    InConcepts,
    InUnit,
    IsIn,
    Literal,
    Node,
    Pair,
    Pick,
    PickedColumn,
    Plain,
    Selected,
    Value,
    stored,
)
from medark.model.table import Type

_HELD: Mapping[Type, tuple[type, ...]] = {
    Type.INTEGER: (int, float), Type.BIGINT: (int, float), Type.FLOAT: (int, float), Type.TEXT: (str,),
    Type.BOOLEAN: (bool,),
}  # fmt: skip
_BETWEEN = {"days_between": "days", "months_between": "months", "years_between": "years", "seconds_between": "seconds"}


def recipes(definition: Definition) -> Recipes:
    """What the rows of people are drawn from, for every part of the definition to be met and missed."""
    found = Recipes()
    for node in definition.walk():
        _of_node(node, found)
    return found


def _of_node(node: Node, found: Recipes) -> None:
    match node:
        case Every(frame=frame):
            _of_frame(frame, found)
            found.entries.update(dict.fromkeys((one.table, one.sets) for one in found.of(frame)))
        case Aggregate(frame=frame, argument=argument):
            _of_frame(frame, found)
            for inside in () if argument is None else _inside(argument):
                _of_condition(inside, frame, found.of(frame), found)
        case AtEach(frame=frame):
            _of_frame(frame, found)
        case Pick(source=source):
            _of_frame(source, found)
        case Eras(source=source, gap=gap):
            _of_frame(source, found)
            _add_lengths(found.of(source), found, ((gap, "days"), (gap + 1, "days")))
        case Pair(left=left, right=right, within=within, unit=unit):
            _of_frame(left, found)
            _of_frame(right, found)
            lengths = () if within is None else ((within, unit), (-within, unit))
            _add_lengths([*found.of(left), *found.of(right)], found, lengths)
        case Everyone(on=on):
            found.starts.append((on, (0, "days")))
        case EveryPeriod(first=first, months=months, periods=periods):
            found.starts.extend((first, (months * number, "months")) for number in range(min(periods, 24)))
            found.lengths[months, "months"] = None
        case Selected(first=first, last=last, gap=gap):
            found.days.update(dict.fromkeys(day for day in (first, last) if day is not None))
            found.lengths.update(dict.fromkeys((by, "days") for by in (gap, gap and gap + 1) if by))
        case Literal(value=dt.date() as day):
            found.days[day.date() if isinstance(day, dt.datetime) else day] = None
        case Call(rows=None):
            _of_comparison(node, None, found)
        case IsIn(rows=None) | InConcepts(rows=None) | CodeOf(rows=None):
            _of_membership(node, None, found)
        case InUnit(rows=None):
            _of_unit(node, None, found)


def _of_frame(frame: Frame, found: Recipes) -> None:
    """What the conditions of a frame compare its rows with."""
    own = found.of(frame)
    inner = frame
    while isinstance(inner, Filter):
        for node in _inside(inner.condition):
            _of_condition(node, frame, own, found)
        inner = inner.source


def _of_condition(node: Value, frame: Frame, own: list[Recipe], found: Recipes) -> None:
    match node:
        case Call(
            operator="plus_days" | "plus_months" | "plus_seconds" as moved, arguments=(_, Literal(value=int(by)))
        ):
            _add_lengths(own, found, ((by, moved.removeprefix("plus_")),))
        case Call():
            _of_comparison(node, frame, found)
        case IsIn() | InConcepts() | CodeOf():
            _of_membership(node, frame, found)
        case InUnit():
            _of_unit(node, frame, found)


def _inside(condition: Value) -> Iterator[Value]:
    """The values that a condition is made of, less frames that are asked inside it: those have rows of their own."""
    pending: list[Node] = [condition]
    while pending:
        node = pending.pop()
        if isinstance(node, Value):
            yield node
            if not isinstance(node, Aggregate | PickedColumn | AtEach | Column):
                pending.extend(node.children())


def _of_comparison(call: Call, frame: Frame | None, found: Recipes) -> None:
    match call:
        case Call(
            operator="plus_days" | "plus_months" | "plus_seconds" as moved, arguments=(_, Literal(value=int(by)))
        ):
            found.lengths[by, moved.removeprefix("plus_")] = None
        case Call(operator=operator, arguments=(one, other)) if operator in COMPARISONS or operator == "contains":
            for side, limit in ((one, other), (other, one)):
                if isinstance(limit, Literal):
                    _of_limit(side, limit.value, frame, found)


def _of_limit(value: Value, limit: Plain, frame: Frame | None, found: Recipes) -> None:
    """Note what a value is compared with, for all the columns that it comes from."""
    for leaf in _leaves(value, frame, found):
        leaf.add(limit)
    if isinstance(value, Call) and value.operator in _BETWEEN and isinstance(limit, int | float):
        length = (int(limit), _BETWEEN[value.operator])
        found.lengths |= dict.fromkeys((length, (-length[0], length[1])))


def _of_membership(value: IsIn | InConcepts | CodeOf, frame: Frame | None, found: Recipes) -> None:
    for leaf in _leaves(value.value, frame, found):
        if isinstance(value, InConcepts):
            leaf.recipe.concepts.setdefault(leaf.column, {})[value.concepts] = None
        else:
            for option in _names_of(value) if isinstance(value, CodeOf) else value.options:
                leaf.add(option)


def _names_of(value: CodeOf) -> Iterator[str]:
    """A name of each code: more would only be the same again."""
    yield from {code: name for name, code in value.codes}.values()


def _of_unit(value: InUnit, frame: Frame | None, found: Recipes) -> None:
    for leaf in _leaves(value.quantity, frame, found):
        leaf.recipe.units.setdefault(leaf.column, {})[value] = None


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A stored column (or '' for how many rows) that decides a comparison, and how it is looked at."""

    recipe: Recipe
    column: str
    found: Recipes
    unit: InUnit | None = None
    by: str = ""

    def add(self, limit: Plain) -> None:
        """Note a value that it is compared with."""
        if isinstance(limit, dt.date):
            return  # a day is among those of the definition, whatever it is compared with
        if isinstance(limit, int | float) and self._counts(limit):
            return
        if not self.column or type(limit) not in _HELD.get(stored_column(self.recipe.table, self.column).type, ()):
            return  # what is made of the column is compared, not the column itself
        self.recipe.limits.setdefault(self.column, {})[Limit(limit, self.unit)] = None

    def _counts(self, limit: float) -> bool:
        """Note a limit of a length of time, an hour or a number of rows; False where it is one of the column itself."""
        if self.by in _BETWEEN:
            length = (int(limit), _BETWEEN[self.by])
            if self.recipe.table == "person":
                self.found.ages[length] = None
            else:
                _add_lengths([self.recipe], self.found, (length, (-length[0], length[1])))
        elif self.by == "hour":
            self.recipe.hours[int(limit)] = None
        elif not self.column:
            self.recipe.counts[int(limit)] = None
        else:
            return False
        return True


class _Look(NamedTuple):
    """A value that is looked at: on rows of a frame, in a unit, by an operator that asks for a length or an hour."""

    value: Value
    frame: Frame | None
    unit: InUnit | None = None
    by: str = ""


def _leaves(value: Value, frame: Frame | None, found: Recipes) -> Iterator[_Leaf]:
    """The columns that a value comes from, with the recipes of the rows that they are of."""
    pending, seen = [_Look(value, frame)], set[_Look]()
    while pending:
        look = pending.pop()
        if look not in seen:
            seen.add(look)
            yield from _columns(look, found)
            pending.extend(_below(look))


def _below(look: _Look) -> Iterator[_Look]:
    match look.value:
        case Column() | PickedColumn():
            return
        case Aggregate(frame=rows, argument=argument):
            if argument is not None:
                yield look._replace(value=argument, frame=rows)
        case InUnit(quantity=quantity):
            yield look._replace(value=quantity, unit=look.value)
        case AtEach(value=inside):
            yield look._replace(value=inside, frame=None)
        case value:
            operator = value.operator if isinstance(value, Call) else ""
            by = operator if operator in _BETWEEN or operator == "hour" else look.by
            yield from (look._replace(value=one, by=by) for one in value.children() if isinstance(one, Value))


def _columns(look: _Look, found: Recipes) -> Iterator[_Leaf]:
    """What a look ends at: the stored columns behind a column, or how many rows there are."""
    match look.value:
        case Column(rows=root, name=name, side=side) if look.frame is not None:
            own = found.of(look.frame, side)
        case PickedColumn(pick=pick, name=name, side=side):
            root, own = pick.root, found.of(pick.source, side)
        case Aggregate(name="count" | "count_distinct" | "exists", frame=rows):
            yield from (_Leaf(recipe, "", found) for recipe in found.of(rows))
            return
        case _:
            return
    era = getattr(root, side).root if isinstance(root, Pair) else root
    is_count = name == "events" and isinstance(era, Eras)  # of an era: how many rows it is made of
    for column in [""] if is_count else dict.fromkeys(_stored_names(look.value)):
        yield from (_Leaf(recipe, column, found, look.unit, look.by) for recipe in own)


def _stored_names(value: Value) -> Iterator[str]:
    if not isinstance(value, Column | PickedColumn):
        for child in value.children():
            if isinstance(child, Value):
                yield from _stored_names(child)
    elif (expressed := stored(value)) != value:
        yield from _stored_names(expressed)
    else:
        yield value.name


def _add_lengths(own: Iterable[Recipe], found: Recipes, lengths: Iterable[Length]) -> None:
    for length in lengths:
        found.lengths[length] = None
        for recipe in own:
            recipe.lengths[length] = None
