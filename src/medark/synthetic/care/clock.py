"""When on a day people come: opening hours, working days, the emergency department's evening"""

from __future__ import annotations

from typing import Final

import numpy as np

from medark.synthetic.care.rows import DAY
from medark.synthetic.chance import Floats, pick

_HOUR = 3600
# Weights of the hours 0 to 23. Ours: hospitals open 8:00-12:00 and 13:30-17:30 with most before ten; clinics until
# 20:00; emergency departments are fullest at 9:00-11:00 and 18:00-22:00.
_HOSPITAL: Final = np.array([0] * 8 + [20, 24, 18, 8, 0, 5, 14, 10, 5] + [0] * 7, float)
_CLINIC: Final = np.array([0] * 8 + [14, 16, 13, 8, 3, 4, 8, 9, 9, 7, 6, 5] + [0] * 4, float)
_EMERGENCY: Final = np.array([3, 2, 2, 1, 1, 2, 3, 4, 6, 8, 8, 7, 5, 5, 6, 6, 6, 6, 8, 9, 9, 8, 6, 4], float)


def at_hospital(chance: np.random.Generator, count: int) -> Floats:
    """Seconds after midnight at which outpatients are seen in a hospital."""
    return _drawn(chance, _HOSPITAL, count)


def at_clinic(chance: np.random.Generator, count: int) -> Floats:
    """Seconds after midnight at which a clinic sees people."""
    return _drawn(chance, _CLINIC, count)


def at_any_time(chance: np.random.Generator, count: int) -> Floats:
    """Seconds after midnight at which people come to an emergency department."""
    return _drawn(chance, _EMERGENCY, count)


def weekday(day: np.ndarray) -> np.ndarray:
    """0 is Monday."""
    return (day + 3) % 7


def working_day(chance: np.random.Generator, day: np.ndarray, keep: float = 0.25) -> np.ndarray:
    """The day itself, or for most of those on a weekend the Monday or Tuesday after."""
    on = weekday(day)
    moved = (on >= 5) & (chance.random(len(day)) >= keep)
    return np.where(moved, day + 7 - on + (chance.random(len(day)) < 0.3), day)


def _drawn(chance: np.random.Generator, hours: np.ndarray, count: int) -> Floats:
    return (pick(chance, hours, count) + chance.random(count)) * _HOUR % DAY
