"""The pharmacy and the test site near each home"""

from __future__ import annotations

import numpy as np

from medark.synthetic import facts
from medark.synthetic.chance import Ints
from medark.synthetic.world import World, column


def of_kind(kind: str) -> tuple[str, ...]:
    """Keys of the organisations of a kind.

    >>> len(of_kind("site"))
    10
    """
    return tuple(row["key"] for row in facts.rows("organisations") if row["kind"] == kind)


def nearest(world: World, kind: str) -> Ints:
    """Of each person's home, the nearest organisation of a kind: a place in of_kind()."""
    held = facts.by_key("organisations")
    at = np.array([[float(held[key]["lon"]), float(held[key]["lat"])] for key in of_kind(kind)])
    homes = np.stack([column(world["person"], "lon"), column(world["person"], "lat")], axis=1)
    homes = np.where(np.isnan(homes), at.mean(axis=0), homes)
    east = np.subtract.outer(homes[:, 0], at[:, 0]) * 0.864  # cosine of 30.2 degrees
    return np.asarray(np.argmin(east**2 + np.subtract.outer(homes[:, 1], at[:, 1]) ** 2, axis=1))
