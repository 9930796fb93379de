"""Merges of persons: chains, circles, order of arrival."""

from __future__ import annotations

import random
from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medark.standardise.lookups.links import PERSON_LINK, person_links, survivors

LINKS = st.lists(st.tuples(st.sampled_from("ABCDEF"), st.sampled_from("ABCDEF")), max_size=12)


@pytest.mark.parametrize(
    ("links", "wanted"),
    [
        ([], {}),
        (["AA"], {}),
        (["AB"], {"A": "B"}),
        (["AB", "BC"], {"A": "C", "B": "C"}),
        (["BC", "AB"], {"A": "C", "B": "C"}),
        (["AB", "BA"], {"B": "A"}),
        (["AB", "BC", "CA"], {"B": "A", "C": "A"}),
        (["AB", "AB"], {"A": "B"}),
        (["AB", "BC", "AB"], {"A": "C", "B": "C"}),
        (["AB", "AC"], {"A": "C", "B": "C"}),
        (["AB", "CD", "BD"], {"A": "D", "B": "D", "C": "D"}),
    ],
)
def test_survivors(links: list[str], wanted: dict[str, str]) -> None:
    assert survivors((a, b) for a, b in links) == wanted


def plainly(links: list[tuple[str, str]]) -> dict[str, str]:
    """The rule once more, without any cleverness: a list of groups, each with its head."""
    groups: list[tuple[set[str], str]] = []

    def of(key: str) -> tuple[set[str], str]:
        return next((g for g in groups if key in g[0]), ({key}, key))

    for key, survivor in links:
        loser, winner = of(key), of(survivor)
        groups = [g for g in groups if g not in (loser, winner)]
        if loser[0] == winner[0]:
            groups.append((loser[0], survivor if loser[1] == key else loser[1]))
        else:
            groups.append((loser[0] | winner[0], winner[1]))
    return {key: head for group, head in groups for key in group if key != head}


@given(LINKS)
def test_it_is_the_plain_rule(links: list[tuple[str, str]]) -> None:
    assert survivors(links) == plainly(links)


@given(LINKS)
def test_a_survivor_survives(links: list[tuple[str, str]]) -> None:
    found = survivors(links)
    assert not set(found.values()) & found.keys()


@given(LINKS, st.integers(0, 12), st.randoms())
def test_it_does_not_matter_how_waves_cut_them(links: list[tuple[str, str]], cut: int, chance: random.Random) -> None:
    rows = [(a, b, 1, n, 0) for n, (a, b) in enumerate(links)]
    whole = person_links(table(rows))
    shuffled = rows[:]
    chance.shuffle(shuffled)
    assert person_links(table(rows[:cut]), table(shuffled)).to_pydict().items() == whole.to_pydict().items()
    assert whole.schema == PERSON_LINK


def table(rows: list[tuple[str, str, int, int, int]]) -> pa.Table:
    names = ("person_key", "survivor_key", "record_no", "row_no", "part_no")
    types = (pa.string(), pa.string(), pa.int64(), pa.int64(), pa.int32())
    columns = zip(*rows, strict=True) if rows else ((),) * 5
    return pa.table({n: pa.array(c, t) for n, c, t in zip(names, columns, types, strict=True)})


def test_a_long_chain_is_followed_at_once() -> None:
    keys = [f"K{n}" for n in range(20_000)]
    found = survivors(pairwise(keys))
    assert set(found.values()) == {keys[-1]}
    assert len(found) == len(keys) - 1
