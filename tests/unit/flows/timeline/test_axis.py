"""The overview's bars are what a plain loop over days would draw."""

from __future__ import annotations

import datetime as dt
import random

import numpy as np
import pytest

from medark.flows.timeline.axis import WIDTH, axis
from medark.flows.timeline.rows import NEVER, ms_of

DAY = 86_400_000


@pytest.mark.parametrize("seed", range(20))
def test_bars_cover_what_a_plain_loop_covers(seed: int) -> None:
    chance = random.Random(seed)
    first = ms_of(dt.date(2024, 1, 1))
    starts = [first + chance.randrange(400) * DAY for _ in range(chance.randrange(1, 60))]
    ends = [start + chance.choice([0, 0, 1, 30]) * DAY for start in starts]
    made = axis({"all": (np.array(starts), np.array(ends))}, None, first)
    assert made is not None
    length = max(max(starts) - min(starts), DAY)
    covered = [0] * 200
    for start, end in zip(starts, ends, strict=True):
        place = [min(199, (one - min(starts)) * 200 // length) for one in (start, end)]
        for column in range(place[0], place[1] + 1):
            covered[column] = 1
    bars = made.lanes["all"]
    drawn = [0] * 200
    for bar in bars:
        for column in range(bar.start * 200 // WIDTH, (bar.start + bar.width) * 200 // WIDTH):
            drawn[column] += 1
    assert drawn == covered  # nothing twice
    assert sum(bar.rows for bar in bars) == len(starts)


def test_what_never_was_is_on_no_axis() -> None:
    never = np.array([NEVER])
    assert axis({"all": (never, never)}, None, 0) is None


def test_a_window_begins_where_it_is_said_to() -> None:
    since, now = ms_of(dt.date(2024, 3, 1)), ms_of(dt.date(2024, 4, 1))
    told = np.array([ms_of(dt.date(2023, 1, 1)), ms_of(dt.date(2024, 3, 16))])
    made = axis({"all": (told, told)}, since, now)
    assert made is not None
    assert (made.first, made.last) == (dt.datetime(2024, 3, 1), dt.datetime(2024, 4, 1))
    assert sum(bar.rows for bar in made.lanes["all"]) == 1
