"""Relations in groups that can be made at the same time"""

from __future__ import annotations

from collections.abc import Collection, Mapping


def levels(reads: Mapping[str, Collection[str]]) -> list[list[str]]:
    """Names in groups, each of which reads what is in groups before it; `reads` has them in an order that would do.

    >>> levels({"code": ["staged"], "visit": ["staged"], "event": ["code", "visit"], "note": ["visit"]})
    [['code', 'visit'], ['event', 'note']]
    """
    height: dict[str, int] = {}
    found: list[list[str]] = []
    for name, others in reads.items():
        height[name] = max((height[other] + 1 for other in others if other in height), default=0)
        if height[name] == len(found):
            found.append([])
        found[height[name]].append(name)
    return found
