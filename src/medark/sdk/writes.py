"""What an application may write: items of answers, each named or as all that begin alike"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final

PATTERN: Final = re.compile(r"[a-z][a-z0-9_]*:([a-z0-9_.-]+\*?|\*)")  # vte:*, vte:bed_rest


def may_write(patterns: Collection[str], item: str) -> bool:
    """Is an item one of those that the patterns name?

    >>> may_write(["vte:*"], "vte:bed_rest"), may_write(["vte:bed*"], "vte:assessed")
    (True, False)
    """
    return any(_covers(one, item) for one in patterns)


def more_than(patterns: Iterable[str], approved: Collection[str]) -> Iterator[str]:
    """The patterns that name more than what is approved.

    >>> list(more_than(["vte:*", "vte:assessed"], ["vte:bed*", "vte:assessed"]))
    ['vte:*']
    """
    yield from (one for one in patterns if not any(_covers(other, one) for other in approved))


def _covers(pattern: str, item: str) -> bool:
    return item.startswith(pattern[:-1]) if pattern.endswith("*") else item == pattern
