"""How dirty: the share of each kind of error at each level"""

from __future__ import annotations

from medark.synthetic.facts import by_key
from medark.synthetic.settings import DIRT_LEVELS


def share(kind: str, level: str) -> float:
    """The share of records of what `kind` concerns that have it.

    >>> share("wrong_code", "none"), share("wrong_code", "usual")
    (0.0, 0.003)
    """
    return float(by_key("dirt")[kind]["share"]) * DIRT_LEVELS[level]
