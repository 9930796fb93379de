"""Where in the hospital a stay is spent: spells in intensive care, and the transfers that lead through it"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from medark.synthetic.care.concepts import DEATH, DEPARTMENT, DEPARTMENTS, FIRST_CLINIC, INPATIENT
from medark.synthetic.care.lives import Lives
from medark.synthetic.care.rows import DAY, Rows, as_times, joined, ordered, rank_within, taken
from medark.synthetic.chance import stream
from medark.synthetic.settings import Part
from medark.synthetic.world import table

if TYPE_CHECKING:
    from medark.synthetic.city import City

_AT_ONCE = 0.45  # of those who need intensive care, on arrival; the others within three days: ours
_MOVED = 0.03  # of stays begin in another department: ours
_FIRST = ("internal", "general_surgery", "neurology", "cardiology")  # where such stays begin


def intensive(city: City, part: Part, visits: Rows) -> Rows:
    """Spells in intensive care: `at`, `start`, `end`; those who die mostly die there."""
    chance = stream(city.settings.seed, "care/icu", part.number)
    at = np.flatnonzero((visits["kind"] == INPATIENT) & visits["icu"] & (visits["place"] < FIRST_CLINIC))
    start, end, count = visits["start"][at], visits["end"][at], len(at)
    wait = np.where(chance.random(count) < _AT_ONCE, 0, chance.integers(DAY // 8, 3 * DAY, count))
    begun = start + np.minimum(wait, (end - start) // 3)
    days = np.exp(1.0 + 0.7 * chance.standard_normal(count))
    over = np.minimum(begun + (days * DAY).astype(np.int64), begun + (end - begun) * 2 // 3)
    dies = (visits["discharge"][at] == DEATH) & (chance.random(count) < 0.75)
    return taken({"at": at, "start": begun, "end": np.where(dies, end, over)}, end - start > DAY // 4)


def transfers(city: City, part: Part, people: Lives, visits: Rows, icu: Rows) -> pa.Table:
    """The table of transfers: every stay has one row for each place it was spent in, end to end."""
    chance = stream(city.settings.seed, "care/transfers", part.number)
    stays = np.flatnonzero(visits["kind"] == INPATIENT)
    segments = joined([_around(visits, icu), _others(chance, visits, stays[~np.isin(stays, icu["at"])])])
    segments = ordered(segments, "at", "start")
    return table(
        "transfer", encounter=visits["key"][segments["at"]], person=people.person[visits["row"][segments["at"]]],
        sequence=rank_within(segments["at"]) + 1, department=(segments["department"], DEPARTMENTS), icu=segments["icu"],
        start=as_times(segments["start"]), end=as_times(segments["end"]),
    )  # fmt: skip


def _around(visits: Rows, icu: Rows) -> Rows:
    """Ward, intensive care, ward: without the wards that would be of no length."""
    at, own = icu["at"], visits["department"][icu["at"]]
    start, end = visits["start"][at], visits["end"][at]
    parts = [
        _segment(at, own, start, icu["start"]), _segment(at, DEPARTMENT["icu"], icu["start"], icu["end"], True),
        _segment(at, own, icu["end"], end),
    ]  # fmt: skip
    found = joined(parts) if len(at) else parts[0]
    return taken(found, found["end"] > found["start"])


def _others(chance: np.random.Generator, visits: Rows, at: np.ndarray) -> Rows:
    own, start, end = visits["department"][at], visits["start"][at], visits["end"][at]
    first = np.array([DEPARTMENT[key] for key in _FIRST])[chance.integers(0, len(_FIRST), len(at))]
    grown = visits["age"][at] >= 14
    moved = grown & (chance.random(len(at)) < _MOVED) & (first != own) & (end - start > 3 * DAY)
    turn = np.where(moved, start + DAY // 2 + chance.integers(0, DAY, len(at)), start)
    found = joined([_segment(at, first, start, turn), _segment(at, own, turn, end)])
    return taken(found, found["end"] > found["start"])


def _segment(
    at: np.ndarray, department: np.ndarray | int, start: np.ndarray, end: np.ndarray, icu: bool = False
) -> Rows:
    shape = len(at)
    return {
        "at": at, "department": np.array(np.broadcast_to(department, shape)), "start": start, "end": end,
        "icu": np.full(shape, icu),
    }  # fmt: skip
