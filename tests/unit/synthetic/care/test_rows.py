"""Columns of one length"""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from medark.synthetic.care.rows import joined, ordered, rank_within, steps

_NUMBERS = st.lists(st.integers(-(2**40), 2**40), min_size=1, max_size=40)


@given(_NUMBERS, st.randoms())
def test_ordered_sorts_by_the_first_column_then_the_next_and_keeps_ties(first, random):
    second = [random.randrange(-3, 3) for _ in first]
    rows = {"a": np.array(first), "b": np.array(second), "at": np.arange(len(first))}
    found = ordered(rows, "b", "a")
    assert found["at"].tolist() == sorted(range(len(first)), key=lambda i: (second[i], first[i]))


@given(st.lists(st.integers(-(2**62), 2**62), min_size=1, max_size=20))
def test_ordered_sorts_what_does_not_fit_in_one_number(values):
    rows = {"a": np.array(values), "b": np.array(values[::-1])}
    found = ordered(rows, "a", "b")
    assert list(zip(found["a"].tolist(), found["b"].tolist(), strict=True)) == sorted(
        zip(values, values[::-1], strict=True)
    )


@given(st.lists(st.integers(0, 5), max_size=30))
def test_steps_number_the_copies(counts):
    of, number = steps(np.array(counts, np.int64))
    assert list(zip(of.tolist(), number.tolist(), strict=True)) == [
        (i, k) for i, n in enumerate(counts) for k in range(n)
    ]
    assert rank_within(of).tolist() == number.tolist()


def test_joined_keeps_the_columns_of_frames_without_rows():
    nothing = {"a": np.zeros(0, np.int64)}
    assert joined([nothing, nothing])["a"].tolist() == []
    assert joined([nothing, {"a": np.array([3])}])["a"].tolist() == [3]
