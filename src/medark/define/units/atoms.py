"""The units that are built in: UCUM's atoms and prefixes, as far as medicine needs them

Source: UCUM 2.2, tables 1 to 22. Beside them: spellings of OMOP that UCUM does not know, and annotations that do change
what a value means ({FEU} and {DDU} of D-dimer, {1.73_m2} of kidney function), though to UCUM no annotation does.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from types import MappingProxyType

# Powers of ten. da comes before d, so that the longest prefix is tried first.
PREFIXES = MappingProxyType({
    "da": 1, "Y": 24, "Z": 21, "E": 18, "P": 15, "T": 12, "G": 9, "M": 6, "k": 3, "h": 2, "d": -1, "c": -2, "m": -3,
    "u": -6, "n": -9, "p": -12, "f": -15, "a": -18, "z": -21, "y": -24,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Atom:
    """`value` of the unit `unit`, plus `offset` of it (temperatures). Without `unit`: a dimension of its own."""

    code: str
    metric: bool  # takes prefixes
    value: Fraction
    unit: str
    offset: Fraction


@cache
def atoms() -> Mapping[str, Atom]:
    """All of them by code.

    >>> atoms()["[in_i]"].unit
    'cm'
    """
    return MappingProxyType({row["code"]: _atom(row) for row in _rows("atom.csv")})


def prefixed(code: str) -> tuple[int, Atom] | None:
    """The power of ten and the atom that a code is made of; None if there are no such.

    >>> prefixed("mm[Hg]")[0], prefixed("min")[0], prefixed("mmin")
    (-3, 0, None)
    """
    known = atoms()
    if code in known:
        return 0, known[code]
    for prefix, power in PREFIXES.items():
        atom = known.get(code.removeprefix(prefix)) if code.startswith(prefix) else None
        if atom is not None and atom.metric:
            return power, atom
    return None


@cache
def omop_codes() -> Mapping[str, str]:
    """What UCUM calls units whose codes in OMOP are none of UCUM, or mean another unit there.

    >>> omop_codes()["[degC]"]
    'Cel'
    """
    return MappingProxyType({row["omop_code"]: row["ucum_code"] for row in _rows("omop_code.csv")})


def _rows(name: str) -> Iterable[Mapping[str, str]]:
    return csv.DictReader(files("medark.define.units").joinpath(name).read_text(encoding="utf-8").splitlines())


def _atom(row: Mapping[str, str]) -> Atom:
    value, offset = Fraction(row["value"] or 1), Fraction(row["offset"] or 0)
    return Atom(row["code"], row["metric"] == "yes", value, row["unit"], offset)
