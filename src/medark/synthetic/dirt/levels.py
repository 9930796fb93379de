"""How dirty: the share of each kind of error at each level"""

from __future__ import annotations

from typing import Final

from medark.synthetic.facts import by_key

_TIMES: Final = {"none": 0.0, "low": 0.3, "usual": 1.0, "high": 5.0}


def share(kind: str, level: str) -> float:
    """The share of records of what `kind` concerns that have it.

    >>> share("wrong_code", "none"), share("wrong_code", "usual")
    (0.0, 0.003)
    """
    return float(by_key("dirt")[kind]["share"]) * _TIMES[level]
