"""Which results are outside their range, and how far"""

from __future__ import annotations

from typing import Final

import numpy as np

from medark.flows.timeline.rows import Floats, Longs

FLAGS: Final = ("", "high", "low", "abnormal")
# Answers that are no numbers. Source: OMOP's standard concepts of the domain Meas Value (positive, detected, abnormal).
_ANSWERS: Final = {
    1: (4328749, 45876384), 2: (4267416, 45881666),
    3: (9191, 4181412, 4126681, 45884084, 45878745, 4135493, 45877985),
}  # fmt: skip


def outside(values: Floats, lows: Floats, highs: Floats, answers: Longs) -> tuple[Longs, Floats]:
    """Of each result its flag (a place in FLAGS) and its distance in widths of the range; of one bound, of the bound.

    >>> one = np.array
    >>> [a.tolist() for a in outside(one([6.8, 4.0]), one([3.5, 3.5]), one([5.5, 5.5]), one([0, 0]))]
    [[1, 0], [0.65, 0.0]]
    """
    is_high, is_low = values > highs, values < lows  # what is not known is neither
    width = highs - lows
    width = np.where(np.isnan(width), np.abs(np.where(np.isnan(highs), lows, highs)), width)
    distance = np.where(is_high, values - highs, np.where(is_low, lows - values, 0.0))
    beyond = np.divide(distance, width, out=np.zeros(len(values)), where=(width > 0) & (is_high | is_low))
    flags = np.where(is_high, 1, np.where(is_low, 2, 0))
    if answers.any():
        for flag, concept_ids in _ANSWERS.items():
            flags = np.where(np.isnan(values) & np.isin(answers, concept_ids), flag, flags)
    return flags.astype(np.int64), np.round(beyond, 3).astype(np.float64)
