"""Records and definitions drawn by Hypothesis: small, full of ties, missing values and dates that contradict times"""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from medark.define.concepts import concepts
from medark.define.kinds import Kind
from medark.define.memory import Record
from medark.define.nodes import (
    Aggregate,
    AnyUnit,
    AtEach,
    Call,
    Case,
    Column,
    Eras,
    Every,
    Everyone,
    EveryPeriod,
    Filter,
    Frame,
    InConcepts,
    IndexValue,
    InUnit,
    IsIn,
    Keep,
    Missing,
    Pair,
    Pick,
    PickedColumn,
    Population,
    Root,
    Selected,
    Table,
    Today,
    Union,
    Value,
    literal,
)
from medark.define.nodes.populations import Criterion, asked_of_index
from medark.define.operators import OPERATORS
from medark.define.resolved import ConceptIds, ResolvedSets

TODAY = dt.date(2024, 3, 1)
ONE, FEW = concepts("one", 1), concepts("few", 2)
RESOLVED: ResolvedSets = {ONE: ConceptIds(frozenset({1}), frozenset({3})), FEW: ConceptIds(frozenset({1, 2, 9}))}
LABS, DRUGS, VISITS = Table("measurement"), Table("drug_exposure"), Table("visit_occurrence")
TABLES = (LABS, DRUGS, VISITS)

days = st.dates(dt.date(2024, 1, 30), dt.date(2024, 3, 2))
times = st.builds(dt.datetime.combine, days, st.sampled_from([dt.time(), dt.time(6), dt.time(23, 59, 59, 5)]))
few_ids = st.sampled_from([0, 1, 2, 3])


@st.composite
def records(draw: st.DrawFn) -> Record:
    """One person: a few measurements, drugs and visits."""

    def rows(most: int, **columns: st.SearchStrategy[Any]) -> dict[str, list[Any]]:
        drawn = draw(st.lists(st.fixed_dictionaries(columns), max_size=most))
        key, *_ = columns
        return {name: [row[name] for row in drawn] for name in columns} | {
            key: draw(st.permutations(range(len(drawn))))
        }

    nothing = st.none()
    return Record.of(5, {
        "person": {"person_id": [5], "year_of_birth": [1960], "month_of_birth": [draw(nothing | st.just(2))]},
        "measurement": rows(
            12, measurement_id=nothing, measurement_concept_id=few_ids, measurement_date=nothing | days,
            measurement_datetime=nothing | times, value_as_number=nothing | st.sampled_from([0.0, 1.5, 3.0]),
            unit_concept_id=nothing | few_ids, visit_occurrence_id=nothing | few_ids,
            value_source_value=nothing | st.sampled_from(["", "aB", "b"]), measurement_source_concept_id=few_ids,
        ),
        "drug_exposure": rows(
            8, drug_exposure_id=nothing, drug_concept_id=few_ids, drug_exposure_start_date=days,
            drug_exposure_start_datetime=nothing | times, drug_exposure_end_date=nothing | days,
            days_supply=nothing | st.integers(-2, 9),
        ),
        "visit_occurrence": rows(
            4, visit_occurrence_id=nothing, visit_concept_id=few_ids, visit_start_date=days, visit_end_date=days,
            visit_end_datetime=nothing | times,
        ),
    })  # fmt: skip


LITERALS: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.TRUTH: st.booleans(),
    Kind.WHOLE: st.integers(-3, 12),
    Kind.NUMBER: st.sampled_from([-1.5, 0.0, 1.0, 2.5]),
    Kind.TEXT: st.sampled_from(["", "b", "aB"]),
    Kind.DATE: days,
    Kind.DATETIME: times,
}
KINDS = tuple(LITERALS)
_COLUMNS = {
    LABS: {
        Kind.TEXT: ("value_source_value",), Kind.DATE: ("measurement_date", "start_date", "end_date"),
        Kind.DATETIME: ("start", "end", "measurement_datetime"),
        Kind.KEY: ("concept", "visit", "unit_concept_id", "key"),
    },
    DRUGS: {
        Kind.WHOLE: ("days_supply",), Kind.DATE: ("start_date", "end_date"), Kind.DATETIME: ("start", "end"),
        Kind.KEY: ("concept", "drug_concept_id"),
    },
    VISITS: {Kind.DATE: ("start_date", "end_date"), Kind.DATETIME: ("start", "end"), Kind.KEY: ("concept", "visit")},
}  # fmt: skip
_ERA = {Kind.WHOLE: ("events",), Kind.DATE: ("start_date", "end_date"), Kind.DATETIME: ("start", "end")}


