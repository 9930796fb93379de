"""All families of checks that are judged from tallies of the lake"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from medark.check.further.arrival import ARRIVAL_FAMILY
from medark.check.further.checks import Family, Found, Tallied, Tally
from medark.check.further.codes import CODE_FAMILY
from medark.check.further.density import DENSITY_FAMILY
from medark.check.further.drift import DRIFT_FAMILY
from medark.check.further.duplicates import DUPLICATE_FAMILY
from medark.check.further.logic import LOGIC_FAMILY
from medark.check.further.values import VALUE_FAMILY

FAMILIES: Final[Mapping[str, Family]] = {
    family.name: family
    for family in (
        DENSITY_FAMILY, ARRIVAL_FAMILY, DRIFT_FAMILY, VALUE_FAMILY, CODE_FAMILY, LOGIC_FAMILY, DUPLICATE_FAMILY
    )
}  # fmt: skip


def tallies() -> tuple[Tally, ...]:
    """What is to be asked for all of them, each once."""
    return tuple({tally.name: tally for family in FAMILIES.values() for tally in family.tallies}.values())


def found(tallied: Tallied, sources: Sequence[str]) -> Iterator[Found]:
    """Every check with what was counted of it. `sources`: the names of sources by number."""
    for family in FAMILIES.values():
        yield from family.found(tallied, sources)
