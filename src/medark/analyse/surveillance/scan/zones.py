"""Circles of neighbouring places, and the cylinders over them in time"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from medark.analyse.surveillance.signals import FloatArray
from medark.errors import DefinitionError

_EARTH = 6371.0088  # mean radius, km


def great_circle(latitude: npt.ArrayLike, longitude: npt.ArrayLike) -> FloatArray:
    """Distances in km between places (places × places) given in degrees.

    >>> great_circle([0, 0], [0, 90]).round().tolist()
    [[0.0, 10008.0], [10008.0, 0.0]]
    """
    north, east = np.radians(np.asarray(latitude, float)), np.radians(np.asarray(longitude, float))
    half = np.sin((north[:, None] - north) / 2) ** 2
    half += np.cos(north[:, None]) * np.cos(north) * np.sin((east[:, None] - east) / 2) ** 2
    return np.asarray(2 * _EARTH * np.arcsin(np.sqrt(np.minimum(half, 1))))


def circles(distance: npt.ArrayLike, at_risk: FloatArray, most: float) -> FloatArray:
    """Every set of places that a circle round one of them takes in, once: (zones × places) of 0 and 1.

    `at_risk`: of each place; a circle with more than the share `most` of all of it is left out, single places never.
    """
    far = np.asarray(distance, dtype=np.float64)
    if far.shape != (len(at_risk), len(at_risk)):
        raise DefinitionError("distances do not fit the places", fix="an array of places × places")
    limit = most * at_risk.sum() * (1 + 1e-12)
    members: dict[bytes, npt.NDArray[np.bool_]] = {}
    for centre in range(len(far)):
        for reach in np.unique(far[centre]):  # places equally far come in together
            inside = far[centre] <= reach
            if reach > 0 and at_risk[inside].sum() > limit:
                break
            members.setdefault(np.packbits(inside).tobytes(), inside)
    return np.array(list(members.values()), dtype=np.float64)


def windows(days: int, longest: int, prospective: bool) -> npt.NDArray[np.intp]:
    """(windows × 2): first day and the day after the last, of at most `longest` days; prospective: up to the last day.

    >>> windows(3, 2, prospective=True).tolist()
    [[2, 3], [1, 3]]
    """
    stops = [days] if prospective else range(1, days + 1)
    found = [(start, stop) for stop in stops for start in range(stop - 1, max(stop - longest, 0) - 1, -1)]
    return np.array(found, dtype=np.intp).reshape(-1, 2)


def in_windows(counts: FloatArray, spans: npt.NDArray[np.intp]) -> FloatArray:
    """Sums over each window of (… × places × days): (… × places × windows)."""
    total = np.concatenate([np.zeros((*counts.shape[:-1], 1)), np.cumsum(counts, axis=-1)], axis=-1)
    return np.asarray(total[..., spans[:, 1]] - total[..., spans[:, 0]])
