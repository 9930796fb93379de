"""How near the answers of an entry are to an outcome that is wanted of them together"""

from __future__ import annotations

from collections.abc import Mapping

from medark.define.answers.describe.windows import conjuncts
from medark.define.dummy.branches import Outcome
from medark.define.nodes import Call, Value

Answers = Mapping[Value, Outcome]


def closeness(value: Value, wanted: Outcome, answers: Answers) -> float:
    """1 where it is so; else the share of the conditions below that are as they would have to be."""
    return _Closeness(answers).of(value, wanted)


class _Closeness:
    """To one entry's answers; a condition that is part of several is looked at once."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._known: dict[tuple[Value, Outcome], float] = {}

    def of(self, value: Value, wanted: Outcome) -> float:
        key = (value, wanted)
        if key not in self._known:
            met = value in self._answers and self._answers[value] is wanted
            self._known[key] = 1.0 if met else self._of_parts(value, wanted)
        return self._known[key]

    def _of_parts(self, value: Value, wanted: Outcome) -> float:
        match value:
            case Call(operator="not", arguments=(inside,)):
                return self.of(inside, None if wanted is None else not wanted)
            case Call(operator="and" | "or" as operator):
                near = [self.of(one, wanted) for one in conjuncts(value, operator)]
                return sum(near) / len(near) if wanted is (operator == "and") else max(near)
            case Call(operator="if_missing", arguments=(inside, _)):
                return self.of(inside, wanted)
        return 0.0
