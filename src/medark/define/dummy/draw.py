"""Rows of a made-up person, drawn close to what a definition looks for: on its limits, and to either side of them"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from medark.define.concepts import ConceptSet
from medark.define.dummy.recipes import Length, Limit, Recipe, Recipes
from medark.define.memory.times import plus_months
from medark.define.nodes import InUnit, Plain
from medark.define.resolved import ConceptIds
from medark.define.tables import event_table
from medark.model import omop
from medark.model.table import Column, Type

Row = dict[str, Any]
T = TypeVar("T")
_FIRST, _LAST = dt.datetime(1901, 1, 1), dt.datetime(2099, 12, 31)
_MALE_FEMALE = (8507, 8532)
_MOST_ROWS = 14  # of one recipe in one person
_VISIT = "visit_occurrence_id"


@dataclass(frozen=True, slots=True)
class Draft:
    """A made-up person before keys are given: the person's row, and the rows of each recipe in their order.

    `anchor` is where the person's entries are, so that all else can be drawn around it.
    """

    anchor: dt.datetime
    person: Row
    rows: Mapping[int, Sequence[Row]] = field(default_factory=dict)


class Drawing:
    """Draws people from recipes by chance; the same chances give the same people."""

    def __init__(
        self,
        recipes: Recipes,
        resolved: Mapping[ConceptSet, ConceptIds],
        codes: Mapping[int, str],
        today: dt.date,
        random: Random,
    ) -> None:
        self.recipes = recipes
        self.kinds = [recipe for recipe in recipes.rows.values() if recipe.table != "person"]
        self.kinds.sort(key=lambda recipe: recipe.table != "visit_occurrence")  # others may lie in a visit
        self._entries = [(recipe.table, recipe.sets) in recipes.entries for recipe in self.kinds]
        self._resolved, self._codes, self._today, self._random = resolved, codes, today, random

    def person(self) -> Draft:
        """A person with all rows drawn anew."""
        draft = Draft(anchor := self._anchor(), self._person(anchor))
        for place in range(len(self.kinds)):
            draft = self.with_rows(draft, place)
        return draft

    def with_person(self, draft: Draft) -> Draft:
        """The same rows of another person."""
        return Draft(draft.anchor, self._person(draft.anchor), draft.rows)

    def with_rows(self, draft: Draft, place: int) -> Draft:
        """The same person with rows of one recipe drawn anew."""
        others = {kept: rows for kept, rows in draft.rows.items() if kept != place}
        recipe = self.kinds[place]
        known = Draft(draft.anchor, draft.person, others)
        rows: list[Row] = []
        for number in range(self._how_many(recipe, self._entries[place])):
            at = draft.anchor if self._entries[place] and number == 0 else self._moment(recipe, known, rows)
            rows.append(self._row(recipe, at, known, rows))
        return Draft(draft.anchor, draft.person, {**others, place: rows})

    def at_another_time(self, draft: Draft) -> Draft:
        """The same person with everything some time earlier or later."""
        anchor = self._anchor()
        by = anchor - draft.anchor
        rows = {place: [_later(row, by) for row in rows] for place, rows in draft.rows.items()}
        return Draft(anchor, draft.person, rows)

    def without_rows(self, draft: Draft, places: Iterable[int]) -> Draft:
        """The same person without any rows of these recipes."""
        return Draft(
            draft.anchor, draft.person, {place: rows for place, rows in draft.rows.items() if place not in places}
        )

    def with_row(self, draft: Draft, place: int) -> Draft:
        """The same person with one row of a recipe more, or one drawn anew."""
        recipe, rows = self.kinds[place], list(draft.rows.get(place, ()))
        row = self._row(recipe, self._moment(recipe, draft, rows), draft, rows)
        if rows and (len(rows) >= _MOST_ROWS or self._chance(0.4)):
            rows[self._random.randrange(len(rows))] = row
        else:
            rows.append(row)
        if recipe.table == "death":
            rows = rows[-1:]
        return Draft(draft.anchor, draft.person, {**draft.rows, place: rows})

    # -- chances --------------------------------------------------------------------------------------------------

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _one(self, options: Sequence[T]) -> T:
        return options[self._random.randrange(len(options))]

    def _how_many(self, recipe: Recipe, of_entries: bool) -> int:
        if recipe.table == "death":
            return int(self._chance(0.3))
        near = [count + step for count in recipe.counts for step in (-1, 0, 1)]
        number = self._one(near) if near and self._chance(0.6) else self._one((0, 0, 1, 1, 1, 2, 3))
        return min(max(number, int(of_entries and self._chance(0.9)), 0), _MOST_ROWS)

    # -- times ----------------------------------------------------------------------------------------------------

    def _anchor(self) -> dt.datetime:
        """Where a person's entries are: on the day that a population is asked for, or else anywhere in some years."""
        if self.recipes.starts:
            on, length = self._one(self.recipes.starts)
            return _moved(_midnight(on or self._today), length)
        days = [_midnight(day) for day in self.recipes.days]
        if days and self._chance(0.3):
            at = self._one(days)
            for number, unit in self._random.sample(
                lengths := list(self.recipes.lengths), k=min(len(lengths), self._one((0, 1, 1, 2)))
            ):
                at = _moved(at, (self._one((-number, number)), unit))
            return _clipped(at + dt.timedelta(days=self._one((-1, 0, 0, 1))))
        back = dt.timedelta(days=self._random.randrange(30, 4000), minutes=15 * self._random.randrange(96))
        return _midnight(self._today) - back

    def _moment(self, recipe: Recipe, draft: Draft, own: Sequence[Row]) -> dt.datetime:
        """A time on, beside or between the ends of a window around what the person has."""
        base, length = self._base(draft, own), self._length(recipe)
        match self._random.randrange(6):
            case 0:
                return _clipped(base)
            case 1 | 2:
                return _moved(base, length)
            case 3:
                return _clipped(_moved(base, length) + self._one(_STEPS))
            case 4:
                far = _moved(base, length)
                return _clipped(base + (far - base) * self._random.random())
        return _clipped(base + dt.timedelta(days=self._random.randrange(-800, 800), hours=self._random.randrange(24)))

    def _base(self, draft: Draft, own: Sequence[Row]) -> dt.datetime:
        if self._chance(0.6):
            return draft.anchor
        rows = [*own, *(row for rows in draft.rows.values() for row in rows)]
        times = [row[_TIMES] for row in rows if _TIMES in row]
        if times and self._chance(0.7):
            return self._one(self._one(times))  # type: ignore[no-any-return]
        return _midnight(self._one([self._today, *self.recipes.days]))

    def _length(self, recipe: Recipe) -> Length:
        own = list(recipe.lengths) if recipe.lengths and self._chance(0.8) else list(self.recipes.lengths)
        return self._one(own) if own else (self._one((-400, -30, -1, 1, 30, 400)), "days")

    def _time_of_day(self, recipe: Recipe, moment: dt.datetime) -> dt.datetime:
        if recipe.hours and self._chance(0.6):
            hour = (self._one(list(recipe.hours)) + self._one((-1, 0, 0, 1))) % 24
            return moment.replace(hour=hour, minute=self._one((0, 0, 59)))
        return moment

    # -- rows -----------------------------------------------------------------------------------------------------

    def _row(self, recipe: Recipe, start: dt.datetime, draft: Draft, own: Sequence[Row]) -> Row:
        """A row of a recipe that starts at a time. Columns that nobody asks for are left to `tables`."""
        spec = event_table(recipe.table)
        start = self._time_of_day(recipe, start).replace(microsecond=0)
        row = self._columns(recipe, own)
        if spec.start:
            end = self._end(recipe, start, draft)
            row |= self._dated(spec.start, spec.start_time, start)
            row |= self._dated(spec.end, spec.end_time, end) if spec.end else {}
            row[_TIMES] = (start, end)
        if spec.visit and recipe.table != "visit_occurrence":
            row[_VISIT] = self._visit(draft)
        return row | self._concept(recipe)

    def _end(self, recipe: Recipe, start: dt.datetime, draft: Draft) -> dt.datetime:
        """Where a row ends that starts then: at once, soon after, or at a time that could be a window's end."""
        chance = self._random.random()
        if chance < 0.2:
            return start
        if chance < 0.4:
            return _clipped(start + dt.timedelta(days=self._one((1, 3, 30, 300))))
        return max(start, self._moment(recipe, draft, [{_TIMES: (start, start)}]))

    def _dated(self, date: str, time: str, moment: dt.datetime) -> Row:
        """A day, and its time in some of the rows."""
        known = moment if self._chance(0.6) else None
        return {date: moment.date(), **({time: known} if time else {})}

    def _visit(self, draft: Draft) -> int | None:
        """The place of one of the person's visits among them, or none."""
        visits = sum(len(rows) for place, rows in draft.rows.items() if self.kinds[place].table == "visit_occurrence")
        return self._random.randrange(visits) if visits and self._chance(0.8) else None

    def _concept(self, recipe: Recipe) -> Row:
        """A concept of the recipe's sets in most rows, and the code behind it."""
        spec = event_table(recipe.table)
        told: Row = {}
        for concepts, source in recipe.sets:
            ids = sorted(self._resolved[concepts].source if source else self._resolved[concepts].standard)
            if ids and self._chance(0.95):
                told[spec.source_concept if source else spec.concept] = self._one(ids)
        code = self._codes.get(told.get(spec.source_concept, told.get(spec.concept)))  # type: ignore[arg-type]
        value = spec.source_concept.replace("_concept_id", "_value")
        return told | ({value: code} if code and value else {})

    def _columns(self, recipe: Recipe, own: Sequence[Row]) -> Row:
        told: Row = {}
        for name, limits in recipe.limits.items():
            told |= self._near(omop_column(recipe.table, name), list(limits), own)
        for name, sets in recipe.concepts.items():
            ids = sorted({one for concepts in sets for one in self._resolved[concepts].standard})
            if ids and self._chance(0.7):
                told[name] = self._one(ids)
        return told

    def _near(self, column: Column, limits: Sequence[Limit], own: Sequence[Row]) -> Row:
        """A value on a limit of a column or beside it, or beside that of another row by as much; or none."""
        limit = self._one(limits)
        if self._chance(0.12) and not column.required:
            return {}
        if not isinstance(limit.value, int | float) or isinstance(limit.value, bool):
            return {column.name: self._text(column, limit.value)}
        number = _beside(limit.value, self._one((-1, -1, 0, 0, 1, 1)))
        if self._chance(0.15):
            number = round(number * self._random.uniform(0.2, 3), 1)
        others = [row for row in own if row.get(column.name) is not None]
        other = self._one(others) if others and self._chance(0.35) else {}
        unit, number = ({}, number) if limit.unit is None else self._in_unit(limit.unit, number, other)
        number += other.get(column.name, 0)
        return {column.name: float(number) if column.type is Type.FLOAT else int(number), **unit}

    def _text(self, column: Column, text: Plain) -> Plain:
        if not isinstance(text, str):
            return self._chance(0.5)
        return self._one((text, text, text + "1", text.upper(), "x" + text, "x"))[: column.length]

    def _in_unit(self, unit: InUnit, number: float, other: Row) -> tuple[Row, float]:
        """The number as it is written in a unit that it can be converted from (that of another row), and that unit."""
        name = getattr(unit.unit, "name", "unit_concept_id")
        known = [one for one in unit.conversions if one[0] == other.get(name)]
        if not unit.conversions or (self._chance(0.08) and not other):
            return {name: self._one((None, 0, 8840))}, number
        plain = [one for one in unit.conversions if one[1:] == (1.0, 0.0)]
        concept, factor, offset = self._one(known or (plain if plain and self._chance(0.6) else unit.conversions))
        return {name: concept}, (number - offset) / factor

    def _person(self, anchor: dt.datetime) -> Row:
        ages = list(self.recipes.ages)
        if ages and self._chance(0.7):
            length, unit = self._one(ages)
            born = _moved(anchor, (-length * (12 if unit == "years" else 1), "months" if unit != "days" else unit))
            born += dt.timedelta(days=self._one((-400, -1, 0, 0, 1, 400)))
        else:
            born = anchor - dt.timedelta(days=self._random.randrange(36000))
        told = self._columns(self.recipes.person, ())
        in_full = self._chance(0.8)
        return {
            "gender_concept_id": self._one(_MALE_FEMALE),
            **told,
            "year_of_birth": born.year,
            "month_of_birth": born.month if in_full or self._chance(0.5) else None,
            "day_of_birth": born.day if in_full else None,
            "birth_datetime": _midnight(born.date()) if self._chance(0.4) and in_full else None,
        }