@st.composite
def values(draw: st.DrawFn, kind: Kind, root: Root | None, depth: int, *, index: bool = True) -> Value:
    """A value of entries (`root` None) or of the rows of `root`. Without `index`, none that asks for the entry."""

    def again(of: Kind, rows: Root | None = root) -> Value:
        return draw(values(of, rows, depth - 1, index=index))

    choices: list[Any] = [lambda: _constant(draw, kind)]
    if root is not None:
        choices += [lambda column=column: column for column in _columns(root, kind)] * 2
        choices.append(lambda: again(kind, None))
    elif index and kind is Kind.DATETIME:
        choices += [lambda: IndexValue("start"), lambda: IndexValue("end")] * 2
    if kind is Kind.DATE:
        choices.append(Today)
    if depth > 0:
        choices += _calls(kind, again, draw)
        if root is None:
            choices += [lambda: _aggregate(draw, kind, depth, index)] * 4
            choices += [lambda: _picked(draw, kind, depth, index)] * 3
        elif root.has_start and not isinstance(root, Pair):
            choices.append(lambda: _at_each(draw, kind, root, depth, index))
        if kind is Kind.TRUTH and root is not None and _columns(root, Kind.KEY):
            choices += [lambda: _of_concept(draw, root)] * 3
        if kind is Kind.TRUTH and isinstance(root, Table) and index:
            choices += [lambda: Call("equal", (Column(root, "start_date"), Call("date", (IndexValue("start"),))))]
        if root == LABS and kind is Kind.NUMBER:
            choices += [lambda: _in_unit(draw), lambda: AnyUnit(Column(LABS, "value_as_number"))]
    return draw(st.sampled_from(choices))()


def _constant(draw: st.DrawFn, kind: Kind) -> Value:
    return Missing(kind) if draw(st.integers(0, 9)) == 0 else literal(draw(LITERALS[kind]))


def _columns(root: Root, kind: Kind) -> list[Value]:
    if isinstance(root, Pair):
        sides = ((side, getattr(root, side).root) for side in ("left", "right"))
        return [Column(root, column.name, side) for side, one in sides for column in _columns(one, kind)]  # type: ignore[attr-defined]
    names = _ERA if isinstance(root, Eras) else _COLUMNS[root]
    return [Column(root, name) for name in names.get(kind, ())]


def _calls(kind: Kind, again: Any, draw: st.DrawFn) -> list[Any]:
    """Every operator whose answer can be of this kind, on arguments of kinds that it takes."""
    makers = []
    for operator in OPERATORS.values():
        count = 2 if operator.arguments < 0 else operator.arguments
        for kinds in _takes(operator.name, count):
            if operator.answer(kinds) is kind:
                makers += [lambda name=operator.name, kinds=kinds: Call(name, tuple(map(again, kinds)))]
    makers.append(lambda: Case(((again(Kind.TRUTH), again(kind)),), again(kind) if draw(st.booleans()) else None))
    if kind is Kind.TRUTH:
        of = draw(st.sampled_from([Kind.WHOLE, Kind.TEXT, Kind.DATE]))
        makers.append(lambda: IsIn(again(of), tuple(draw(st.lists(LITERALS[of], max_size=2)))))
        comparisons = ("less", "at_most", "greater", "at_least")
        moment = draw(st.sampled_from([Kind.DATE, Kind.DATETIME]))
        makers += [lambda: Call(draw(st.sampled_from(comparisons)), (again(moment), again(moment)))] * 6
        makers += [lambda: Call("and", (again(Kind.TRUTH), again(Kind.TRUTH)))] * 4
    return makers


def _takes(name: str, count: int) -> list[tuple[Kind, ...]]:
    first = {"round": Kind.NUMBER, "plus_days": Kind.DATE, "plus_months": Kind.DATETIME, "plus_seconds": Kind.DATETIME,
             "beginning": Kind.TEXT}  # fmt: skip
    if name in first:
        return [(first[name], Kind.WHOLE)]
    alike = [(kind,) * count for kind in KINDS]
    mixed = [(Kind.WHOLE, Kind.NUMBER), (Kind.DATE, Kind.DATETIME)] if count == 2 else []
    return [kinds for kinds in alike + mixed if OPERATORS[name].answer(kinds) is not None]


def _aggregate(draw: st.DrawFn, kind: Kind, depth: int, index: bool) -> Value:
    frame = draw(frames(depth - 1, index=index))
    if kind is Kind.TRUTH:
        return Aggregate("exists", frame)
    if kind is Kind.WHOLE and draw(st.booleans()):
        return Aggregate("count", frame)
    name = draw(st.sampled_from(["min", "max"] + (["sum"] if kind in (Kind.WHOLE, Kind.NUMBER) else [])))
    if kind is Kind.NUMBER and draw(st.booleans()):
        name = "mean"
    if kind is Kind.WHOLE and draw(st.booleans()):
        name, kind = "count_distinct", draw(st.sampled_from(KINDS))
    return Aggregate(name, frame, draw(values(kind, frame.root, depth - 1, index=index)))


