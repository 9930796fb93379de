"""Series: what a definition computes with"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from medark.define.concepts import ConceptSet
from medark.define.language.durations import Duration
from medark.define.language.wording import corrected
from medark.define.nodes import AnyUnit, Call, CodeOf, InConcepts, InUnit, IsIn, Missing, Plain, Value, literal
from medark.define.units import between, conversions
from medark.errors import DefinitionError

Operand: TypeAlias = "Series | Plain"


class Series:
    """One value for each entry, or for each row of a frame.

    Built by the columns of frames and by operators; nothing is computed until a definition is run. `&`, `|` and `~` are
    and, or and not; each comparison beside them needs its brackets: `(age > 65) & (sex == FEMALE)`.
    """

    __slots__ = ("node",)
    __hash__ = None  # type: ignore[assignment]  # == builds a comparison

    def __init__(self, node: Value) -> None:
        self.node = node

    def __add__(self, other: Operand | Duration) -> Series:
        return self._moved(other) if isinstance(other, Duration) else call("add", self, other)

    def __radd__(self, other: Operand) -> Series:
        return call("add", other, self)

    def __sub__(self, other: Operand | Duration) -> Any:
        """Less a number; earlier by a duration; or the `Difference` of two times."""
        if isinstance(other, Duration):
            return self._moved(-other)
        later, earlier = self.node, node_of(other)
        if later.kind.name in ("DATE", "DATETIME"):
            return Difference(Series(later), Series(earlier))
        return call("subtract", self, other)

    def __rsub__(self, other: Operand) -> Any:
        return Series(node_of(other)) - self

    def __mul__(self, other: Operand) -> Series:
        return call("multiply", self, other)

    def __rmul__(self, other: Operand) -> Series:
        return call("multiply", other, self)

    def __truediv__(self, other: Operand) -> Series:
        return call("divide", self, other)

    def __rtruediv__(self, other: Operand) -> Series:
        return call("divide", other, self)

    def __pow__(self, other: Operand) -> Series:
        return call("power", self, other)

    def __rpow__(self, other: Operand) -> Series:
        return call("power", other, self)

    def __neg__(self) -> Series:
        return call("negate", self)

    def __abs__(self) -> Series:
        return call("absolute", self)

    def __eq__(self, other: object) -> Series:  # type: ignore[override]
        return call("equal", self, other)

    def __ne__(self, other: object) -> Series:  # type: ignore[override]
        return call("not_equal", self, other)

    def __lt__(self, other: Operand) -> Series:
        return call("less", self, other)

    def __le__(self, other: Operand) -> Series:
        return call("at_most", self, other)

    def __gt__(self, other: Operand) -> Series:
        return call("greater", self, other)

    def __ge__(self, other: Operand) -> Series:
        return call("at_least", self, other)

    def __and__(self, other: Operand) -> Series:
        return call("and", self, other)

    def __rand__(self, other: Operand) -> Series:
        return call("and", other, self)

    def __or__(self, other: Operand) -> Series:
        return call("or", self, other)

    def __ror__(self, other: Operand) -> Series:
        return call("or", other, self)

    def __invert__(self) -> Series:
        return call("not", self)

    def __bool__(self) -> bool:
        raise DefinitionError(
            "a series is no Python truth value: it has one for each entry",
            fix="use & for and, | for or, ~ for not, with brackets around comparisons",
        )

    def is_missing(self) -> Series:
        """True where there is no value. Never missing itself."""
        return call("is_missing", self)

    def is_known(self) -> Series:
        """True where there is a value. Never missing itself."""
        return ~self.is_missing()

    def if_missing(self, other: Operand) -> Series:
        """`other` where there is no value."""
        return call("if_missing", self, other)

    def is_true(self) -> Series:
        """True where it is true; false where it is false or missing."""
        return self.if_missing(False)

    def is_in(self, options: ConceptSet | list[Plain] | tuple[Plain, ...] | set[Plain], source: bool = False) -> Series:
        """Is it one of these, or a concept of this set (`source`: among its source concepts)? Missing where it is."""
        if isinstance(options, ConceptSet):
            return Series(InConcepts(self.node, options, source))
        return Series(IsIn(self.node, tuple(options)))

    def round(self, decimals: int = 0) -> Series:
        """To so many decimals; halves go away from 0."""
        return call("round", self, decimals)

    def floor(self) -> Series:
        """The whole number at or below."""
        return call("floor", self)

    def ln(self) -> Series:
        """The natural logarithm; missing at 0 and below."""
        return call("ln", self)

    def exp(self) -> Series:
        """e to this power."""
        return call("exp", self)

    def lower(self) -> Series:
        """In small letters (A to Z alone)."""
        return call("lower", self)

    def contains(self, text: str) -> Series:
        """Is `text` in it, letter for letter?"""
        return call("contains", self, text)

    def starts_with(self, *prefixes: str) -> Series:
        """Does it begin with one of these? A list of codes is best given at once: `code.starts_with(*codes)`."""
        by_length: dict[int, list[Plain]] = {}
        for prefix in sorted(set(prefixes)):
            by_length.setdefault(len(prefix), []).append(prefix)
        return any_of(*(self.beginning(length).is_in(ones) for length, ones in by_length.items()))

    def beginning(self, letters: int) -> Series:
        """Its first so many letters; all of it where it is shorter."""
        return call("beginning", self, letters)

    def code_of(self, codes: Mapping[str, str] | Mapping[str, int]) -> Series:
        """The code of the name that stands in it: of several the one that begins first, then the longest.

        Missing where none does: `source_value.code_of({"阿司匹林": "B01AC06", "aspirin": "B01AC06"})`.
        """
        return Series(CodeOf(self.node, tuple(codes.items())))

    def without(self, text: str) -> Series:
        """It, less every occurrence of `text`: the dots of a code, say."""
        return call("without", self, text)

    @property
    def date(self) -> Series:
        """The day of a time."""
        return call("date", self)

    def at_midnight(self) -> Series:
        """The first moment of a day."""
        return call("at_midnight", self)

    @property
    def year(self) -> Series:
        """The year of a date or time."""
        return call("year", self)

    @property
    def month(self) -> Series:
        """The month, 1 to 12."""
        return call("month", self)

    @property
    def day(self) -> Series:
        """The day of the month."""
        return call("day", self)

    @property
    def hour(self) -> Series:
        """The hour of a time, 0 to 23."""
        return call("hour", self)

    def of_any_unit(self) -> Series:
        """The bare number of a quantity, whatever its unit: for what has none (a score) or is known to have one."""
        return Series(AnyUnit(self.node))

    def _moved(self, by: Duration) -> Series:
        return call(f"plus_{by.unit}", self, by.length)


class Difference:
    """The time from an earlier to a later moment, to be asked for in a unit."""

    __slots__ = ("_earlier", "_later")

    def __init__(self, later: Series, earlier: Series) -> None:
        self._later, self._earlier = later, earlier

    @property
    def days(self) -> Series:
        """Calendar days, a whole number: 0 within a day, whatever the hours."""
        return call("days_between", self._later, self._earlier)

    @property
    def months(self) -> Series:
        """Completed months, a whole number."""
        return call("months_between", self._later, self._earlier)

    @property
    def years(self) -> Series:
        """Completed years, a whole number; someone born on 29 February completes one on 1 March."""
        return call("years_between", self._later, self._earlier)

    @property
    def hours(self) -> Series:
        """Elapsed hours of two times, with their fraction."""
        return self.seconds / 3600

    @property
    def minutes(self) -> Series:
        """Elapsed minutes of two times, with their fraction."""
        return self.seconds / 60

    @property
    def seconds(self) -> Series:
        """Elapsed seconds of two times, with their fraction."""
        return call("seconds_between", self._later, self._earlier)

    def _refused(self, other: object) -> Series:
        raise DefinitionError("a difference of times has no unit yet", fix="(a - b).days > 30, (a - b).hours < 48")

    __lt__ = __le__ = __gt__ = __ge__ = __add__ = __radd__ = __mul__ = __rmul__ = __truediv__ = _refused


def in_unit(
    quantity: Value, unit: Value, target: str, analyte: str | None = None, unit_if_missing: str | None = None
) -> Series:
    """A quantity in the UCUM unit `target`, by the unit of its row."""
    table = tuple((one.unit_concept_id, one.factor, one.offset) for one in conversions(target, analyte=analyte))
    assumed = None
    if unit_if_missing is not None:
        line = between(unit_if_missing, target, analyte)
        assumed = (float(line.factor), float(line.offset))
    return Series(InUnit(quantity, unit, target, table, assumed))


def node_of(value: object) -> Value:
    """The node of a series or of a plain value."""
    if isinstance(value, Series):
        return value.node
    if isinstance(value, Difference):
        value._refused(None)
    return literal(value)  # type: ignore[arg-type]


def call(operator: str, *arguments: object) -> Series:
    """An operator applied; DefinitionError with the expression and a corrected one where kinds don't go together."""
    nodes = tuple(node_of(argument) for argument in arguments)
    try:
        return Series(Call(operator, nodes))
    except DefinitionError as error:
        raise corrected(error, operator, nodes) from None


