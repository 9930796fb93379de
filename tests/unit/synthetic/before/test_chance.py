"""Streams of chance: repeatable, and independent of each other."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from medark.synthetic.before.chance import daytime, moments, picked, stream

START, END = dt.datetime(2024, 1, 1), dt.datetime(2034, 1, 1)


@given(st.integers(), st.text(max_size=10), st.integers(0, 10**9))
def test_a_stream_can_be_had_again(seed, concern, number):
    assert stream(seed, concern, number).random() == stream(seed, concern, number).random()


@given(st.integers(0, 1000), st.integers(1, 60))
def test_moments_are_in_order_and_within(seed, per_year):
    found = list(moments(stream(seed, "t"), START, END, per_year))
    assert found == sorted(found)
    assert all(START <= at < END for at in found)


def test_moments_come_as_often_as_asked():
    count = sum(len(list(moments(stream(n, "t"), START, END, 4))) for n in range(100))
    assert abs(count / 1000 - 4) < 0.25  # 1,000 years; four standard errors
    assert list(moments(stream(1, "t"), START, END, 0)) == []


def test_what_is_picked_follows_its_weight():
    chance = stream(1, "t")
    drawn = [picked(chance, "ab", (3, 1)) for _ in range(4000)]
    assert abs(drawn.count("a") / 4000 - 0.75) < 0.03


def test_doors_are_open_by_day():
    chance = stream(1, "t")
    assert {daytime(chance, START).hour for _ in range(500)} == set(range(8, 17))
