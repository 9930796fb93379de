"""Definitions drawn at random over every kind of node, always meaning something"""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from equivalence.world import CLOCKS, DAYS, NUMBERS, TEXTS
from medark.define.concepts import ConceptItem, ConceptSet
from medark.define.definitions import Dataset
from medark.define.definitions.variables import Variable
from medark.define.kinds import Kind
from medark.define.nodes import (
    Aggregate,
    AnyUnit,
    AtEach,
    Call,
    Case,
    Column,
    Criterion,
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
    Literal,
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
)

SETS = [
    ConceptSet("one", (ConceptItem(1),)),
    ConceptSet("one or two", (ConceptItem(1), ConceptItem(2))),
    ConceptSet("nine", (ConceptItem(9),)),
]
EVENTS = ["visit_occurrence", "condition_occurrence", "drug_exposure", "measurement"]
COLUMNS: dict[str, dict[str, Kind]] = {
    "person": {"gender_concept_id": Kind.KEY, "year_of_birth": Kind.WHOLE, "birth_date": Kind.DATE},
    "visit_occurrence": {"visit_source_value": Kind.TEXT},
    "condition_occurrence": {"condition_source_value": Kind.TEXT, "source_concept": Kind.KEY},
    "drug_exposure": {"days_supply": Kind.WHOLE, "quantity": Kind.NUMBER},
    "measurement": {"value_as_number": Kind.QUANTITY, "range_high": Kind.QUANTITY, "unit_concept_id": Kind.KEY},
    "death": {},
}  # fmt: skip
ROLES = {"start": Kind.DATETIME, "end": Kind.DATETIME, "start_date": Kind.DATE, "end_date": Kind.DATE,
         "concept": Kind.KEY, "key": Kind.KEY, "visit": Kind.KEY}  # fmt: skip
MGDL, MMOLL = 8840, 8753
Draw = Any


def literals(kind: Kind) -> st.SearchStrategy[Value]:
    """Constants that meet what the world holds."""
    options: dict[Kind, list[Any]] = {
        Kind.TRUTH: [True, False],
        Kind.WHOLE: [-2, 0, 1, 2, 30],
        Kind.NUMBER: [one for one in NUMBERS if one is not None],
        Kind.TEXT: [one for one in TEXTS if one is not None],
        Kind.DATE: DAYS,
        Kind.DATETIME: [dt.datetime.combine(day, clock) for day in DAYS[:4] for clock in CLOCKS],
    }
    if kind is Kind.KEY:
        return st.just(Missing(Kind.KEY))
    return st.sampled_from([Literal(one, kind) for one in options[kind]])


@st.composite
def values(draw: Draw, kind: Kind, root: Root | None, depth: int, index: bool = True) -> Value:
    """A value of a kind: of the rows of `root`, or (None) of the entry."""
    leaf = draw(_leaves(kind, root, depth, index))
    form = draw(st.sampled_from(["call", "call", "form", "leaf"])) if depth > 0 else "leaf"
    if form == "leaf":
        return leaf
    return draw(_calls(kind, root, depth - 1, index) if form == "call" else _forms(kind, root, depth - 1, index))


@st.composite
def _leaves(draw: Draw, kind: Kind, root: Root | None, depth: int, index: bool) -> Value:
    options: list[st.SearchStrategy[Value]] = [literals(kind)]
    if root is not None:
        columns = [Column(root, name, side) for name, side in _columns(root, kind)]
        options += [st.sampled_from(columns)] * 3 if columns else []
    if kind is Kind.NUMBER and (found := _quantities(root)):
        options += [_in_units(found)] * 3
    if kind in (Kind.DATETIME, Kind.KEY) and index:
        options.append(
            st.sampled_from(
                [IndexValue(n) for n in (("start", "end") if kind is Kind.DATETIME else ("visit", "person"))]
            )
        )
    if kind is Kind.DATE:
        options.append(st.just(Today()))
    if depth > 0:
        options += [_aggregates(kind, depth - 1, index), _picked(kind, depth - 1, index)]
    return draw(st.one_of(options))


def _columns(root: Root, kind: Kind) -> list[tuple[str, str]]:
    if isinstance(root, Pair):
        return [(name, side) for side in ("left", "right") for name, _ in _columns(getattr(root, side).root, kind)]
    if isinstance(root, Eras):
        held = {
            "start": Kind.DATETIME,
            "end": Kind.DATETIME,
            "start_date": Kind.DATE,
            "end_date": Kind.DATE,
            "events": Kind.WHOLE,
        }
        return [(name, "") for name, one in held.items() if one is kind]
    assert isinstance(root, Table)
    roles = (
        ROLES
        if root.name in EVENTS
        else {"start": Kind.DATETIME, "start_date": Kind.DATE}
        if root.name == "death"
        else {}
    )
    return [(name, "") for name, one in {**roles, **COLUMNS[root.name]}.items() if one is kind]