def missing(kind_of: Series) -> Series:
    """No value, of the kind of another series."""
    return Series(Missing(kind_of.node.kind))


def all_of(*conditions: Operand) -> Series:
    """All of these; true for none."""
    return _joined("and", conditions) if conditions else Series(literal(True))


def any_of(*conditions: Operand) -> Series:
    """At least one of these; false for none."""
    return _joined("or", conditions) if conditions else Series(literal(False))


def sum_of(*numbers: Operand) -> Series:
    """Their sum; 0 for none."""
    return _joined("add", numbers) if numbers else Series(literal(0))


def least(*values: Operand) -> Series:
    """The least of those that are not missing."""
    return call("least", *values)


def greatest(*values: Operand) -> Series:
    """The greatest of those that are not missing."""
    return call("greatest", *values)


def date_of(year: Operand, month: Operand, day: Operand) -> Series:
    """The day of a year, month and day; missing where there is no such day."""
    return call("date_of", year, month, day)


def _joined(operator: str, values: tuple[Operand, ...]) -> Series:
    """The values joined in halves: a thousand of them are ten deep, not a thousand."""
    if len(values) == 1:
        return Series(node_of(values[0]))
    middle = len(values) // 2
    return call(operator, _joined(operator, values[:middle]), _joined(operator, values[middle:]))
