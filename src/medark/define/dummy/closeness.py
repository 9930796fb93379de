"""How near the answers of an entry are to an outcome that is wanted of them together"""

from __future__ import annotations

from collections.abc import Mapping

from medark.define.answers.describe.windows import conjuncts
from medark.define.dummy.branches import Outcome
from medark.define.nodes import Call, Value

Answers = Mapping[Value, Outcome]


def closeness(value: Value, wanted: Outcome, answers: Answers) -> float:
    """1 where it is so; else the share of the conditions below that are as they would have to be."""
    if value in answers and answers[value] is wanted:
        return 1.0
    match value:
        case Call(operator="not", arguments=(inside,)):
            return closeness(inside, None if wanted is None else not wanted, answers)
        case Call(operator="and" | "or" as operator):
            near = [closeness(one, wanted, answers) for one in conjuncts(value, operator)]
            return sum(near) / len(near) if wanted is (operator == "and") else max(near)
        case Call(operator="if_missing", arguments=(inside, _)):
            return closeness(inside, wanted, answers)
    return 0.0
