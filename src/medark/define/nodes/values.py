"""Values: one for each entry, or one for each row of a frame"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from medark.define.concepts import ConceptSet
from medark.define.kinds import Kind, common
from medark.define.nodes.node import Node, node
from medark.define.operators import OPERATORS, Operator, aggregate_kind
from medark.errors import DefinitionError

if TYPE_CHECKING:
    from medark.define.nodes.frames import Frame, Pick, Root

Plain = bool | int | float | str | dt.date | dt.datetime


class Value(Node):
    """A value with a kind. `rows` is the root whose rows it has one for each of; None: one for each entry."""

    __slots__ = ()
    kind: Kind
    rows: Root | None


@node
class Literal(Value):
    """A constant."""

    value: Plain
    kind: Kind
    rows: None = field(init=False, default=None)


@node
class Missing(Value):
    """No value, of a kind."""

    kind: Kind
    rows: None = field(init=False, default=None)


@node
class Today(Value):
    """The day the definition is asked for."""

    kind: Kind = field(init=False, default=Kind.DATE)
    rows: None = field(init=False, default=None)


INDEX_KINDS = {"start": Kind.DATETIME, "end": Kind.DATETIME, "person": Kind.KEY, "visit": Kind.KEY}


@node
class IndexValue(Value):
    """What is known of the entry itself: start, end, person, visit."""

    name: str
    kind: Kind = field(init=False)
    rows: None = field(init=False, default=None)

    def __post_init__(self) -> None:
        _set(self, "kind", INDEX_KINDS[self.name])


@node
class Column(Value):
    """A column of each row of `rows`. `side` is left or right where the rows are pairs, else ''.

    `name` is a stored column or one of `nodes.stored.ROLES` (start, end, concept …).
    """

    rows: Root
    name: str
    side: str = ""
    kind: Kind = field(init=False)

    def __post_init__(self) -> None:
        _set(self, "kind", self.rows.column_kind(self.name, self.side))


@node
class PickedColumn(Value):
    """A column of the one row that a pick takes; missing where there is none."""

    pick: Pick
    name: str
    side: str = ""
    kind: Kind = field(init=False)
    rows: None = field(init=False, default=None)

    def __post_init__(self) -> None:
        _set(self, "kind", self.pick.source.root.column_kind(self.name, self.side))


@node
class Aggregate(Value):
    """One value for an entry from all the rows of a frame: an operator of `operators.AGGREGATES`."""

    name: str
    frame: Frame
    argument: Value | None = None
    kind: Kind = field(init=False)
    rows: None = field(init=False, default=None)

    def __post_init__(self) -> None:
        given = None if self.argument is None else self.argument.kind
        if (answer := aggregate_kind(self.name, given)) is None:
            raise DefinitionError(f"{self.name} can't be taken of {given or 'rows alone'}", fix=_aggregate_fix(given))
        belong(self.argument, self.frame)
        _set(self, "kind", answer)


@node
class Call(Value):
    """An operator of `operators.OPERATORS` and what it is applied to."""

    operator: str
    arguments: tuple[Value, ...]
    kind: Kind = field(init=False)
    rows: Root | None = field(init=False)

    def __post_init__(self) -> None:
        operator, kinds = OPERATORS[self.operator], [argument.kind for argument in self.arguments]
        fits = bool(kinds) if operator.arguments < 0 else len(kinds) == operator.arguments
        answer = operator.answer(kinds) if fits else None
        if answer is None:
            raise _misfit(operator, kinds)
        _set(self, "kind", answer)
        _set(self, "rows", one_root(self.arguments))


@node
class IsIn(Value):
    """Is the value one of these? Missing where the value is; false for no options."""

    value: Value
    options: tuple[Plain, ...]
    kind: Kind = field(init=False, default=Kind.TRUTH)
    rows: Root | None = field(init=False)

    def __post_init__(self) -> None:
        for option in self.options:
            Call("equal", (self.value, literal(option)))
        _set(self, "options", tuple(sorted(set(self.options))))
        _set(self, "rows", self.value.rows)

    def children(self) -> Iterator[Node]:
        """The value alone."""
        yield self.value


@node
class CodeOf(Value):
    """The code of the name that stands in a text: of several the one that begins first, then the longest.

    Missing where the text is, or has none of them. Codes are texts, or whole numbers.
    """

    value: Value
    codes: tuple[tuple[str, str | int], ...]
    kind: Kind = field(init=False)
    rows: Root | None = field(init=False)

    def __post_init__(self) -> None:
        kinds = {literal(code).kind for _, code in self.codes}
        if self.value.kind is not Kind.TEXT or len(kinds) != 1 or not kinds <= {Kind.TEXT, Kind.WHOLE}:
            raise DefinitionError(
                "names are looked for in a text, and have codes", fix='.code_of({"aspirin": "B01AC06"})'
            )
        if not all(name for name, _ in self.codes) or len(dict(self.codes)) < len(self.codes):
            raise DefinitionError("a name is empty, or is there twice", fix='.code_of({"aspirin": "B01AC06"})')
        _set(self, "codes", tuple(sorted(self.codes)))
        _set(self, "kind", kinds.pop())
        _set(self, "rows", self.value.rows)

    def children(self) -> Iterator[Node]:
        """The text alone: hundreds of names are not looked through for nodes."""
        yield self.value

    @property
    def pattern(self) -> str:
        """A regular expression whose first hit in a text is the name."""
        names = sorted((name for name, _ in self.codes), key=lambda name: (-len(name), name))
        return "|".join(map(_literally, names))


@node
class InConcepts(Value):
    """Is the concept in the set? With `source`, among the set's source concepts. Missing where the concept is."""

    value: Value
    concepts: ConceptSet
    source: bool = False
    kind: Kind = field(init=False, default=Kind.TRUTH)
    rows: Root | None = field(init=False)

    def __post_init__(self) -> None:
        if self.value.kind is not Kind.KEY:
            raise DefinitionError(f"{self.value.kind} is in no concept set", fix="take a column …_concept_id")
        _set(self, "rows", self.value.rows)


