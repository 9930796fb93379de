"""A criterion as the events that meet it, whatever the index"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from medark.define.circe.concept_sets import ConceptSets
from medark.define.circe.criterion_types import CRITERION_TYPES, CriterionType
from medark.define.circe.events import Events
from medark.define.circe.format import Criterion, DateAdjustment, Period, part
from medark.define.language.frames import table
from medark.define.language.series import Series
from medark.define.nodes import literal
from medark.define.tables import nearest
from medark.errors import DefinitionError

# Attributes of every criterion that do more than narrow its events.
CORRELATED, ADJUSTMENT, FIRST, OWN_PERIOD = "CorrelatedCriteria", "DateAdjustment", "First", "UserDefinedPeriod"


def events(criterion: Criterion, sets: ConceptSets) -> Events:
    """The events of a criterion less its correlated criteria (they stay in `told`); DefinitionError for the unknown.

    In Circe's order: concept sets choose the rows, the first of these is taken, days are adjusted, then all else.
    """
    name, kind, told = _read(criterion)
    rows = table(kind.table)
    found = Events(rows, rows.start_date, kind.end(rows), told, sets)
    found = found.where(*_conditions(name, kind, found, chooses=True))
    if told.get(FIRST):
        found = found.first()
    if ADJUSTMENT in told:
        found = found.adjusted(part(told[ADJUSTMENT], DateAdjustment, f"{name}.{ADJUSTMENT}"))
    found = found.where(*_conditions(name, kind, found, chooses=False))
    return _on_own_days(found, part(told.get(OWN_PERIOD, {}), Period, f"{name}.{OWN_PERIOD}"))


def _read(criterion: Criterion) -> tuple[str, CriterionType, Mapping[str, Any]]:
    """The name of a criterion, its type and its attributes that have a value; DefinitionError for an unknown key."""
    if len(criterion) != 1:
        raise DefinitionError(f"Circe: a criterion of {len(criterion)} types", fix='{"ConditionOccurrence": {…}}')
    [(name, attributes)] = criterion.items()
    if name not in CRITERION_TYPES:
        raise DefinitionError(f"Circe: the criterion type {name} is not read", fix=nearest(name, CRITERION_TYPES))
    kind = CRITERION_TYPES[name]
    known = {*kind.attributes, CORRELATED, ADJUSTMENT, *((FIRST,) if kind.has_first else ())}
    for key in attributes or {}:
        if key not in known:
            raise DefinitionError(f"Circe: the attribute {name}.{key} is not known", fix=nearest(key, known))
    return name, kind, {key: value for key, value in (attributes or {}).items() if value not in (None, [])}


def _conditions(name: str, kind: CriterionType, found: Events, *, chooses: bool) -> list[Series]:
    """What the attributes come to: those that choose rows, or the others; in the order of the type."""
    asked = {
        key: attribute
        for key, attribute in kind.attributes.items()
        if key in found.told and attribute.chooses is chooses
    }
    values = {key: part(found.told[key], attribute.form, f"{name}.{key}") for key, attribute in asked.items()}
    conditions = (attribute.condition(found, values[key]) for key, attribute in asked.items())
    return [condition for condition in conditions if condition is not None]


def _on_own_days(found: Events, own: Period) -> Events:
    """A period that begins, ends, or both, on days of the user's own."""
    start = found.start if own.start_date is None else Series(literal(own.start_date))
    end = found.end if own.end_date is None else Series(literal(own.end_date))
    return replace(found, start=start, end=end)
