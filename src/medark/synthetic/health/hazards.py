"""The hazard of each disease without risk factors, such that all people together have the published figures"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from medark.synthetic.chance import Floats, stream
from medark.synthetic.health.curves import AGES, incidence, prevalence
from medark.synthetic.health.people import GROWN, NEVER, People
from medark.synthetic.health.risks import DRUG, of_habits, order, parents

_SAMPLE: Final = 800  # of each sex, followed over a whole life
_STEP: Final = AGES[1] - AGES[0]
_NEWTON: Final = 2


@dataclass(frozen=True, slots=True)
class Hazard:
    """Cumulative baseline hazards at AGES, by sex (rows: M, F)."""

    past: Floats  # gives the prevalence
    present: Floats  # gives the incidence in the city's time


def hazards(who: People, seed: int, part: int) -> Mapping[str, Hazard]:
    """The hazards of every chronic disease, for people with the habits of `who`."""
    sample = tuple(_grown(who, sex) for sex in (0, 1))
    chance = stream(seed, "health/hazards", part)
    found: dict[str, Hazard] = {}
    onsets: dict[str, Floats] = {}  # ages, by sex and person of the sample
    for node in order():
        if node == DRUG:
            continue
        habits = np.stack([of_habits(group, node) for group in sample])
        found[node] = _fitted(node, habits, onsets)
        budget = -np.log((np.stack([chance.permutation(_SAMPLE) for _ in sample]) + 0.5) / _SAMPLE)
        past, born = found[node].past, np.zeros(_SAMPLE)
        onsets[node] = np.stack(
            [first_event(budget[sex], born, past[sex], habits[sex], *_begun(node, onsets, sex)) for sex in (0, 1)]
        )
    return found


def first_event(
    budget: Floats, start: Floats, cumulative: Floats, ratio: Floats, begun: Floats, log_ratios: Floats
) -> Floats:
    """Ages at which hazards from age `start` on use up `budget`, a draw of Exp(1); NEVER where they do not.

    `cumulative` is the baseline at AGES, `ratio` a factor a person, `begun` (people × factors) the ages from which
    `log_ratios` (one a factor) bear.
    """
    order_ = np.argsort(begun, axis=1)
    edges = np.maximum(np.take_along_axis(begun, order_, axis=1), start[:, None])
    steps = np.cumsum(log_ratios[order_], axis=1) if log_ratios.size else np.zeros(edges.shape)
    age, left, rest, rate = np.full(len(start), NEVER), start, budget.copy(), ratio
    at_left = np.interp(left, AGES, cumulative)
    for number in range(begun.shape[1] + 1):
        right = np.minimum(edges[:, number], AGES[-1]) if number < begun.shape[1] else np.full(len(start), AGES[-1])
        at_right = np.interp(right, AGES, cumulative)
        spent = rate * (at_right - at_left)
        here = (rest >= 0) & (rest < spent)
        age[here] = np.interp(at_left[here] + rest[here] / rate[here], cumulative, AGES)
        rest = np.where(here, -1.0, rest - spent)
        left, at_left = right, at_right
        if number < begun.shape[1]:
            rate = ratio * np.exp(steps[:, number])
    return age


def _grown(who: People, sex: int) -> People:
    """People of a sex whose habits are settled, as many as the sample asks for."""
    grown = np.flatnonzero((who.female == sex) & (who.entry_age >= GROWN))
    if not grown.size:
        grown = np.arange(len(who.number))
    return who.rows(grown[np.linspace(0, grown.size - 1, _SAMPLE).astype(np.int64)])


def _begun(node: str, onsets: Mapping[str, Floats], sex: int) -> tuple[Floats, Floats]:
    bearing = [risk for risk in parents(node) if risk.factor in onsets]
    ages = [onsets[risk.factor][sex] for risk in bearing]
    return np.stack(ages, axis=1) if ages else np.empty((_SAMPLE, 0)), np.array([r.log_ratio for r in bearing])


def _fitted(node: str, habits: Floats, onsets: Mapping[str, Floats]) -> Hazard:
    """Baselines a step of age at a time: those still free of it, each with their own ratio, lose the wanted share."""
    exponent = np.repeat(np.log(habits)[:, :, None], len(AGES), axis=2)
    for risk in parents(node):
        if risk.factor in onsets:
            exponent += risk.log_ratio * (onsets[risk.factor][:, :, None] <= AGES + _STEP / 2)
    ratios = np.exp(exponent).transpose(2, 0, 1)  # age, sex, person
    keep = 1.0 - prevalence(node)
    given = incidence(node)
    free = np.ones(habits.shape)
    past, present = np.zeros((2, len(AGES))), np.zeros((2, len(AGES)))
    for step in range(len(AGES) - 1):
        ratio, share = ratios[step], keep[:, step + 1] / keep[:, step]
        mean = (free * ratio).sum(axis=1) / free.sum(axis=1)
        hazard = _solved(ratio, free, share, -np.log(share) / mean)
        past[:, step + 1] = past[:, step] + hazard
        new = hazard if given is None else given[:, step] * _STEP / mean
        present[:, step + 1] = present[:, step] + new
        free *= np.exp(-hazard[:, None] * ratio)
    return Hazard(past, present)


def _solved(ratio: Floats, free: Floats, share: Floats, hazard: Floats) -> Floats:
    """The hazard after which `share` of `free` is left."""
    if not hazard.any():
        return hazard
    for _ in range(_NEWTON):
        kept = free * np.exp(-hazard[:, None] * ratio)
        off = kept.sum(axis=1) / free.sum(axis=1) - share
        hazard = hazard + off * free.sum(axis=1) / (kept * ratio).sum(axis=1)
    return hazard