_TIMES = ""  # of a drafted row: its start and end, for others to be drawn from; no column
_STEPS = tuple(dt.timedelta(days=day, seconds=second) for day, second in ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1)))


def omop_column(table: str, name: str) -> Column:
    """A column of a table as it is stored."""
    return next(column for column in omop.lake_columns(table) if column.name == name)


def _later(row: Row, by: dt.timedelta) -> Row:
    """A row with all of its times moved, as whole days where they are days."""

    def moved(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(moved, value))
        if isinstance(value, dt.datetime):
            return _clipped(value + by)
        return _clipped(_midnight(value) + by).date() if isinstance(value, dt.date) else value

    return {name: moved(value) for name, value in row.items()}


def _beside(limit: float, step: int) -> float:
    """A limit, or the nearest number below or above it that is written as it is: 6.0 goes with 5.9 and 6.1."""
    if isinstance(limit, int):
        return limit + step
    return round(limit + step * (0.1 if abs(limit) < 100 else 1.0), 6)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())


def _clipped(moment: dt.datetime) -> dt.datetime:
    return min(max(moment, _FIRST), _LAST)


def _moved(moment: dt.datetime, length: Length) -> dt.datetime:
    """So much later, within the years that people live in."""
    number, unit = length
    try:
        if unit in ("months", "years"):
            return _clipped(plus_months(moment, number * (12 if unit == "years" else 1)) or moment)
        return _clipped(moment + dt.timedelta(**{unit: number}))
    except OverflowError:
        return _LAST if number > 0 else _FIRST
