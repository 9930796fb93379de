"""What drawn definitions are made of at last: constants and columns that meet what the worlds hold"""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from equivalence.world import CLOCKS, DAYS, NUMBERS, TEXTS
from medark.define.concepts import ConceptItem, ConceptSet
from medark.define.concepts.ids import ConceptIds
from medark.define.kinds import Kind
from medark.define.nodes import AnyUnit, Column, Eras, InUnit, Literal, Missing, Pair, Plain, Root, Table, Value
from medark.define.nodes.frames import ROLES

ONE, FEW, NONE = (
    ConceptSet(name, tuple(map(ConceptItem, ids)))
    for name, ids in (("one", (1,)), ("few", (1, 2, 8507)), ("of no row", (9,)))
)
MANY = ConceptSet("more than are written out", tuple(map(ConceptItem, range(2, 20))))
SETS = (ONE, FEW, NONE, MANY)
RESOLVED = {one: ConceptIds(frozenset(item.concept_id for item in one.items), frozenset({2, 3})) for one in SETS}

EVENTS = ("visit_occurrence", "condition_occurrence", "drug_exposure", "measurement", "death")
_MGDL, _MMOLL = 8840, 8753
_CONVERSIONS = (((_MMOLL, 1.0, 0.0), (_MGDL, 0.0555, 0.0)), ((_MMOLL, 2.0, 32.0),), ((_MGDL, 1.0, 0.0),))

_COLUMNS: dict[str, dict[str, Kind]] = {
    "person": {"gender_concept_id": Kind.KEY, "year_of_birth": Kind.WHOLE, "birth_date": Kind.DATE},
    "visit_occurrence": {"visit_source_value": Kind.TEXT, "visit_end_date": Kind.DATE},
    "condition_occurrence": {"condition_source_value": Kind.TEXT, "source_concept": Kind.KEY,
                             "condition_end_datetime": Kind.DATETIME},
    "drug_exposure": {"days_supply": Kind.WHOLE, "quantity": Kind.NUMBER, "drug_exposure_end_date": Kind.DATE},
    "measurement": {"value_as_number": Kind.QUANTITY, "range_high": Kind.QUANTITY, "unit_concept_id": Kind.KEY,
                    "measurement_date": Kind.DATE, "measurement_datetime": Kind.DATETIME},
    "death": {"death_date": Kind.DATE},
}  # fmt: skip
_MOMENTS = {role: kind for role, kind in ROLES.items() if kind is not Kind.KEY}
_ERA = {**_MOMENTS, "events": Kind.WHOLE}
_CONSTANTS: dict[Kind, list[Plain]] = {
    Kind.TRUTH: [True, False],
    Kind.WHOLE: [-2, 0, 1, 2, 30],
    Kind.NUMBER: [one for one in NUMBERS if one is not None],
    Kind.TEXT: [one for one in TEXTS if one is not None],
    Kind.DATE: [*DAYS],
    Kind.DATETIME: [dt.datetime.combine(day, clock) for day in DAYS[:4] for clock in CLOCKS],
}


def literal(chance: Random, kind: Kind) -> Value:
    """A constant; of a key there is none but the missing one."""
    return Missing(kind) if kind is Kind.KEY else Literal(chance.choice(_CONSTANTS[kind]), kind)


def constants(chance: Random, kind: Kind) -> tuple[Plain, ...]:
    """A few constants, or none."""
    known: list[Any] = [1, 2, 9201] if kind is Kind.KEY else _CONSTANTS[kind]
    return tuple(chance.choice(known) for _ in range(chance.randint(0, 2)))


def columns(root: Root | None, kind: Kind) -> list[Column]:
    """The columns of a kind that rows of `root` have."""
    if isinstance(root, Pair):
        sides = (("left", root.left), ("right", root.right))
        return [Column(root, one.name, side) for side, frame in sides for one in columns(frame.root, kind)]
    if isinstance(root, Eras):
        return [Column(root, name) for name, one in _ERA.items() if one is kind]
    return [Column(root, name) for name, one in _held(root).items() if one is kind] if isinstance(root, Table) else []


def _held(table: Table) -> dict[str, Kind]:
    """Columns by role and by name."""
    keys = {role: Kind.KEY for role in ("concept", "visit", "key") if getattr(table.spec, role)}
    return {**(_MOMENTS if table.has_start else {}), **keys, **_COLUMNS[table.name]}


def in_unit(chance: Random, quantity: Column) -> Value:
    """A quantity in one unit, or as the bare number."""
    if chance.choice([True, False, False]):
        return AnyUnit(quantity)
    unit = Column(quantity.rows, "unit_concept_id", quantity.side)
    return InUnit(quantity, unit, "mmol/L", chance.choice(_CONVERSIONS), chance.choice([None, (0.5, 1.0)]))
