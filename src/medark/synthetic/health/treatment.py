"""Long-term treatment: which drug of the first choices each known patient takes, from when and until when"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from medark.synthetic.chance import Floats, Ints, stream
from medark.synthetic.facts.read import by_key, keys, rows
from medark.synthetic.health.known import known
from medark.synthetic.health.people import NEVER, YEAR, People
from medark.synthetic.health.risks import DRUG

_SETTLED: Final = 730.0  # days before the city's time: whoever took a drug then has not stopped before


@dataclass(frozen=True, slots=True)
class Treatments:
    """One row a person and drug: start and end in days since 1970-01-01, NEVER where it goes on."""

    place: Ints
    drug: Ints  # place in keys("drugs")
    start: Floats
    end: Floats
    dose: Floats  # a time, in the drug's unit


def treatments(who: People, onset: Mapping[str, Floats], seed: int, part: int) -> Treatments:
    """All that touch the city's time, by drug and person."""
    chance = stream(seed, "health/treatment", part)
    first: dict[str, tuple[Floats, Floats]] = {DRUG: (onset[DRUG], np.full(len(who.number), NEVER))}
    for row in rows("long_term"):
        start, end = _interval(who, onset[row["disease"]], row, seed, chance)
        if row["drug"] in first:  # two diseases, one drug: the earlier start counts
            before, until = first[row["drug"]]
            start, end = np.minimum(start, before), np.where(start < before, end, until)
        first[row["drug"]] = start, end
    return _rows(who, first)


def _interval(
    who: People, onset: Floats, row: Mapping[str, str], seed: int, chance: np.random.Generator
) -> tuple[Floats, Floats]:
    wait, lasts, lot = chance.standard_exponential((3, len(onset)))
    takes = known(seed, row["disease"], who.number) & (lot > -np.log(float(row["share"]))) & np.isfinite(onset)
    start = np.where(takes, onset + wait * float(row["wait_days"]), NEVER)
    settled = np.maximum(start, who.entry - _SETTLED)
    return start, settled + lasts / float(row["stops_per_year"]) * YEAR


def _rows(who: People, first: Mapping[str, tuple[Floats, Floats]]) -> Treatments:
    found = []
    for drug in sorted(first):
        start, end = first[drug]
        place = np.flatnonzero((start < who.leave) & (end > who.entry))
        number, dose = keys("drugs").index(drug), float(by_key("drugs")[drug]["dose"])
        ends = np.where(end[place] < who.leave[place], end[place], NEVER)
        found.append((place, np.full(len(place), number), start[place], ends, np.full(len(place), dose)))
    return Treatments(*(np.concatenate(columns) for columns in zip(*found, strict=True)))
