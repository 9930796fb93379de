"""What is seen in pictures: each finding there, not there or possible, where, and how large

A lasting finding is a trait of the person: the same in every study, and growing; any other one is of the encounter. It
is there where chance is below the share of the disease that stands behind it, or of people without any (incidental).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from medark.synthetic.chance import Floats, Ints, stream
from medark.synthetic.facts import rows
from medark.synthetic.facts.read import Row
from medark.synthetic.reports.illness import Illness
from medark.synthetic.settings import Part

ABSENT, PRESENT, POSSIBLE, UNSAID = 0, 1, 2, 3
_HEDGED = 0.08  # share of what is there that is only called possible; ours
_SUSPECTED = 0.008  # share of what is not there that is called possible; ours


@dataclass(frozen=True, slots=True)
class Patients:
    """A row a study: what the findings rest on. `person` and `encounter` are places, `years` since the first day."""

    person: Ints
    encounter: Ints
    age: Ints
    woman: np.ndarray
    years: Floats


@dataclass(frozen=True, slots=True)
class Seen:
    """A finding in the studies of a kind, a row a study."""

    fact: Row
    state: Ints
    place: Ints  # in places(fact); -1 where it has none
    size: Floats  # mm; NaN where it has none or is not there


@dataclass(frozen=True, slots=True)
class Traits:
    """Three numbers from 0 to 1 for each person and each encounter: there or not, where, how large."""

    person: Floats
    encounter: Floats


def places(fact: Row) -> Sequence[Row]:
    """Where in the body a finding can be: rows of facts/anatomy.csv."""
    return _places(fact["places"])


@cache
def _places(group: str) -> Sequence[Row]:
    return tuple(row for row in rows("anatomy") if row["group"] == group) if group else ()


@cache
def of_study(study: str) -> Sequence[Row]:
    """The findings that reports of a kind of study speak of, in their order."""
    return tuple(row for row in rows("findings") if row["study"] == study)


def traits(seed: int, part: Part, finding: str, people: int, encounters: int) -> Traits:
    """The chance behind a finding, the same for every kind of study."""
    chance = stream(seed, f"finding/{finding}", part.number)
    return Traits(chance.random((3, people)), chance.random((3, encounters)))


def seen(chance: np.random.Generator, fact: Row, of: Patients, trait: Traits, illness: Illness) -> Seen:
    """A finding in some studies. `illness` is asked about encounters, by place."""
    lasting = fact["lasting"] == "y"
    there, where, large = trait.person[:, of.person] if lasting else trait.encounter[:, of.encounter]
    share, asked = _shares(fact, of, illness)
    present, fits = there < share, _fits(fact, of)
    state = np.where(present, PRESENT, np.where(_said(chance, fact, asked) & fits, ABSENT, UNSAID))
    doubt = chance.random(len(share))
    state = np.where(present & (doubt < _HEDGED), POSSIBLE, state)
    state = np.where(~present & (doubt < _SUSPECTED) & fits, POSSIBLE, state)
    mentioned = (state == PRESENT) | (state == POSSIBLE)
    return Seen(fact, state, _where(fact, where), np.where(mentioned, _sizes(fact, large, of.years), np.nan))


def with_first_said(found: Sequence[Seen]) -> Seen:
    """The first finding, which is said not to be there where a report would otherwise speak of none."""
    first = found[0]
    silent = np.all([each.state == UNSAID for each in found], axis=0)
    return replace(first, state=np.where(silent, ABSENT, first.state))


def _shares(fact: Row, of: Patients, illness: Illness) -> tuple[Floats, np.ndarray]:
    """The chance of the finding in each row, and whether a disease asks for it to be looked for."""
    share = np.where(of.age >= int(fact["from_age"]), float(fact["incidental"]), 0.0)
    asked = np.zeros(len(share), dtype=bool)
    for cause in fact["causes"].split():
        disease, chance_of = cause.split(":")
        ill = illness.has(disease)[of.encounter]
        share = np.where(ill, np.maximum(share, float(chance_of)), share)
        asked |= illness.is_reason(disease)[of.encounter]
    return np.where(_fits(fact, of), share, 0.0), asked


def _fits(fact: Row, of: Patients) -> np.ndarray:
    """True where a person of this sex can have it."""
    if not fact["sex"]:
        return np.ones(len(of.age), dtype=bool)
    return of.woman if fact["sex"] == "F" else ~of.woman


def _said(chance: np.random.Generator, fact: Row, asked: np.ndarray) -> np.ndarray:
    mention = np.where(asked, 1.0, float(fact["mention"]))
    return np.asarray(chance.random(len(asked)) < mention)


def _where(fact: Row, chance: Floats) -> Ints:
    found = places(fact)
    if not found:
        return np.full(len(chance), -1)
    edges = np.cumsum([float(row["weight"]) for row in found])
    return np.asarray(np.searchsorted(edges, chance * edges[-1], side="right"), dtype=np.int64)


def _sizes(fact: Row, chance: Floats, years: Floats) -> Floats:
    """Whole millimetres between the bounds, small ones more often, grown by a rate a year."""
    if not fact["low_mm"]:
        return np.full(len(chance), np.nan)
    low, high, growth = float(fact["low_mm"]), float(fact["high_mm"]), float(fact["growth"] or 0)
    return np.rint(low * (high / low) ** chance * (1 + growth) ** years)
