"""What a table is: the kinds of tables, and the numbers by which one is told from another"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import numpy as np

from medark.standardise.propose.evidence import Vector
from medark.standardise.propose.names import concepts, elements, normal, tokens

FEATURES = ("share", "most", "called", "bias", "people", "visits", "width", "key")
SHARED = 3  # of these, the weights that all kinds have in common
_PEOPLE, _VISITS = ("patient_id", "mrn", "id_number"), ("visit_id", "inpatient_no", "outpatient_no", "detail_id")
ANYWHERE = frozenset({"generic", "technical", "staff", "organisation"})
_IDS = frozenset({*_PEOPLE, *_VISITS, "name", "gender", "birth_date", "age", "phone"})


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of table. `groups`: of elements that are its own; `words`: that such tables are called by."""

    name: str
    groups: frozenset[str]
    words: frozenset[str]


@cache
def kinds() -> Mapping[str, Kind]:
    """All of them, by name."""
    text = files("medark.standardise.propose").joinpath("kinds.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return MappingProxyType(
        {r["kind"]: Kind(r["kind"], frozenset(r["groups"].split()), frozenset(r["words"].split())) for r in rows}
    )


@cache
def kind_of_group(group: str) -> str:
    """The kind whose own a group of elements is, or "" for what any table has."""
    return next((kind.name for kind in kinds().values() if group in kind.groups), "")


def fits(element: str, chances: Mapping[str, float]) -> float:
    """The chance that the table is one in which the element is at home; what any table has is at home in all."""
    group = elements()[element].group
    if group in ANYWHERE or element in _IDS:
        return 0.5
    return chances.get(kind_of_group(group), 0.0)


def features(called: str, columns: Sequence[Mapping[str, float]], keys: int) -> Mapping[str, Vector]:
    """For each kind its numbers. `columns`: chances of elements, of each column; `keys`: how many name each row."""
    mass: dict[str, float] = dict.fromkeys(kinds(), 0.0)
    most: dict[str, float] = dict.fromkeys(kinds(), 0.0)
    for chances in columns:
        of_kind: dict[str, float] = {}
        for name, chance in chances.items():
            group = elements()[name].group if name else ""
            if group not in ANYWHERE and name not in _IDS and (kind := kind_of_group(group)):
                of_kind[kind] = of_kind.get(kind, 0.0) + chance
        for kind, chance in of_kind.items():
            mass[kind] += chance
            most[kind] = max(most[kind], chance)
    people, visits = (_most(columns, names) for names in (_PEOPLE, _VISITS))
    width, words = np.log(max(len(columns), 1)), _words(called)
    structure = (1.0, people, visits, width, float(keys > 0))
    total = sum(mass.values()) or 1.0
    return {
        kind: np.array([mass[kind] / total, most[kind], _called(kinds()[kind], called, words), *structure])
        for kind in kinds()
    }


def _most(columns: Sequence[Mapping[str, float]], names: Sequence[str]) -> float:
    return max((sum(chances.get(name, 0.0) for name in names) for chances in columns), default=0.0)


def _words(called: str) -> frozenset[str]:
    parts = tokens(called)
    singular = {part.removesuffix("ies") + "y" for part in parts if part.endswith("ies")}
    return frozenset({*parts, *(part.rstrip("s") for part in parts), *singular, *concepts(called), normal(called)})


def _called(kind: Kind, called: str, words: frozenset[str]) -> float:
    """Does the table's name say it? Of Chinese words also one within it."""
    if kind.words & words:
        return 1.0
    return 1.0 if any(not word.isascii() and word in called for word in kind.words) else 0.0