@st.composite
def _in_units(draw: Draw, quantities: list[Value]) -> Value:
    """A quantity in a unit, or as the bare number."""
    quantity = draw(st.sampled_from(quantities))
    assert isinstance(quantity, Column)
    if draw(st.booleans()):
        return AnyUnit(quantity)
    unit = Column(quantity.rows, "unit_concept_id", quantity.side)
    table = draw(st.sampled_from([((MMOLL, 1.0, 0.0), (MGDL, 0.0555, 0.0)), ((MMOLL, 2.0, 32.0),)]))
    return InUnit(quantity, unit, "mmol/L", table, draw(st.sampled_from([None, (0.5, 1.0)])))


def _quantities(root: Root | None) -> list[Value]:
    if root is None or isinstance(root, Eras):
        return []
    return [Column(root, name, side) for name, side in _columns(root, Kind.QUANTITY)]


@st.composite
def _calls(draw: Draw, kind: Kind, root: Root | None, depth: int, index: bool) -> Value:
    """An operator whose answer is of the kind, over arguments of kinds that it takes."""
    name, kinds = draw(st.sampled_from(_MADE_BY[kind]))
    arguments = [draw(values(one, root, depth, index)) for one in kinds]
    if kinds[-1] is Kind.KEY and name != "is_missing" and draw(st.booleans()):
        arguments[1] = Literal(draw(st.sampled_from([1, 2, 9201])), Kind.WHOLE)
    if name in ("round", "beginning"):
        arguments[1] = Literal(draw(st.integers(0, 3)), Kind.WHOLE)
    if name.startswith("plus_"):
        arguments[1] = draw(
            st.one_of(st.sampled_from([Literal(n, Kind.WHOLE) for n in (-31, -1, 0, 1, 12)]), st.just(arguments[1]))
        )
    return Call(name, tuple(arguments))


_N, _W, _T, _D, _M = Kind.NUMBER, Kind.WHOLE, Kind.TEXT, Kind.DATE, Kind.DATETIME
_B, _K = Kind.TRUTH, Kind.KEY
_NUMBERS2 = ("add", "subtract", "multiply", "divide", "power", "least", "greatest", "if_missing")
_BETWEEN = ("days_between", "months_between", "years_between")
_MADE_BY: dict[Kind, list[tuple[str, tuple[Kind, ...]]]] = {
    _B: [
        *(("and", (_B, _B)), ("or", (_B, _B)), ("not", (_B,)), ("if_missing", (_B, _B)), ("equal", (_B, _B))),
        *((name, (one, one)) for name in ("less", "at_most", "greater", "at_least") for one in (_N, _W, _T, _D, _M)),
        *((name, (one, one)) for name in ("equal", "not_equal") for one in (_N, _W, _T, _D, _M, _K)),
        *(("is_missing", (one,)) for one in (_B, _N, _W, _T, _D, _M, _K)),
        *(("less", (_W, _N)), ("contains", (_T, _T))),
    ],
    _N: [
        *((name, (_N, _N)) for name in _NUMBERS2),
        *((name, (_N,)) for name in ("negate", "absolute", "ln", "exp")),
        *(("divide", (_W, _W)), ("add", (_W, _N)), ("round", (_N, _W)), ("seconds_between", (_M, _M))),
    ],
    _W: [
        *((name, (_W, _W)) for name in ("add", "subtract", "multiply", "least", "greatest", "if_missing")),
        *((name, (_W,)) for name in ("negate", "absolute")),
        *((name, (one,)) for name in ("year", "month", "day") for one in (_D, _M)),
        *((name, (one, two)) for name in _BETWEEN for one in (_D, _M) for two in (_D, _M)),
        *(("hour", (_M,)), ("floor", (_N,))),
    ],
    _T: [
        *((name, (_T, _T)) for name in ("without", "if_missing", "least", "greatest")),
        *(("lower", (_T,)), ("beginning", (_T, _W))),
    ],
    _D: [
        *((name, (_D, _D)) for name in ("least", "greatest", "if_missing")),
        *(("date", (_M,)), ("plus_days", (_D, _W)), ("plus_months", (_D, _W)), ("date_of", (_W, _W, _W))),
    ],
    _M: [
        *((name, (_M, _M)) for name in ("least", "greatest", "if_missing")),
        *((name, (_M, _W)) for name in ("plus_days", "plus_months", "plus_seconds")),
        ("at_midnight", (_D,)),
    ],
    _K: [("if_missing", (_K, _K))],
}


