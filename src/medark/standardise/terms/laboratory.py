"""The name of a laboratory test as LOINC composes it: component [property] in system by method"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from medark.standardise.terms.pieces import pieces, rows

_PROPERTY = re.compile(r"^(?P<component>.+?) \[(?P<property>[^\]]+)\](?P<rest>.*)$")
_SYSTEM = re.compile(r"^(?P<component>.*?) (?:in|of) (?P<system>[A-Z].*)$")
_EXPECTED = {
    "Serum or Plasma": 0.5, "Blood": 0.4, "Serum": 0.4, "Platelet poor plasma": 0.4, "Plasma": 0.3, "": 0.3,
    "Urine": 0.1,
}  # fmt: skip
_RARE = 0.2  # of a method that the table does not have
_SHARE, _RATIO = "Number Fraction", "Ratio"  # "Neutrophils/100 leukocytes", "Methemoglobin/Hemoglobin.total"


@dataclass(frozen=True, slots=True)
class Laboratory:
    """The parts of a name; text, empty where the name has no such part."""

    component: str
    property: str = ""
    system: str = ""
    method: str = ""


def parts(name: str) -> Laboratory:
    """The parts of a LOINC name; a name of another shape is all component.

    >>> parts("Leukocytes [#/volume] in Blood by Automated count")
    Laboratory(component='Leukocytes', property='#/volume', system='Blood', method='Automated count')
    """
    rest, _, method = name.partition(" by ")
    given = _PROPERTY.match(rest)
    component, kind, rest = given.groups() if given else (rest, "", "")
    where = _SYSTEM.match(f"{'' if given else component}{rest}")
    system = where["system"] if where else ""
    if where and not given:
        component = where["component"]
    counted, among, _ = component.partition("/100 ")
    share = _SHARE if among else _RATIO if "/" in component and not kind else kind
    return Laboratory(counted, share, system, method)


@cache
def systems(specimen: str) -> Mapping[str, float]:
    """LOINC's systems that a specimen may be, from the source's words for it, and how well each suits, up to 1; empty:
    nobody knows. The longest word counts: whole blood is not what "blood" may be.

    >>> systems("血清")
    {'Serum or Plasma': 1.0, 'Serum': 0.8, 'Serum, Plasma or Blood': 0.67}
    """
    told = f" {' '.join(pieces(specimen))} "
    word = max((word for word in _specimens() if f" {' '.join(pieces(word))} " in told), key=len, default="")
    return {name: round(1 / (1 + place / 4), 2) for place, name in enumerate(filter(None, _specimens().get(word, ())))}


@cache
def property_of(unit: str) -> frozenset[str]:
    """LOINC's properties of a number in a unit (UCUM); empty: nobody knows.

    >>> sorted(property_of("10*9/L"))
    ['#/volume']
    """
    return _properties().get(unit.casefold(), frozenset())


@cache
def expected(system: str) -> float:
    """How well a system suits where nobody says of what: what laboratories mostly look at.

    >>> expected("Serum or Plasma"), expected("Amniotic fluid")
    (0.5, 0.0)
    """
    return _EXPECTED.get(system, 0.0)


@cache
def usual(method: str) -> float:
    """How usual a method is where none is spoken of: 1 for none at all, 0 for one that nobody would leave unsaid.

    >>> usual(""), usual("Automated count"), usual("Gas chromatography")
    (1.0, 0.9, 0.2)
    """
    return _methods().get(method, _RARE) if method else 1.0


@cache
def _methods() -> Mapping[str, float]:
    return {row["method"]: float(row["usual"]) for row in rows("method.csv")}


@cache
def _specimens() -> Mapping[str, tuple[str, ...]]:
    return {row["word"]: tuple(row["systems"].split("|")) for row in rows("specimen.csv")}


@cache
def _properties() -> Mapping[str, frozenset[str]]:
    return {row["unit"].casefold(): frozenset(row["properties"].split("|")) for row in rows("property.csv")}