Conversions = tuple[tuple[int, float, float], ...]  # unit concept, factor, offset


@node
class InUnit(Value):
    """A quantity in one unit: value * factor + offset of its row's unit. Missing where that unit has no conversion.

    `assumed` is the (factor, offset) where a row's unit is missing or 0; None: such values are missing.
    """

    quantity: Value
    unit: Value
    target: str
    conversions: Conversions
    assumed: tuple[float, float] | None = None
    kind: Kind = field(init=False, default=Kind.NUMBER)
    rows: Root | None = field(init=False)

    def __post_init__(self) -> None:
        if self.quantity.kind is not Kind.QUANTITY or self.unit.kind is not Kind.KEY:
            raise DefinitionError(f"{self.quantity.kind} has no unit", fix="value_in() is of value_as_number")
        _set(self, "rows", one_root((self.quantity, self.unit)))


@node
class AnyUnit(Value):
    """A quantity as the bare number that was written down, whatever its unit."""

    quantity: Value
    kind: Kind = field(init=False, default=Kind.NUMBER)
    rows: Root | None = field(init=False)

    def __post_init__(self) -> None:
        if self.quantity.kind is not Kind.QUANTITY:
            raise DefinitionError(f"{self.quantity.kind} has no unit", fix="use it as it is")
        _set(self, "rows", self.quantity.rows)


@node
class Case(Value):
    """The value of the first branch whose condition is true; else `default`, or missing."""

    branches: tuple[tuple[Value, Value], ...]
    default: Value | None = None
    kind: Kind = field(init=False)
    rows: Root | None = field(init=False)

    def __post_init__(self) -> None:
        values = [value for _, value in self.branches] + ([] if self.default is None else [self.default])
        kind = common(value.kind for value in values)
        if kind is None or any(condition.kind is not Kind.TRUTH for condition, _ in self.branches):
            raise DefinitionError("the branches give different kinds", fix="give each branch a value of one kind")
        _set(self, "kind", kind)
        _set(self, "rows", one_root(part for part in self.children() if isinstance(part, Value)))


