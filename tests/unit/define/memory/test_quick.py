"""What makes it quick changes no answer: drawn frames of drawn people, plainly and quickly"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medark.define import Series, every, index, measurements
from medark.define.definitions import Dataset
from medark.define.definitions.variables import Variable
from medark.define.memory import Entry, Record, compiled, plainly_compiled
from medark.define.memory.context import Context, Person
from medark.define.memory.layout import key_of
from medark.define.memory.plain import Plain
from medark.define.memory.quick import Quick
from medark.define.nodes import Aggregate, Column, Every, Frame, Node, Pair, Pick, PickedColumn
from unit.define.memory.drawn import DRUGS, LABS, RESOLVED, TODAY, entries, frames, pairs, records, windows
from unit.define.memory.people import d, lab, person

often = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
fewer = settings(often, max_examples=60)


def both(record: Record, entry: Entry, *roots: Node) -> list[tuple[Plain, Context]]:
    """The plain and the quick compiler, each with a context of its own."""
    known = Person(record, TODAY), Person(record, TODAY)
    return [(Plain(RESOLVED), known[0].at(entry)), (Quick(RESOLVED, roots), known[1].at(entry))]


def keys(compiler: Plain, frame: Frame, e: Context) -> list[Any]:
    return sorted(map(key_of(frame.root), compiler.frame(frame)(e)))


@often
@given(records(), entries(), windows(), st.booleans())
def test_rows_found_by_lookup_and_halving(record: Record, entry: Entry, frame: Frame, is_shared: bool) -> None:
    plain, quick = (keys(made, frame, e) for made, e in both(record, entry, *[frame] * (1 + is_shared)))
    assert quick == plain


@often
@given(records(), entries(), pairs())
def test_pairs_within_reach(record: Record, entry: Entry, pair: Pair) -> None:
    plain, quick = (keys(made, pair, e) for made, e in both(record, entry, pair))
    assert quick == plain


@fewer
@given(records(), entries(), frames())
def test_rows_of_any_frame(record: Record, entry: Entry, frame: Frame) -> None:
    plain, quick = (keys(made, frame, e) for made, e in both(record, entry, frame))
    assert quick == plain


@often
@given(records(), entries(), windows(), st.booleans())
def test_rows_at_an_end_of_time(record: Record, entry: Entry, frame: Frame, last: bool) -> None:
    pick, exists = Pick(frame, (Column(frame.root, "start"),), last), Aggregate("exists", frame)
    plain, quick = ((made.pick(pick)(e), made.entry(exists)(e)) for made, e in both(record, entry, pick, exists))
    assert quick == plain


@fewer
@given(records(), st.sampled_from([LABS, DRUGS]), st.lists(frames(), min_size=2, max_size=3))
def test_what_is_remembered_is_of_that_entry(record: Record, table: Any, drawn: list[Frame]) -> None:
    """Each frame is used more than once, for every row of a table as the index."""
    values = [Aggregate("count", frame) for frame in drawn * 2]
    lasts = [PickedColumn(Pick(f, (Column(f.root, "start"),)), "start") for f in drawn if f.root.has_start]
    columns = tuple(Variable(f"v{no}", value) for no, value in enumerate((*values, *lasts)))
    dataset = Dataset(Every(table), columns)
    plain, quick = (made(dataset, RESOLVED).rows(record, today=TODAY) for made in (plainly_compiled, compiled))
    assert quick == plain


LABS_SO_FAR = measurements.before(index.start, bounds="[]")
AT_EACH = [
    ("rows that the entry chooses", measurements.where(LABS_SO_FAR.at_each(index.visit.is_missing())).count()),
    ("an index on a day of the entry",
     measurements.where(measurements.at_each(index.start == d(1, 2, 0), start=LABS_SO_FAR.last().start_date)).count()),
]  # fmt: skip


@pytest.mark.parametrize("value", [pytest.param(value, id=name) for name, value in AT_EACH])
def test_rows_at_each_of_another_entry_are_others(value: Series) -> None:
    record = person(lab(1, d(1, 1)), lab(2, d(1, 2)), lab(3, d(1, 3)))
    dataset = Dataset(every(measurements), {"n": value})
    plain, quick = (made(dataset, RESOLVED).rows(record, today=TODAY) for made in (plainly_compiled, compiled))
    assert quick == plain
    assert len({row["n"] for row in quick}) > 1
