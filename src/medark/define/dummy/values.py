"""What made-up rows hold: concepts of the sets that are asked for, and values on limits and to both sides of them"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from medark.define.concepts import ConceptSet
from medark.define.concepts.ids import ConceptIds
from medark.define.dummy.chance import Chance
from medark.define.dummy.draft import Row
from medark.define.dummy.recipes import Limit, Recipe, stored_column
from medark.define.nodes import InUnit, Plain
from medark.define.tables import EventTable, event_table
from medark.model.table import Column, Type

_ROOM = {Type.INTEGER: 2**31 - 1, Type.BIGINT: 2**63 - 1}
_ANY_UNIT = (None, 0, 8840)  # no unit; OMOP's "no matching concept"; mg/dL


class Values:
    """Draws the columns of rows, but for times and keys."""

    def __init__(
        self,
        resolved: Mapping[ConceptSet, ConceptIds],
        codes: Mapping[int, str],
        reads: Mapping[str, frozenset[str]],
        chance: Chance,
    ) -> None:
        self._resolved, self._codes, self._chance = resolved, codes, chance
        self._read = {
            table: [stored_column(table, name) for name in sorted(columns)] for table, columns in reads.items()
        }

    def of(self, recipe: Recipe, own: Sequence[Row]) -> Row:
        """What a definition reads of a row, close to what it compares it with. `own`: other rows of the recipe."""
        told: Row = {}
        for column in self._read.get(recipe.table, ()):
            if column.name not in told:
                told |= self._drawn(column, recipe, own)
        return told | self._concepts(recipe)

    def _drawn(self, column: Column, recipe: Recipe, own: Sequence[Row]) -> Row:
        """A column (with its unit, where it has one); nothing where its value is missing, or is drawn elsewhere."""
        limits, sets = recipe.limits.get(column.name), recipe.concepts.get(column.name)
        if not column.required and self._chance.falls(0.12):
            return {}
        if sets and self._chance.falls(0.7):
            ids = sorted({one for concepts in sets for one in self._resolved[concepts].standard})
            return {column.name: self._chance.one(ids)} if ids else {}
        if limits:
            return self._near(column, self._chance.one(list(limits)), own)
        if units := recipe.units.get(column.name):
            return self._near(column, Limit(float(self._chance.number(1, 200)), self._chance.one(list(units))), own)
        return self._any(column)

    def _any(self, column: Column) -> Row:
        """Any value, of a column that is not compared with anything."""
        if column.type is Type.TEXT:
            return {column.name: self._chance.one(("a", "b"))[: column.length]}
        if column.type is Type.FLOAT or (column.type is Type.INTEGER and not column.name.endswith("concept_id")):
            return {column.name: _written(column, self._chance.number(0, 90))}
        return {}

    def _concepts(self, recipe: Recipe) -> Row:
        """A concept of each of the recipe's sets in most rows, and the code behind it."""
        spec = event_table(recipe.table)
        told: Row = {}
        for concepts, source in recipe.sets:
            ids = sorted(self._resolved[concepts].ids(source=source))
            outside = not ids or self._chance.falls(0.08)
            told[spec.source_concept if source else spec.concept] = 0 if outside else self._chance.one(ids)
        return told | self._code(spec, told)

    def _code(self, spec: EventTable, told: Row) -> Row:
        code = next((self._codes[one] for one in told.values() if one in self._codes), None)
        return {spec.source_concept.replace("_concept_id", "_value"): code} if code and spec.source_concept else {}

    def _near(self, column: Column, limit: Limit, own: Sequence[Row]) -> Row:
        """A value on a limit or beside it, or as far from that of another row."""
        chance = self._chance
        if isinstance(limit.value, bool) or not isinstance(limit.value, int | float):
            return {column.name: self._text(column, limit.value)}
        number = _beside(limit.value, chance.one((-1, -1, 0, 0, 1, 1)))
        if chance.falls(0.15):
            number = round(number * chance.one((0.2, 0.5, 1.5, 3.0)), 1)
        others = [row for row in own if row.get(column.name) is not None]
        other = chance.one(others) if others and chance.falls(0.35) else {}
        unit, number = ({}, number) if limit.unit is None else self._in_unit(limit.unit, number, other)
        return {column.name: _written(column, number + other.get(column.name, 0)), **unit}

    def _text(self, column: Column, text: Plain) -> Plain:
        """A text, or one that goes on, stands in other letters, or begins otherwise; truth by chance."""
        if not isinstance(text, str):
            return self._chance.falls(0.5)
        return self._chance.one((text, text, text + "1", text.upper(), "x" + text, "x"))[: column.length]

    def _in_unit(self, unit: InUnit, number: float, other: Row) -> tuple[Row, float]:
        """A unit that the number can be converted from (that of another row), and the number as it is written in it."""
        name = getattr(unit.unit, "name", "unit_concept_id")
        known = [one for one in unit.conversions if one[0] == other.get(name)]
        if not unit.conversions or (not other and self._chance.falls(0.08)):
            return {name: self._chance.one(_ANY_UNIT)}, number
        plain = [one for one in unit.conversions if one[1:] == (1.0, 0.0)]
        preferred = known or (plain if self._chance.falls(0.6) else [])
        concept, factor, offset = self._chance.one(preferred or unit.conversions)
        return {name: concept}, (number - offset) / factor


def _beside(limit: float, step: int) -> float:
    """A limit, or the nearest number below or above it that is written as it is: 6.0 goes with 5.9 and 6.1."""
    if isinstance(limit, int):
        return limit + step
    return round(limit + step * (0.1 if abs(limit) < 100 else 1.0), 6)


def _written(column: Column, number: float) -> float | None:
    """A number as the column can hold it; None for what it can't."""
    if column.type is Type.FLOAT:
        return float(number) if math.isfinite(number) else None
    return int(number) if abs(number) <= _ROOM.get(column.type, 0) else None
