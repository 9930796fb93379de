"""Values that are written more than once: each becomes a column, made one layer before those that use it"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from medark.define.compile import operators
from medark.define.compile.expressions import overflows
from medark.define.nodes import Call, Column, InUnit, PickedColumn, Value, stored

IsHeld = Callable[[Value], bool]  # is it a column already?


def layers(values: Iterable[Value], is_held: IsHeld) -> list[list[Value]]:
    """The values worth a column of their own, those that are made of none of the others first."""
    order, uses, work = _counted(values, is_held)
    shared = {value for value in order if uses[value] > 1 and work[value] > 1}
    depth: dict[Value, int] = {}  # how many layers lie under a value, itself counted
    for value in order:
        below = max((depth[part] for part, _ in _parts(value, is_held)), default=0)
        depth[value] = below + (value in shared)
    deepest = max((depth[value] for value in shared), default=0)
    return [[value for value in order if value in shared and depth[value] == at] for at in range(1, deepest + 1)]


def _counted(values: Iterable[Value], is_held: IsHeld) -> tuple[list[Value], Counter[Value], dict[Value, int]]:
    """All values below, parts first; how often each is written; how many operations it takes, up to a few."""
    order: list[Value] = []
    uses: Counter[Value] = Counter()
    work: dict[Value, int] = {}

    def visit(value: Value) -> None:
        if value in work:
            return
        parts = _parts(value, is_held)
        for part, times in parts:
            visit(part)
            uses[part] += times
        work[value] = min(sum(work[part] for part, _ in parts) + 1, 8) if parts else 0
        order.append(value)

    for value in values:
        visit(value)
        uses[value] += 1
    return order, uses, work


def _parts(value: Value, is_held: IsHeld) -> Sequence[tuple[Value, int]]:
    """What a value is made of in this layer, and how often each part is written."""
    if is_held(value):
        return ()
    if isinstance(value, Column | PickedColumn):
        return [(stored(value), 1)] if stored(value) != value else ()
    twice = 2 if overflows(value) else 1
    if isinstance(value, Call):
        return [(part, n * twice) for part, n in zip(value.arguments, operators.repeats(value), strict=True)]
    if isinstance(value, InUnit):
        return [(value.quantity, 2), (value.unit, 2)]
    return [(part, 1) for part in value.children() if isinstance(part, Value)]
