"""The relation `unit_reading`: what each unit of a wave may be in the vocabulary, for `lookups/unit_map.sql`"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

import pyarrow as pa

from medark.define.units.atoms import omop_codes
from medark.define.units.grammar import known
from medark.define.units.unit import Unit
from medark.model.units import unit_codes
from medark.standardise.lookups.data import UNIT_READING
from medark.standardise.units.reading import read
from medark.standardise.units.tidy import tidied

_MARK: Final = re.compile(r"\{(?:FEU|DDU)\}")


def unit_readings(units: Iterable[str]) -> pa.Table:
    """unit (as written), word (in small letters), ucum_code (as OMOP spells it), turn (0 is tried first).

    A unit that nobody knows has one row, without a code.
    """
    rows = [row for unit in units for row in _rows(unit)]
    columns = zip(*rows, strict=True) if rows else ((), (), (), ())
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, UNIT_READING, strict=True)], schema=UNIT_READING)


def spellings(code: str) -> tuple[str, ...]:
    """How OMOP may write a UCUM unit, its own spelling first.

    >>> spellings("meq/L"), spellings("nL")
    (('meq/L', '10*-3.eq/L'), ('nL',))
    """
    unit = known(code)
    told = _same().get(_meaning(unit), ()) if unit is not None and unit.dimension else _named().get(code, ())
    of_same_volume = sorted(told, key=lambda one: one.partition("/")[2] != code.partition("/")[2])
    return tuple(dict.fromkeys((code, *of_same_volume)))


def _rows(unit: str) -> Iterator[tuple[str, str, str | None, int]]:
    """The code that it is as it stands comes before all readings of it."""
    told = read(unit)
    plain = (_MARK.sub("", code) for code in told)  # of a D-dimer the test itself says in which equivalents
    codes = dict.fromkeys((unit.strip(), *(one for code in (*told, *plain) for one in spellings(code))))
    word = tidied(unit).lower()
    yield from ((unit, word, code, turn) for turn, code in enumerate(codes))


def _meaning(unit: Unit) -> tuple[object, ...]:
    return unit.dimension, unit.line


@cache
def _same() -> Mapping[tuple[object, ...], tuple[str, ...]]:
    """OMOP's codes that mean the same, of those that are shipped; per-field and pure numbers keep to themselves."""
    found: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for code in unit_codes().values():
        unit = known(omop_codes().get(code, code))
        if unit is not None and unit.dimension and "{" not in code:
            found[_meaning(unit)].append(code)
    return MappingProxyType({meaning: tuple(codes) for meaning, codes in found.items()})


@cache
def _named() -> Mapping[str, tuple[str, ...]]:
    """Of codes that mean a pure number: what OMOP calls them."""
    found: dict[str, list[str]] = defaultdict(list)
    for own, code in omop_codes().items():
        found[code].append(own)
    return MappingProxyType({code: tuple(own) for code, own in found.items()})
