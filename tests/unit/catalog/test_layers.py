"""The picture in layers: nothing overlaps, widths stand for rows, lines stand for reads."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from medark.catalog.layers import Link, picture

LAYERS = [["o:n", "o:s"], ["s:a", "s:b", "s:c"], ["t:x", "t:y"], ["a:p"]]
PLACES = (0, 200, 500, 900)
LINKS = [
    Link("o:n", "s:a", 10_000), Link("o:n", "s:b", 400), Link("o:s", "s:c", 100), Link("s:a", "t:x", 10_000),
    Link("s:b", "t:x", 400), Link("s:c", "t:y", 100), Link("t:x", "a:p"),
]  # fmt: skip


def test_every_node_is_in_its_layer_and_none_lies_on_another() -> None:
    made = picture(LAYERS, PLACES, LINKS)
    assert [node.key for node in made.nodes] == [key for layer in LAYERS for key in layer]
    for number, layer in enumerate(LAYERS):
        there = [node for node in made.nodes if node.layer == number]
        assert {node.x for node in there} == {PLACES[number]} and len(there) == len(layer)
        for upper, lower in pairwise(there):
            assert upper.y + upper.height < lower.y
        assert there[0].y >= 0 and there[-1].y + there[-1].height <= made.height + 0.2


def test_thickness_is_the_root_of_rows() -> None:
    made = picture(LAYERS, PLACES, LINKS)
    tall = {node.key: node.height for node in made.nodes}
    assert tall["o:n"] == pytest.approx(tall["s:a"] + tall["s:b"], abs=0.2)
    assert tall["s:a"] / tall["s:b"] == pytest.approx(5, rel=0.05)


def test_a_read_is_a_line_and_a_flow_a_band() -> None:
    made = picture(LAYERS, PLACES, LINKS)
    by_end = {(one.source, one.target): one for one in made.links}
    assert by_end["t:x", "a:p"].is_line and not by_end["t:x", "a:p"].path.endswith("Z")
    assert not by_end["s:a", "t:x"].is_line and by_end["s:a", "t:x"].path.endswith("Z")
    assert len(made.links) == len(LINKS)


def test_what_leaves_a_node_leaves_it_side_by_side() -> None:
    made = picture(LAYERS, PLACES, LINKS)
    starts = [float(re.match(r"M\d+ ([\d.]+)", one.path)[1]) for one in made.links if one.source == "o:n"]  # type: ignore[index]
    assert starts == sorted(starts) and len(set(starts)) == 2


def test_nothing_to_draw() -> None:
    assert picture([[], [], [], []], PLACES, []).nodes == ()
