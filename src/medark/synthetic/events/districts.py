"""The city's districts and their shares of its people, as epidemics need them"""

from __future__ import annotations

import numpy as np

from medark.synthetic import facts


def districts() -> tuple[tuple[str, ...], np.ndarray]:
    """Keys of districts and the share of people in each (they sum to 1)."""
    shares = facts.numbers("districts", "share")
    return facts.keys("districts"), shares / shares.sum()
