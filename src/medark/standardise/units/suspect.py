"""Units that are missing, that nobody can read, or that cannot be the ones of the numbers beside them"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from medark.define.units import ConceptUnit, concept_units, line_to
from medark.standardise.units.likely import Likely, Seen, is_of, likely
from medark.standardise.units.mixed import LEAST, Mixed, Spread, mixed
from medark.standardise.units.reading import read

CLEAR: Final = 0.99  # from which probability on a unit is filled in without asking
_WRONG: Final = 0.5  # below which probability a unit that is written is doubted
_PEER: Final = 0.9  # from which probability on numbers tell of others'


class Fault(StrEnum):
    """What is wrong with the unit beside the numbers of a test."""

    MISSING = "missing"
    UNKNOWN = "unknown"  # there is one, which nobody can read, or which has two meanings (G/L)
    OTHER_KIND = "other_kind"  # it measures something that the test does not
    WRONG = "wrong"  # another unit in use for the test fits, and this one does not
    MIXED = "mixed"  # some numbers are in another unit than the rest


@dataclass(frozen=True, slots=True)
class Group:
    """The numbers of one test of a source beside one unit. `range_low`, `range_high`: middles of what is printed."""

    source: str
    code: str
    said: str
    concept_id: int
    loinc: str
    name: str
    spread: Spread
    range_low: float | None = None
    range_high: float | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """As a decision is known by."""
        return self.source, self.code, self.said

    @property
    def middle(self) -> float:
        """Half of the numbers are below."""
        return math.exp(self.spread.quantile(0.5))


@dataclass(frozen=True, slots=True)
class Suspect:
    """A group with its fault, the units that it may be in, and of a mixture, where the other numbers lie."""

    group: Group
    fault: Fault
    likely: tuple[Likely, ...]
    other: Mixed | None = None

    @property
    def rows(self) -> int:
        """How many numbers it is about."""
        return self.other.count if self.other else self.group.spread.total

    @property
    def is_clear(self) -> bool:
        """May it be decided without a person? Only what is missing is filled in; what was written is left to them."""
        sure = bool(self.likely) and self.likely[0].probability >= CLEAR and self.rows >= LEAST
        return sure and self.fault in (Fault.MISSING, Fault.UNKNOWN)


class _Peer(NamedTuple):
    """Numbers whose unit is written and fits: whose, their middle, and in which unit that is."""

    key: tuple[str, str, str]
    middle: float
    unit: str


def suspects(groups: Sequence[Group]) -> list[Suspect]:
    """What is wrong among all groups of a lake, the most rows first; groups are evidence for one another."""
    peers = _peers(groups)
    found = (one for group in groups for one in _of(group, peers))
    return sorted(found, key=lambda one: (-one.rows, one.group.key))


def unit_of(group: Group) -> str | None:
    """What is written, in UCUM, of several readings the one that the test can have; None if nobody can read it."""
    readings = read(group.said)
    fitting = (unit for unit in readings if line_to(unit, concept_units()[group.loinc]) is not None)
    return next(fitting, next(iter(readings), None))


def _of(group: Group, peers: Mapping[str, Sequence[_Peer]]) -> Iterator[Suspect]:
    concept, unit = concept_units()[group.loinc], unit_of(group)
    others = [_middle(one, concept) for one in peers.get(concept.test, ()) if one.key != group.key]
    told = likely(_seen(group), others)
    if not told or not group.spread.total:
        return
    if unit is None or unit != read(group.said)[0]:
        yield Suspect(group, Fault.UNKNOWN if group.said else Fault.MISSING, told)
    elif line_to(unit, concept) is None:
        yield Suspect(group, Fault.OTHER_KIND, told)
    elif sum(one.probability for one in told if is_of(unit, one)) < _WRONG and group.spread.total >= LEAST:
        yield Suspect(group, Fault.WRONG, told)
    else:
        for other in mixed(group.loinc, unit, group.spread):
            middle = math.sqrt(other.low * other.high)
            yield Suspect(group, Fault.MIXED, (Likely(other.ucum, other.probability, middle),), other)


def _seen(group: Group) -> Seen:
    spread, unit = group.spread, unit_of(group)
    return Seen(group.loinc, spread.total, group.middle, unit, group.range_low, group.range_high)


def _peers(groups: Sequence[Group]) -> Mapping[str, Sequence[_Peer]]:
    """By test, of which there are several concepts."""
    found: dict[str, list[_Peer]] = defaultdict(list)
    for group in groups:
        unit, concept = unit_of(group), concept_units()[group.loinc]
        if group.spread.total < LEAST or unit is None or (line := line_to(unit, concept)) is None:
            continue
        if sum(one.probability for one in likely(_seen(group)) if is_of(unit, one)) >= _PEER:
            own = float(line.factor) * group.middle + float(line.offset)
            found[concept.test].append(_Peer(group.key, own, concept.ucum))
    return found


def _middle(peer: _Peer, concept: ConceptUnit) -> float:
    """A peer's middle in a concept's own unit; 0 if that can't be said."""
    line = line_to(peer.unit, concept)
    return float(line.factor) * peer.middle + float(line.offset) if line else 0.0