@st.composite
def _forms(draw: Draw, kind: Kind, root: Root | None, depth: int, index: bool) -> Value:
    """What is no operator: choices, memberships, units, missing values, questions of rows."""
    inside = values(kind, root, depth, index)
    truths = values(Kind.TRUTH, root, depth, index)
    options: list[st.SearchStrategy[Value]] = [
        st.just(Missing(kind)),
        st.builds(lambda c, a, b: Case(((c, a),), b), truths, inside, st.one_of(st.none(), inside)),
        st.builds(lambda c, a, d, b: Case(((c, a), (d, b))), truths, inside, truths, inside),
    ]
    if kind is Kind.TRUTH:
        options += [
            st.builds(
                lambda v, s, source: InConcepts(v, s, source),
                values(Kind.KEY, root, depth, index),
                st.sampled_from(SETS),
                st.booleans(),
            ),
            st.builds(
                lambda v, o: IsIn(v, tuple(o)),
                values(Kind.TEXT, root, depth, index),
                st.lists(st.sampled_from(["", "I2", "心梗"])),
            ),
            st.builds(
                lambda v, o: IsIn(v, tuple(o)),
                values(Kind.WHOLE, root, depth, index),
                st.lists(st.sampled_from([0, 1, 30])),
            ),
        ]
    if isinstance(root, Table | Eras) and root.has_start:
        options.append(_at_each(root, kind, depth))
    return draw(st.one_of(options))


@st.composite
def _at_each(draw: Draw, root: Root, kind: Kind, depth: int) -> Value:
    value = draw(values(kind, None, depth))
    frame = draw(_filtered(root, min(depth, 1), index=False))
    days = [None, None]
    if isinstance(root, Table) and draw(st.integers(0, 3)) == 0:
        days = [
            draw(st.sampled_from([None, Column(root, "end_date")])),
            draw(st.sampled_from([None, Call("plus_days", (Column(root, "start_date"), Literal(3, Kind.WHOLE)))])),
        ]
    return AtEach(frame, value, *days)


@st.composite
def frames(draw: Draw, depth: int, index: bool) -> Frame:
    """Rows of a table, of pairs or of eras, cut down."""
    tables = st.sampled_from([*(Table(name) for name in EVENTS), Table("measurement")])
    root: Root = draw(tables)
    form = draw(st.integers(0, 5)) if depth > 0 else 0
    if form == 1:
        root = draw(_pairs(depth - 1, index))
    elif form == 2:
        root = draw(_eras(depth - 1, index))
    return draw(_filtered(root, depth, index))


@st.composite
def _filtered(draw: Draw, root: Root, depth: int, index: bool) -> Frame:
    frame: Frame = root
    for _ in range(draw(st.integers(0, 2))):
        if depth > 0 and draw(st.booleans()):
            condition = draw(values(Kind.TRUTH, root, depth - 1, index))
        else:
            condition = draw(_usual(root, index))
        frame = Filter(frame, condition)
    return frame


@st.composite
def _usual(draw: Draw, root: Root, index: bool) -> Value:
    """What filters mostly are: a concept in a set, a time in a window."""
    side = draw(st.sampled_from(["left", "right"])) if isinstance(root, Pair) else ""
    concept = not isinstance(root, Eras)
    if concept and draw(st.booleans()):
        return InConcepts(Column(root, "concept", side), draw(st.sampled_from(SETS)))
    if isinstance(root, Table | Eras) and draw(st.integers(0, 4)) == 0:
        return draw(_at_each(root, Kind.TRUTH, 2))
    edge = draw(st.sampled_from(["start", "end", "start_date", "end_date"]))
    kind = ROLES[edge]
    bound: Value = draw(literals(kind))
    if index and draw(st.integers(0, 2)) > 0:
        bound = IndexValue(draw(st.sampled_from(["start", "end"])))
        bound = Call("date", (bound,)) if kind is Kind.DATE else bound
        unit = draw(st.sampled_from(["plus_days", "plus_months"]))
        bound = Call(unit, (bound, Literal(draw(st.sampled_from([-30, -3, 0, 1, 4])), Kind.WHOLE)))
    operator = draw(st.sampled_from(["less", "at_most", "greater", "at_least", "equal"]))
    return Call(operator, (Column(root, edge, side), bound))


@st.composite
def _pairs(draw: Draw, depth: int, index: bool) -> Root:
    left = draw(_filtered(Table(draw(st.sampled_from(EVENTS))), depth, index))
    right = draw(st.one_of(st.just(left), _filtered(Table(draw(st.sampled_from(EVENTS))), depth, index)))
    order = draw(st.sampled_from(["after", "not_before", "before", "any", "overlap"]))
    unit, within = draw(
        st.sampled_from([("seconds", 86400), ("seconds", 0), ("days", 0), ("days", 4), ("months", 1), ("days", None)])
    )
    return Pair(left, right, order if within is not None or order == "overlap" else "overlap", within, unit)