def _picked(draw: st.DrawFn, kind: Kind, depth: int, index: bool) -> Value:
    frame = draw(frames(depth - 1, index=index))
    columns = _columns(frame.root, kind)
    if not columns:
        return _constant(draw, kind)
    column = draw(st.sampled_from(columns))
    starts = _columns(frame.root, Kind.DATETIME)[:1]
    by = tuple(starts) if draw(st.booleans()) else (draw(values(Kind.DATE, frame.root, depth - 1, index=index)),)
    return PickedColumn(Pick(frame, by, draw(st.booleans())), column.name, column.side)  # type: ignore[attr-defined]


def _at_each(draw: st.DrawFn, kind: Kind, root: Root, depth: int, index: bool) -> Value:
    frame: Frame = root
    if draw(st.booleans()):
        frame = Filter(root, draw(values(Kind.TRUTH, root, depth - 1, index=index)))
    day = st.none() | values(Kind.DATE, root, 0, index=index)
    return AtEach(frame, draw(values(kind, None, depth - 1)), draw(day), draw(day))


def _of_concept(draw: st.DrawFn, root: Root) -> Value:
    column = draw(st.sampled_from(_columns(root, Kind.KEY)))
    return draw(
        st.sampled_from([
            InConcepts(column, ONE), InConcepts(column, FEW), InConcepts(column, ONE, source=True),
            IsIn(column, (1, 3)), Call("equal", (column, literal(2))), Call("equal", (IndexValue("visit"), column)),
        ])
    )  # fmt: skip


def _in_unit(draw: st.DrawFn) -> Value:
    assumed = draw(st.none() | st.just((2.0, 1.0)))
    quantity, unit = Column(LABS, "value_as_number"), Column(LABS, "unit_concept_id")
    return InUnit(quantity, unit, "mmol/L", ((1, 1.0, 0.0), (2, 0.5, -1.0)), assumed)


@st.composite
def frames(draw: st.DrawFn, depth: int, *, index: bool = True) -> Frame:
    """A frame; `index` as of values."""
    frame: Frame = draw(st.sampled_from(TABLES))
    if depth > 0 and draw(st.integers(0, 4)) == 0:
        frame = draw(_pairs(depth, index=index))
    elif depth > 0 and draw(st.integers(0, 4)) == 0:
        source = draw(frames(0, index=index))
        end = draw(st.none() | values(Kind.DATE, source.root, depth - 1, index=index))
        frame = Eras(source, draw(st.integers(0, 3)), end)
    for _ in range(draw(st.integers(0, 2)) if depth >= 0 else 0):
        condition = draw(values(Kind.TRUTH, frame.root, max(depth, 0), index=index))
        if not index and asked_of_index(condition):
            continue
        frame = Filter(frame, condition)
    return frame


@st.composite
def _pairs(draw: st.DrawFn, depth: int, *, index: bool) -> Frame:
    left, right = draw(frames(0, index=index)), draw(frames(0, index=index))
    if draw(st.booleans()):
        left, right = Eras(left, 0), right
    order = draw(st.sampled_from(["after", "not_before", "before", "any", "overlap"]))
    unit = draw(st.sampled_from(["seconds", "days", "months"]))
    within = draw(st.none() | st.integers(0, 3).map(lambda n: n * 86_400 if unit == "seconds" else n))
    return Pair(left, right, order, within, unit)


@st.composite
def populations(draw: st.DrawFn, depth: int = 2) -> Population:
    """A population of any class."""
    choice = draw(st.integers(0, 5 if depth > 0 else 2))
    if choice == 0:
        return Everyone(draw(st.none() | days))
    if choice == 1:
        return EveryPeriod(draw(days), draw(st.integers(1, 2)), draw(st.integers(1, 3)))
    if choice == 2:
        frame = draw(frames(0, index=False).filter(lambda one: isinstance(one.root, Table)))
        day = st.none() | values(Kind.DATE, frame.root, 0, index=False)
        return Every(frame, draw(day), draw(day))
    if choice == 3:
        return Union((draw(populations(depth - 1)), draw(populations(depth - 1))))
    criterion = st.builds(Criterion, st.just("one"), values(Kind.TRUTH, None, 2))
    steps = draw(st.lists(criterion | st.sampled_from([Keep("first"), Keep("last")]), max_size=3))
    gap, leaves = draw(st.none() | st.integers(0, 9)), draw(st.none() | values(Kind.DATE, None, 1))
    first, last = (draw(st.none() | days), draw(st.none() | days)) if gap is not None else (None, None)
    return Selected(draw(populations(depth - 1)), tuple(steps), leaves, gap, first, last)
