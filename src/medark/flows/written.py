"""The ways in which one name is written: a source's `Lee^Ann` is another's `Ann Lee`"""

from __future__ import annotations

import re

# A shorter value stands in too many places by chance to say who somebody is.
SHORTEST = 6
_BETWEEN = re.compile(r"[\s^,]+")


def ways_of(name: str) -> set[str]:
    """The name as it is, and with its words in the orders and with the marks that systems use.

    >>> sorted(ways_of("Lee^Ann"))[:4]
    ['Ann Lee', 'Ann, Lee', 'Ann,Lee', 'Ann^Lee']
    """
    words = _BETWEEN.split(name)
    orders = (words, words[::-1], [*words[-1:], *words[:-1]], [*words[1:], *words[:1]])
    return {name, *(mark.join(order).strip(mark) for order in orders for mark in (" ", "^", ", ", ",", "_"))}
