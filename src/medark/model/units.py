"""OMOP's concepts of units: which UCUM code each one stands for, as far as they are shipped"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class UnitConcept:
    """A row of the vocabulary UCUM in OMOP. `code` as OMOP spells it, which is not always as UCUM does ([U], pH)."""

    concept_id: int
    code: str
    name: str


@cache
def unit_concepts() -> tuple[UnitConcept, ...]:
    """The shipped ones, by concept_id.

    >>> unit_concepts()[0]
    UnitConcept(concept_id=8482, code='pH', name='pH')
    """
    text = files("medark.model").joinpath("unit_concept.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(UnitConcept(int(r["concept_id"]), r["concept_code"], r["concept_name"]) for r in rows)


def unit_codes() -> Mapping[int, str]:
    """The code of each shipped unit concept.

    >>> unit_codes()[8840]
    'mg/dL'
    """
    return MappingProxyType({unit.concept_id: unit.code for unit in unit_concepts()})
