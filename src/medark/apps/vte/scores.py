"""The scores as definitions: what is known of their totals, and between which totals the truth lies"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from medark.define import Band, Item, Score, Series, any_of, greatest, sum_of, when
from medark.define import band as banded

from .coded import Coded
from .facts import BandFact, ItemFact, ScoreFact, score_facts
from .judging import Judge


@dataclass(frozen=True, slots=True)
class Assessment:
    """A score asked of data. `least`, `most`: the totals if all that can't be judged were at its best, at its worst."""

    fact: ScoreFact
    score: Score
    conditions: Mapping[str, Series]  # by item, each for itself
    since: Mapping[str, Series]  # the day of the row behind an item
    least: Series
    most: Series

    @property
    def least_band(self) -> Series:
        """The band of the lowest total that is possible."""
        return in_bands(self.least, self.fact.bands)

    @property
    def most_band(self) -> Series:
        """The band of the highest total that is possible."""
        return in_bands(self.most, self.fact.bands)

    @property
    def unjudged(self) -> Series:
        """How many items can't be judged."""
        return self.score.unjudged


def assessments(coded: Coded, scheme: str) -> dict[str, Assessment]:
    """Every score by name. `scheme`: the bands of Caprini."""
    judge = Judge(coded)
    return {name: assessment(fact, judge) for name, fact in score_facts(scheme).items()}


def assessment(fact: ScoreFact, judge: Judge) -> Assessment:
    """One score, its items judged."""
    told = {item.name: judge.condition(item) for item in fact.items}
    since = {item.name: found for item in fact.items if (found := judge.since(item)) is not None}
    bands = [Band(one.name, one.least, one.label["zh"], one.label["en"]) for one in fact.bands]
    items = [_item(one, told, fact.items) for one in fact.items]
    groups = grouped(fact.items)
    least = sum_of(*(_least(group, told) for group in groups))
    most = sum_of(*(_most(group, told) for group in groups))
    return Assessment(fact, Score(fact.name, items, bands, fact.source), told, since, least, most)


def grouped(items: Sequence[ItemFact]) -> list[list[ItemFact]]:
    """Items of which only the highest counts, together; any other for itself."""
    found: dict[str, list[ItemFact]] = {}
    for item in items:
        found.setdefault(f"group {item.group}" if item.group else item.name, []).append(item)
    return list(found.values())


def in_bands(total: Series, bands: Sequence[BandFact]) -> Series:
    """The name of the band that a total lies in."""
    first, *others = sorted(bands, key=lambda one: one.least)
    return banded(total, *((one.least, one.name) for one in others), below=first.name)


def _item(item: ItemFact, told: Mapping[str, Series], items: Sequence[ItemFact]) -> Item:
    """An item that counts only where none of its group that goes before it is there."""
    condition = told[item.name]
    first = [told[one.name].is_true() for one in _before(item, items)]
    if first:
        condition = condition & ~any_of(*first)
    return Item(item.name, condition, item.points, item.label["zh"], item.label["en"])


def _before(item: ItemFact, items: Sequence[ItemFact]) -> list[ItemFact]:
    """Those of its group with more points, or as many and named earlier."""
    group = [one for one in items if item.group and one.group == item.group and one is not item]
    places = {one.name: place for place, one in enumerate(items)}
    return [
        one
        for one in group
        if one.points > item.points or (one.points == item.points and places[one.name] < places[item.name])
    ]


def _least(group: Sequence[ItemFact], told: Mapping[str, Series]) -> Series:
    (item, *_others) = group
    if item.points < 0:
        return when(_maybe(told[item.name])).then(item.points).otherwise(0)
    return _highest([when(told[one.name].is_true()).then(one.points).otherwise(0) for one in group])


def _most(group: Sequence[ItemFact], told: Mapping[str, Series]) -> Series:
    (item, *_others) = group
    if item.points < 0:
        return when(told[item.name].is_true()).then(item.points).otherwise(0)
    return _highest([when(_maybe(told[one.name])).then(one.points).otherwise(0) for one in group])


def _highest(points: list[Series]) -> Series:
    return points[0] if len(points) == 1 else greatest(*points)


def _maybe(condition: Series) -> Series:
    """Is it there, or not known to be absent?"""
    return condition.if_missing(True)
