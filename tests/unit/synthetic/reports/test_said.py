"""Texts joined from pieces know where protected words stand, whatever is joined, taken and scattered."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from medark.synthetic.reports.said import KINDS, Said, filled, join, plain, protected, scattered, together

WORDS = st.text("ab李。 \U00020000", max_size=4)


@st.composite
def columns(draw):
    """A column and, for each row, its pieces as (text, kind or "")."""
    count = draw(st.integers(1, 4))
    pieces = draw(st.lists(st.sampled_from(["", *KINDS]), min_size=1, max_size=5))
    texts = [draw(st.lists(WORDS, min_size=count, max_size=count)) for _ in pieces]
    said = join([protected(kind, held) if kind else plain(held) for kind, held in zip(pieces, texts, strict=True)])
    rows = [[(held[row], kind) for kind, held in zip(pieces, texts, strict=True)] for row in range(count)]
    return said, rows


def told(said: Said) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (text, [(text[span["start"] : span["end"]], span["kind"]) for span in spans])
        for text, spans in zip(said.texts.to_pylist(), said.listed().to_pylist(), strict=True)
    ]


def expected(rows):
    return [("".join(text for text, _ in row), [(text, kind) for text, kind in row if text and kind]) for row in rows]


@given(columns())
def test_joined(drawn):
    said, rows = drawn
    assert told(said) == expected(rows)


@given(columns(), st.lists(st.integers(0, 3), max_size=6))
def test_taken_in_any_order_as_often_as_asked(drawn, places):
    said, rows = drawn
    wanted = np.array([at % len(rows) for at in places], dtype=np.int64)
    assert told(said.take(wanted)) == expected([rows[at] for at in wanted])


@given(columns(), st.permutations(range(8)))
def test_scattered(drawn, order):
    said, rows = drawn
    at = np.array(order[: len(rows)])
    found = told(scattered(8, [(at, said)]))
    wanted = dict(zip(at.tolist(), expected(rows), strict=True))
    assert found == [wanted.get(row, ("", [])) for row in range(8)]


@given(columns(), columns())
def test_one_below_the_other(first, second):
    assert told(together([first[0], second[0]])) == expected([*first[1], *second[1]])


@given(columns())
def test_a_template_is_filled(drawn):
    said, rows = drawn
    found = told(filled("前{it}后{it}", {"it": said}, np.arange(len(rows))))
    assert found == expected([[("前", ""), *row, ("后", ""), *row] for row in rows])


def test_a_template_without_slots_is_the_same_everywhere():
    assert filled("好", {}, np.arange(2)).texts == pa.array(["好", "好"])
