"""When made-up rows start and end: on the edges of the windows that a definition has, beside them and between"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from medark.define.dummy.calendar import STEPS, Length, clipped, midnight, moved
from medark.define.dummy.chance import Chance
from medark.define.dummy.draft import Draft
from medark.define.dummy.recipes import Recipe, Recipes

_YEARS = 4000  # days before today in which entries lie


class Moments:
    """Draws moments for the rows of recipes."""

    def __init__(self, recipes: Recipes, today: dt.date, chance: Chance) -> None:
        self._starts, self._chance, self._today = recipes.starts, chance, today
        self._days = [today, *recipes.days]
        self._lengths, self._ages = list(recipes.lengths), list(recipes.ages)

    def anchor(self, near_days: float = 0.3) -> dt.datetime:
        """Where a person's entries are: on a day that a population is asked for; else near a day that the definition
        names (in this share of the draws), or anywhere in some years.
        """
        chance = self._chance
        if self._starts:
            on, length = chance.one(self._starts)
            return moved(midnight(on or self._today), length)
        if self._days[1:] and chance.falls(near_days):
            return self._near_day(chance.one(self._days[1:]))
        back = dt.timedelta(days=chance.number(30, _YEARS), minutes=15 * chance.number(0, 95))
        return midnight(self._today) - back

    def _near_day(self, day: dt.date) -> dt.datetime:
        """Some of the definition's lengths away from a day that it names."""
        at = midnight(day)
        for number, unit in self._chance.some(self._lengths, self._chance.number(0, 2)):
            at = moved(at, (self._chance.one((-number, number)), unit))
        return clipped(at + self._chance.one(STEPS))

    def birth(self, anchor: dt.datetime) -> dt.date:
        """A birth date: so that an age that is asked for is reached on the day, or a day before or after, or any."""
        if not self._ages or self._chance.falls(0.3):
            return (anchor - dt.timedelta(days=self._chance.number(0, 36_000))).date()
        number, unit = self._chance.one(self._ages)
        step = dt.timedelta(days=self._chance.one((-400, -1, 0, 0, 1, 400)))
        return clipped(moved(anchor, (-number, unit)) + step).date()

    def start(self, recipe: Recipe, draft: Draft, own: Sequence[tuple[dt.datetime, dt.datetime]]) -> dt.datetime:
        """A time on an edge of a window around what the person has, beside one, between two, or anywhere near."""
        chance = self._chance
        base = self._base(draft, own)
        edge = moved(base, self._length(recipe))
        far = base + dt.timedelta(days=chance.number(-800, 800), hours=chance.number(0, 23))
        between = base + (edge - base) * chance.share()
        return clipped(chance.one((base, edge, edge, edge + chance.one(STEPS), between, far))).replace(microsecond=0)

    def end(self, recipe: Recipe, draft: Draft, start: dt.datetime) -> dt.datetime:
        """Where a row ends that starts then: at once, soon after, or where a window could end."""
        share = self._chance.share()
        if share < 0.2:
            return start
        if share < 0.4:
            return clipped(start + dt.timedelta(days=self._chance.one((1, 3, 30, 300))))
        return max(start, self.start(recipe, draft, [(start, start)]))

    def at_hour(self, recipe: Recipe, moment: dt.datetime) -> dt.datetime:
        """The moment at an hour of the day that a definition asks for, or one beside it."""
        if not recipe.hours or self._chance.falls(0.4):
            return moment
        hour = (self._chance.one(list(recipe.hours)) + self._chance.one((-1, 0, 0, 1))) % 24
        return moment.replace(hour=hour, minute=self._chance.one((0, 0, 59)))

    def _base(self, draft: Draft, own: Sequence[tuple[dt.datetime, dt.datetime]]) -> dt.datetime:
        if self._chance.falls(0.6):
            return draft.anchor
        times = [*own, *draft.times()]
        if times and self._chance.falls(0.7):
            return self._chance.one(self._chance.one(times))
        return midnight(self._chance.one(self._days))

    def _length(self, recipe: Recipe) -> Length:
        if recipe.lengths and self._chance.falls(0.8):
            return self._chance.one(list(recipe.lengths))
        return self._chance.one(self._lengths or [(days, "days") for days in (-400, -30, -1, 1, 30, 400)])
