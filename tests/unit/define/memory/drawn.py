"""Records and frames drawn by Hypothesis: small, full of ties, missing values and dates that contradict times"""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from medark.define.concepts import concepts
from medark.define.concepts.ids import ConceptIds, ResolvedSets
from medark.define.kinds import Kind
from medark.define.memory import Entry, Record
from medark.define.nodes import (
    Aggregate,
    AtEach,
    Call,
    Column,
    Eras,
    Filter,
    Frame,
    InConcepts,
    IndexValue,
    IsIn,
    Missing,
    Pair,
    Root,
    Table,
    Value,
    literal,
)

TODAY = dt.date(2024, 3, 1)
ONE, FEW = concepts("one", 1), concepts("few", 2)
RESOLVED: ResolvedSets = {ONE: ConceptIds(frozenset({1}), frozenset({3})), FEW: ConceptIds(frozenset({1, 2, 9}))}
LABS, DRUGS = Table("measurement"), Table("drug_exposure")
BOUNDS = ("less", "at_most", "greater", "at_least")

days = st.dates(dt.date(2024, 2, 27), dt.date(2024, 3, 2))
times = st.builds(dt.datetime.combine, days, st.sampled_from([dt.time(), dt.time(6), dt.time(23, 59, 59, 5)]))
few_ids = st.sampled_from([0, 1, 2, 3])
nothing = st.none()


@st.composite
def records(draw: st.DrawFn) -> Record:
    """One person's measurements and drugs. Half of the people have no date that contradicts a time."""
    contradict = draw(st.booleans())
    return Record.of(5, {
        "person": {"person_id": [5], "year_of_birth": [1960]},
        "measurement": _rows(
            draw, contradict, measurement_id=nothing, measurement_concept_id=few_ids, measurement_date=nothing | days,
            measurement_datetime=nothing | times, value_as_number=nothing | st.sampled_from([0.0, 1.5, 3.0]),
            visit_occurrence_id=nothing | few_ids, measurement_source_concept_id=few_ids,
        ),
        "drug_exposure": _rows(
            draw, contradict, drug_exposure_id=nothing, drug_concept_id=few_ids, drug_exposure_start_date=days,
            drug_exposure_start_datetime=nothing | times, drug_exposure_end_date=nothing | days,
            visit_occurrence_id=nothing | few_ids,
        ),
    })  # fmt: skip


def _rows(draw: st.DrawFn, contradict: bool, **columns: st.SearchStrategy[Any]) -> dict[str, list[Any]]:
    drawn = draw(st.lists(st.fixed_dictionaries(columns), min_size=2, max_size=12))
    key, _, date, time, *_ = columns
    if not contradict:
        drawn = [row | {date: row[time].date() if row[time] else row[date]} for row in drawn]
    keys = draw(st.permutations(range(len(drawn))))
    return {name: [row[name] for row in drawn] for name in columns} | {key: keys}


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    """An entry of that person."""
    return Entry(9, 5, draw(times), draw(times), draw(nothing | few_ids))


@st.composite
def moments(draw: st.DrawFn, kind: Kind) -> Value:
    """A date or time of the entry: of the index, or a constant."""
    index = IndexValue(draw(st.sampled_from(["start", "end"])))
    constant = Missing(kind) if draw(st.integers(0, 9)) == 0 else literal(draw(days if kind is Kind.DATE else times))
    return draw(st.sampled_from([constant, Call("date", (index,)) if kind is Kind.DATE else index]))


@st.composite
def conditions(draw: st.DrawFn, root: Root, side: str = "", *, deep: bool = True) -> Value:
    """A condition on rows: a lookup, a bound of time, or one that can only be tested; `deep`: perhaps at each row."""
    form = draw(st.sampled_from(["bound", "bound", "lookup", "lookup", "test", "both", "each"]))
    if form == "both":
        return Call("and", tuple(draw(conditions(root, side, deep=False)) for _ in "ab"))
    if form == "lookup" and isinstance(getattr(root, side).root if side else root, Table):
        return draw(_lookups(root, side))
    if form == "each" and deep and not isinstance(root, Pair):
        inside = Aggregate("exists", draw(windows(deep=False)))
        start = draw(st.none() | st.just(_day(root, side)) | moments(Kind.DATE))
        return AtEach(draw(windows(root, deep=False)), inside, start)
    if form == "test":
        return Call(draw(st.sampled_from(["equal", "not_equal"])), (_day(root, side), draw(moments(Kind.DATE))))
    kind = draw(st.sampled_from([Kind.DATE, Kind.DATETIME]))
    column = _day(root, side) if kind is Kind.DATE else Column(root, draw(st.sampled_from(["start", "end"])), side)
    either_way = draw(st.permutations([column, draw(moments(kind))]))
    return Call(draw(st.sampled_from(BOUNDS)), tuple(either_way))


def _day(root: Root, side: str) -> Value:
    return Column(root, "start_date", side)


@st.composite
def _lookups(draw: st.DrawFn, root: Root, side: str) -> Value:
    concept, visit = Column(root, "concept", side), Column(root, "visit", side)
    options: list[Value] = [
        InConcepts(concept, ONE), InConcepts(concept, FEW), IsIn(concept, (1, 3)), IsIn(visit, ()),
        Call("equal", (concept, literal(2))), Call("equal", (IndexValue("visit"), visit)),
        Call("equal", (visit, IndexValue("visit"))), Call("equal", (visit, Missing(Kind.KEY))),
    ]  # fmt: skip
    return draw(st.sampled_from(options))


@st.composite
def windows(draw: st.DrawFn, root: Root | None = None, *, deep: bool = True) -> Frame:
    """Rows of a table (or of `root`) under up to three conditions."""
    held = root or draw(st.sampled_from([LABS, DRUGS]))
    frame: Frame = held
    for _ in range(draw(st.integers(0, 3))):
        side = draw(st.sampled_from(["left", "right"])) if isinstance(held, Pair) else ""
        frame = Filter(frame, draw(conditions(held, side, deep=deep)))
    return frame


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    """Rows of a table, eras or pairs, under conditions."""
    form = draw(st.sampled_from(["table", "table", "eras", "pairs"]))
    if form == "table":
        return draw(windows())
    if form == "eras":
        return draw(windows(Eras(draw(windows()), draw(st.integers(0, 1)))))
    return draw(windows(draw(pairs())))


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    """Pairs of any order and window."""
    left = draw(windows(deep=False))
    right = left if draw(st.booleans()) else draw(windows(deep=False))
    if draw(st.integers(0, 3)) == 0:
        right = Eras(right, 0)
    unit = draw(st.sampled_from(["seconds", "days", "months"]))
    within = draw(st.none() | st.integers(0, 2).map(lambda n: n * 64_800 if unit == "seconds" else n))
    return Pair(left, right, draw(st.sampled_from(["after", "not_before", "before", "any", "overlap"])), within, unit)
