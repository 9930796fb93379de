"""The written form of every node: its fields, and what each may hold"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from medark.define.answers.forms import (
    CONCEPTS,
    DATE,
    DURATION,
    KIND,
    NUMBER,
    PLAIN,
    TEXT,
    TRUTH,
    VALUE,
    VARIABLES,
    Form,
    Unfit,
    choice,
    many,
    node_of,
    or_none,
    row,
    whole,
)
from medark.define.definitions import Band, Card, Cohort, Dataset, Item, Measure, Rule, Score, Tally
from medark.define.definitions.rule import INDICATORS
from medark.define.kinds import Kind
from medark.define.nodes import (
    Aggregate,
    AnyUnit,
    AtEach,
    Call,
    Case,
    CodeOf,
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
    Node,
    Pair,
    Pick,
    PickedColumn,
    Population,
    Root,
    Selected,
    Table,
    Today,
    Union,
    literal,
)
from medark.define.nodes.values import INDEX_KINDS
from medark.define.operators import AGGREGATES, OPERATORS
from medark.define.tables import TABLES

_CALENDAR = 120_000  # months from the year 1 to 9999: no period is longer, and there are no more of them
_FRAME, _ROOT, _PICK = node_of(Frame, "a frame"), node_of(Root, "a table, pair or era"), node_of(Pick, "a pick")
_POPULATION, _STEP = node_of(Population, "a population"), node_of((Criterion, Keep), "a criterion or a keep")
_SIDE, _LENGTH, _MONTHS = choice("", "left", "right"), whole(0), whole(1, _CALENDAR)
_CALLED = {"name": TEXT, "source": TEXT}
_LABELS = {"label_zh": TEXT, "label_en": TEXT}

SCHEMA: Mapping[type[Node], Mapping[str, Form]] = {
    # values
    Literal: {"value": PLAIN, "kind": KIND},
    Missing: {"kind": KIND},
    Today: {},
    IndexValue: {"name": choice(*INDEX_KINDS)},
    Column: {"rows": _ROOT, "name": TEXT, "side": _SIDE},
    PickedColumn: {"pick": _PICK, "name": TEXT, "side": _SIDE},
    Aggregate: {"name": choice(*AGGREGATES), "frame": _FRAME, "argument": or_none(VALUE)},
    Call: {"operator": choice(*OPERATORS), "arguments": many(VALUE)},
    IsIn: {"value": VALUE, "options": many(PLAIN)},
    CodeOf: {"value": VALUE, "codes": many(row(TEXT, PLAIN))},
    InConcepts: {"value": VALUE, "concepts": CONCEPTS, "source": TRUTH},
    InUnit: {
        "quantity": VALUE,
        "unit": VALUE,
        "target": TEXT,
        "conversions": many(row(whole(0), NUMBER, NUMBER)),
        "assumed": or_none(row(NUMBER, NUMBER)),
    },
    AnyUnit: {"quantity": VALUE},
    Case: {"branches": many(row(VALUE, VALUE)), "default": or_none(VALUE)},
    AtEach: {"frame": _FRAME, "value": VALUE, "start": or_none(VALUE), "end": or_none(VALUE)},
    # frames
    Table: {"name": choice(*TABLES)},
    Filter: {"source": _FRAME, "condition": VALUE},
    Pair: {
        "left": _FRAME,
        "right": _FRAME,
        "order": choice("after", "not_before", "before", "any", "overlap"),
        "within": or_none(_LENGTH),
        "unit": choice("seconds", "days", "months"),
    },
    Eras: {"source": _FRAME, "gap": _LENGTH, "end": or_none(VALUE)},
    Pick: {"source": _FRAME, "by": many(VALUE), "last": TRUTH},
    # populations
    Everyone: {"on": or_none(DATE)},
    EveryPeriod: {"first": DATE, "months": _MONTHS, "periods": _MONTHS},
    Every: {"frame": _FRAME, "start": or_none(VALUE), "end": or_none(VALUE)},
    Union: {"populations": many(_POPULATION)},
    Criterion: {"name": TEXT, "condition": VALUE},
    Keep: {"which": choice("first", "last")},
    Selected: {
        "entry": _POPULATION,
        "steps": many(_STEP),
        "exit": or_none(VALUE),
        "gap": or_none(_LENGTH),
        "first": or_none(DATE),
        "last": or_none(DATE),
    },
    # definitions
    Dataset: {"population": _POPULATION, "columns": VARIABLES, **_CALLED},
    Cohort: {
        "entry": _POPULATION,
        "inclusion": many(_STEP),
        "exit": or_none(VALUE),
        "era_gap": DURATION,
        "within": row(or_none(DATE), or_none(DATE)),
        **_CALLED,
    },
    Item: {"name": TEXT, "condition": VALUE, "points": VALUE, **_LABELS},
    Band: {"name": TEXT, "least": NUMBER, "advice": TEXT, **_LABELS},
    Score: {"items": many(node_of(Item, "an item")), "bands": many(node_of(Band, "a band")), **_CALLED},
    Card: {
        "summary_zh": TEXT,
        "summary_en": TEXT,
        "indicator": choice(*INDICATORS),
        "detail_zh": TEXT,
        "detail_en": TEXT,
    },
    Rule: {
        "when": VALUE,
        "card": node_of(Card, "a card"),
        "values": VARIABLES,
        "task": TEXT,
        "cooldown": or_none(DURATION),
        **_CALLED,
    },
    Tally: {"kinds": many(row(TEXT, TEXT)), "by": TEXT, **_CALLED},
    Measure: {
        "population": _POPULATION,
        "numerator": VALUE,
        "denominator": VALUE,
        "exclusions": VALUE,
        "by": VARIABLES,
        "intervals": or_none(DURATION),
        **_CALLED,
    },
}
KINDS: Mapping[str, type[Node]] = {kind.__name__: kind for kind in SCHEMA}


def made(kind: type[Node], fields: Mapping[str, Any]) -> Node:
    """The node of a kind with these fields; Unfit or DefinitionError where they don't go together."""
    return _literal(**fields) if kind is Literal else kind(**fields)


def _literal(value: Any, kind: Kind) -> Literal:
    """A whole number may stand for a number (2.0 is written as 2) or a key; otherwise a value says its kind."""
    if type(value) is int and kind is Kind.NUMBER:
        value = float(value)
    if literal(value).kind is not (Kind.WHOLE if kind is Kind.KEY else kind):
        raise Unfit(str(kind))
    return Literal(value, kind)
