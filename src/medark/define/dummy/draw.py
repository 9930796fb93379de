"""Made-up people, drawn close to what a definition looks for"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from medark.define.dummy.calendar import midnight
from medark.define.dummy.chance import Chance
from medark.define.dummy.draft import TIMES, Draft, Row
from medark.define.dummy.moments import Moments
from medark.define.dummy.recipes import Recipe, Recipes
from medark.define.dummy.values import Values
from medark.define.tables import event_table

_MALE_FEMALE = (8507, 8532)
_MOST_ROWS = 14  # of one recipe in one person
_VISITS = "visit_occurrence"


class Drawing:
    """Draws people, whole or in part. `kinds`: the recipes of their rows, in the places that drafts name them by."""

    def __init__(self, recipes: Recipes, moments: Moments, values: Values, chance: Chance) -> None:
        kinds = [recipe for recipe in recipes.rows.values() if recipe.table != "person"]
        self.kinds = sorted(kinds, key=lambda recipe: recipe.table != _VISITS)  # other rows may lie in a visit
        self._entries = {place for place, one in enumerate(self.kinds) if (one.table, one.sets) in recipes.entries}
        self._of_person, self._moments, self._values, self._chance = recipes.person, moments, values, chance

    def person(self) -> Draft:
        """A person with all rows drawn anew."""
        anchor = self._moments.anchor()
        draft = Draft(anchor, self._person(anchor))
        for place in range(len(self.kinds)):
            draft = self.with_rows(draft, place)
        return draft

    def with_person(self, draft: Draft) -> Draft:
        """The same rows of another person."""
        return replace(draft, person=self._person(draft.anchor))

    def at_another_time(self, draft: Draft) -> Draft:
        """The same person with all rows some time earlier or later."""
        return draft.at(self._moments.anchor(near_days=0.8))

    def with_rows(self, draft: Draft, place: int) -> Draft:
        """The same person with all rows of one recipe drawn anew; the first of an entry's rows is where entries are."""
        recipe, known = self.kinds[place], draft.without((place,))
        rows: list[Row] = []
        for number in range(self._how_many(place)):
            is_entry = number == 0 and place in self._entries
            rows.append(self._row(recipe, known, rows, draft.anchor if is_entry else None))
        return known.with_rows(place, rows)

    def with_row(self, draft: Draft, place: int) -> Draft:
        """The same person with one row of a recipe more, or one of them drawn anew."""
        rows = list(draft.rows.get(place, ()))
        row = self._row(self.kinds[place], draft, rows, None)
        if rows and (self._is_single(place) or len(rows) >= _MOST_ROWS or self._chance.falls(0.4)):
            rows[self._chance.number(0, len(rows) - 1)] = row
        else:
            rows.append(row)
        return draft.with_rows(place, rows)

    def _is_single(self, place: int) -> bool:
        return self.kinds[place].table == "death"

    def _how_many(self, place: int) -> int:
        if self._is_single(place):
            return int(self._chance.falls(0.3))
        near = [count + step for count in self.kinds[place].counts for step in (-1, 0, 1)]
        number = self._chance.one(near) if near and self._chance.falls(0.6) else self._chance.one((0, 0, 1, 1, 1, 2, 3))
        least = int(place in self._entries and self._chance.falls(0.9))
        return min(max(number, least), _MOST_ROWS)

    def _row(self, recipe: Recipe, draft: Draft, own: Sequence[Row], at: dt.datetime | None) -> Row:
        """A row of a recipe, at a time or anywhere near; columns that nobody asks for are left to `tables`."""
        spec, row = event_table(recipe.table), self._values.of(recipe, own)
        if spec.start:
            times = [one[TIMES] for one in own if TIMES in one]
            start = self._moments.at_hour(recipe, at or self._moments.start(recipe, draft, times))
            end = self._moments.end(recipe, draft, start) if spec.end else start
            row |= {**self._dated(spec.start, spec.start_time, start), TIMES: (start, end)}
            row |= self._dated(spec.end, spec.end_time, end) if spec.end else {}
        if spec.visit and recipe.table != _VISITS:
            row[spec.visit] = self._visit(draft)
        return row

    def _dated(self, date: str, time: str, moment: dt.datetime) -> Row:
        """A day, and in some rows its time."""
        known = moment if self._chance.falls(0.6) else None
        return {date: moment.date(), **({time: known} if time else {})}

    def _visit(self, draft: Draft) -> int | None:
        """The place of one of the person's visits among them, or none."""
        if self.kinds[0].table != _VISITS:
            return self._chance.one((None, 0, 1))  # the definition does not look into the visits themselves
        visits = sum(len(rows) for place, rows in draft.rows.items() if self.kinds[place].table == _VISITS)
        return self._chance.number(0, visits - 1) if visits and self._chance.falls(0.8) else None

    def _person(self, anchor: dt.datetime) -> Row:
        """A person's row. Of some, the day or the month of birth is not known."""
        born, chance = self._moments.birth(anchor), self._chance
        in_full = chance.falls(0.8)
        return {
            "gender_concept_id": chance.one(_MALE_FEMALE),
            **self._values.of(self._of_person, ()),
            "year_of_birth": born.year,
            "month_of_birth": born.month if in_full or chance.falls(0.5) else None,
            "day_of_birth": born.day if in_full else None,
            "birth_datetime": midnight(born) if chance.falls(0.4) else None,
        }