@node
class AtEach(Value):
    """For each row of a frame, `value` with that row as the index; missing for rows that the frame leaves out.

    `start`, `end`: dates of the row's columns that the index starts and ends on instead; see `moments`.
    """

    frame: Frame
    value: Value
    start: Value | None = None
    end: Value | None = None
    kind: Kind = field(init=False)
    rows: Root | None = field(init=False)

    def __post_init__(self) -> None:
        if self.value.rows is not None:
            raise DefinitionError("at_each takes a value for each entry", fix="write .exists(), .count() … at its end")
        if not self.frame.root.has_start:
            raise DefinitionError("these rows have no time to be an index", fix="take a frame of dated events")
        dated(self.frame, self.start, self.end)
        _set(self, "kind", self.value.kind)
        _set(self, "rows", self.frame.root)

    @property
    def moments(self) -> tuple[Value, Value]:
        """When the index starts and ends: times of the row's columns."""
        return moments(self.frame.root, self.start, self.end)


def moments(root: Root, start: Value | None, end: Value | None) -> tuple[Value, Value]:
    """When a row starts and ends: on other dates of it at midnight, or as its own columns say.

    One whose other end is missing ends as it starts.
    """
    begins = Column(root, "start") if start is None else Call("at_midnight", (start,))
    if end is None:
        return begins, Column(root, "end")
    return begins, Call("if_missing", (Call("at_midnight", (end,)), begins))


def dated(frame: Frame, *values: Value | None) -> None:
    """DefinitionError unless these are dates of the rows of `frame`."""
    for value in values:
        if value is not None and value.kind is not Kind.DATE:
            raise DefinitionError(f"a row starts and ends on a date, not {value.kind}", fix="write .date behind it")
        belong(value, frame)


def literal(value: Plain | Value) -> Value:
    """A plain Python value as a node; nodes stay as they are. DefinitionError for what can be no value."""
    if isinstance(value, Value):
        return value
    for python, kind in _LITERALS:
        if isinstance(value, python):
            return Literal(value, kind)
    raise DefinitionError(
        f"{type(value).__name__} is no value of a definition",
        fix="use a number, a text, True or False, a date, or a column",
    )


_LITERALS = (
    (bool, Kind.TRUTH), (int, Kind.WHOLE), (float, Kind.NUMBER), (str, Kind.TEXT),
    (dt.datetime, Kind.DATETIME), (dt.date, Kind.DATE),
)  # fmt: skip


def one_root(values: Iterable[Value]) -> Root | None:
    """The one root whose rows these values are of, or None; DefinitionError where there are two."""
    roots = list(dict.fromkeys(value.rows for value in values if value.rows is not None))
    if len(roots) > 1:
        raise DefinitionError(
            f"rows of {roots[0].title} don't meet rows of {roots[1].title}",
            fix="take one value of one of them, such as .last_by(…) or .count(), or pair them with .paired_with(…)",
        )
    return roots[0] if roots else None


def belong(value: Value | None, frame: Frame) -> None:
    """DefinitionError unless `value` is of the rows of `frame`, or of the entry."""
    if value is not None and value.rows not in (None, frame.root):
        assert value.rows is not None
        raise DefinitionError(
            f"a column of {value.rows.title} is used on rows of {frame.root.title}",
            fix="use the columns of the frame itself, or one value of the other: .last_by(…), .max(…)",
        )


_SIGNS = frozenset(r"\.^$|()[]{}*+?")


def _literally(name: str) -> str:
    """A text as a regular expression that matches it alone."""
    return "".join(f"\\{sign}" if sign in _SIGNS else sign for sign in name)


def _misfit(operator: Operator, kinds: Sequence[Kind]) -> DefinitionError:
    fix = operator.fix or operator.meaning
    if len(kinds) == 2:
        return DefinitionError(f"{operator.name} does not take {kinds[0]} with {kinds[1]}", fix=fix)
    return DefinitionError(f"{operator.name} can't take {', '.join(kinds)}", fix=fix)


def _aggregate_fix(given: Kind | None) -> str:
    if given is Kind.QUANTITY:
        return "say the unit first: .max(labs.value_in('mmol/L'))"
    return "sum and mean take numbers; min and max also dates and texts; count_distinct takes all"


def _set(made: Node, name: str, value: object) -> None:
    object.__setattr__(made, name, value)
