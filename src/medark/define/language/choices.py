"""Choosing between values by conditions, and counting conditions"""

from __future__ import annotations

from medark.define.language.series import Operand, Series, call, node_of, sum_of
from medark.define.nodes import Case, Value
from medark.errors import DefinitionError


class When:
    """`when(a).then(x).when(b).then(y).otherwise(z)`: the value of the first condition that is true."""

    __slots__ = ("_branches", "_condition")

    def __init__(self, condition: Operand, branches: tuple[tuple[Value, Value], ...] = ()) -> None:
        self._condition, self._branches = node_of(condition), branches

    def then(self, value: Operand) -> Then:
        """What the value is where the condition is true."""
        return Then((*self._branches, (self._condition, node_of(value))))


class Then:
    """Branches so far: go on with `.when`, or end with `.otherwise` or `.otherwise_missing`."""

    __slots__ = ("_branches",)

    def __init__(self, branches: tuple[tuple[Value, Value], ...]) -> None:
        self._branches = branches

    def when(self, condition: Operand) -> When:
        """The next condition, asked where those before are not true."""
        return When(condition, self._branches)

    def otherwise(self, value: Operand) -> Series:
        """What the value is where no condition is true."""
        return Series(Case(self._branches, node_of(value)))

    def otherwise_missing(self) -> Series:
        """No value where no condition is true."""
        return Series(Case(self._branches))

    def _unfinished(self, *_: object) -> Series:
        raise DefinitionError("a when() has no end", fix="write .otherwise(value) or .otherwise_missing() behind it")

    def __getattr__(self, name: str) -> Series:
        return self._unfinished()

    __lt__ = __le__ = __gt__ = __ge__ = __add__ = __sub__ = __mul__ = __truediv__ = __and__ = __or__ = _unfinished
    __invert__ = __neg__ = _unfinished


def when(condition: Operand) -> When:
    """Choose by conditions: `when(age < 18).then("child").otherwise("adult")`."""
    return When(condition)


def case(*branches: tuple[Operand, Operand], otherwise: Operand | None = None) -> Series:
    """The same as `when`, as pairs: `case((age < 18, "child"), (age < 65, "adult"), otherwise="elder")`."""
    pairs = tuple((node_of(condition), node_of(value)) for condition, value in branches)
    return Series(Case(pairs, None if otherwise is None else node_of(otherwise)))


def band(value: Series, *steps: tuple[float, Operand], below: Operand) -> Series:
    """The value of the highest step reached, `below` under all: `band(total, (2, "high"), (1, "mid"), below="low")`."""
    ordered = sorted(steps, key=lambda step: step[0], reverse=True)
    pairs = tuple((call("at_least", value, limit).node, node_of(named)) for limit, named in ordered)
    lowest = (call("less", value, ordered[-1][0]).node, node_of(below))
    return Series(Case((*pairs, lowest)))


def at_least_n_of(number: int, *conditions: Series) -> Series:
    """At least so many of these are true; a missing one counts as not true."""
    return sum_of(*(when(one).then(1).otherwise(0) for one in conditions)) >= number
