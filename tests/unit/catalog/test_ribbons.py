"""The picture of rows from sources to tables: everything is in it, nothing overlaps."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medark.catalog.ribbons import ribbons

TABLES = [f"t{n}" for n in range(8)]
FLOWS = st.dictionaries(
    st.tuples(st.sampled_from(["a/x", "a/y", "b/x", "c"]), st.sampled_from(TABLES)), st.integers(1, 10**9), min_size=1
)


@given(FLOWS)
def test_every_flow_is_a_ribbon_and_every_end_a_node(rows):
    drawn = ribbons(rows, TABLES)
    assert {(r.source, r.table): r.rows for r in drawn.ribbons} == rows
    assert sum(node.rows for node in drawn.sources) == sum(node.rows for node in drawn.tables) == sum(rows.values())
    assert [node.name for node in drawn.tables] == [t for t in TABLES if any(to == t for _, to in rows)]


@given(FLOWS)
def test_nodes_stay_in_the_picture_and_off_each_other(rows):
    drawn = ribbons(rows, TABLES)
    for column in (drawn.sources, drawn.tables):
        for above, below in pairwise(column):
            assert above.y + above.height < below.y
        assert column[0].y >= 0
        assert column[-1].y + column[-1].height <= drawn.height + 1.2  # the thinnest node is drawn one unit high


def test_thickness_is_the_root_of_rows():
    drawn = ribbons({("a", "t0"): 100, ("b", "t1"): 400}, TABLES)
    thin, thick = (node.height for node in drawn.sources)
    assert thick / thin == pytest.approx(2, abs=0.01)


def test_nothing_gives_an_empty_picture():
    drawn = ribbons({}, TABLES)
    assert (drawn.sources, drawn.tables, drawn.ribbons) == ((), (), ())
