"""What becomes of people's rows when numbers are joined otherwise than before"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Moving:
    """`renamed`: number → the number that all of its rows go to. `divided`: number → the own numbers that went by it
    and go by several from here on, so that nobody can tell its rows apart but who reads what they came from.
    """

    renamed: Mapping[int, int] = field(default_factory=dict)
    divided: Mapping[int, tuple[int, ...]] = field(default_factory=dict)


def moving(before: Mapping[int, int], after: Mapping[int, int]) -> Moving:
    """From how own numbers were joined to how they are (own number → the person's; who is not in it is alone).

    >>> moving({}, {1: 1, 2: 1})
    Moving(renamed={2: 1}, divided={})
    >>> moving({1: 1, 2: 1, 3: 1}, {1: 1, 2: 1})
    Moving(renamed={}, divided={1: (1, 2, 3)})
    """
    went_by: dict[int, list[int]] = {}
    for own in sorted({*before, *after}):
        went_by.setdefault(before.get(own, own), []).append(own)
    renamed, divided = {}, {}
    for number, owns in sorted(went_by.items()):
        now = {after.get(own, own) for own in owns}
        if len(now) > 1:
            divided[number] = tuple(owns)
        elif (to := now.pop()) != number:
            renamed[number] = to
    return Moving(renamed, divided)