@st.composite
def _eras(draw: Draw, depth: int, index: bool) -> Root:
    table = Table(draw(st.sampled_from(EVENTS)))
    end = draw(
        st.one_of(
            st.none(),
            st.just(Call("plus_days", (Column(table, "start_date"), Literal(3, Kind.WHOLE)))),
            values(Kind.DATE, table, depth, index),
        )
    )
    return Eras(draw(_filtered(table, depth, index)), draw(st.sampled_from([0, 1, 3, 30])), end)


@st.composite
def _aggregates(draw: Draw, kind: Kind, depth: int, index: bool) -> Value:
    """One value of many rows, of the kind."""
    frame = draw(frames(depth, index))
    root = frame.root
    argument = lambda of: draw(values(of, root, depth, index))  # noqa: E731
    if kind is Kind.TRUTH:
        return Aggregate("exists", frame)
    if kind is Kind.WHOLE:
        name = draw(st.sampled_from(["count", "count_distinct", "sum", "min", "max"]))
        if name == "count":
            return Aggregate(name, frame)
        of = (
            draw(st.sampled_from([Kind.TEXT, Kind.DATE, Kind.KEY, Kind.NUMBER]))
            if name == "count_distinct"
            else Kind.WHOLE
        )
        return Aggregate(name, frame, argument(of))
    if kind is Kind.NUMBER:
        name = draw(st.sampled_from(["sum", "min", "max", "mean"]))
        return Aggregate(name, frame, argument(Kind.WHOLE if name == "mean" and draw(st.booleans()) else Kind.NUMBER))
    if kind in (Kind.DATE, Kind.DATETIME, Kind.TEXT):
        return Aggregate(draw(st.sampled_from(["min", "max"])), frame, argument(kind))
    return draw(_picked(kind, depth, index))


@st.composite
def _picked(draw: Draw, kind: Kind, depth: int, index: bool) -> Value:
    """A column of one row, or of the person."""
    held = [name for name, one in COLUMNS["person"].items() if one is kind]
    if held and draw(st.booleans()):
        return PickedColumn(Pick(Table("person"), ()), draw(st.sampled_from(held)))
    frame = draw(frames(depth, index))
    columns = _columns(frame.root, kind)
    if not columns:
        return draw(literals(kind))
    by = draw(
        st.lists(
            st.sampled_from([Kind.DATETIME, Kind.NUMBER, Kind.WHOLE, Kind.DATE]).flatmap(
                lambda one: values(one, frame.root, depth, index)
            ),
            min_size=1,
            max_size=2,
        )
    )
    name, side = draw(st.sampled_from(columns))
    return PickedColumn(Pick(frame, tuple(by), draw(st.booleans())), name, side)


@st.composite
def populations(draw: Draw, depth: int = 2) -> Population:
    """Whom a definition is asked for."""
    form = draw(st.integers(0, 7 if depth > 0 else 4))
    if form == 0:
        return Everyone(draw(st.sampled_from([None, *DAYS[:4]])))
    if form == 1:
        return EveryPeriod(dt.date(2024, 1, 31), draw(st.sampled_from([1, 12])), 2)
    if form <= 4:
        table = Table(draw(st.sampled_from(EVENTS)))
        days = draw(
            st.sampled_from(
                [
                    (None, None),
                    (None, None),
                    (None, Call("plus_days", (Column(table, "start_date"), Literal(4, Kind.WHOLE)))),
                    (Column(table, "end_date"), None),
                ]
            )
        )
        return Every(draw(_filtered(table, 1, index=False)), *days)
    if form == 5:
        return Union(tuple(draw(st.lists(populations(depth - 1), min_size=1, max_size=2))))
    steps = draw(st.lists(st.one_of(
        st.builds(lambda condition: Criterion("step", condition), values(Kind.TRUTH, None, depth)),
        st.sampled_from([Keep("first"), Keep("last")]),
    ), max_size=3))  # fmt: skip
    leaves = draw(st.one_of(st.none(), values(Kind.DATE, None, depth)))
    gap = draw(st.sampled_from([None, 0, 1, 30]))
    first, last = (
        draw(st.sampled_from([(None, None), (DAYS[1], None), (None, DAYS[3]), (DAYS[0], DAYS[5])]))
        if gap is not None
        else (None, None)
    )
    return Selected(draw(populations(depth - 1)), tuple(steps), leaves, gap, first, last)


@st.composite
def datasets(draw: Draw, columns: int = 3, depth: int = 3) -> Dataset:
    """A dataset of a few variables."""
    kinds = draw(
        st.lists(
            st.sampled_from([Kind.TRUTH, Kind.WHOLE, Kind.NUMBER, Kind.TEXT, Kind.DATE, Kind.DATETIME, Kind.KEY]),
            min_size=1,
            max_size=columns,
        )
    )
    made = tuple(Variable(f"v{place}", draw(values(kind, None, depth))) for place, kind in enumerate(kinds))
    return Dataset(draw(populations()), made)
