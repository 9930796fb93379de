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
from medark.standardise.propose.explained import explained
from medark.standardise.propose.names import Index, elements, folded, normal, tokens
from medark.standardise.propose.slots import slot_of

FEATURES = (
    "share", "most", "mass", "called", "called_so", "filled", "whole", "bias", "people", "visits", "width", "key",
    "one_a_person", "one_a_visit", "selves",
)  # fmt: skip
SHARED = 7  # of these, the weights that all kinds have in common
_PEOPLE, _VISITS = ("patient_id", "mrn", "id_number"), ("visit_id", "inpatient_no", "outpatient_no", "detail_id")
_SELF = ("birth_date", "id_number")  # what tells who somebody is
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
    rows = csv.DictReader(_text("kinds.csv").splitlines())
    return MappingProxyType(
        {r["kind"]: Kind(r["kind"], frozenset(r["groups"].split()), frozenset(r["words"].split())) for r in rows}
    )


@cache
def kind_of_group(group: str) -> str:
    """The kind whose own a group of elements is, or "" for what any table has."""
    return next((kind.name for kind in kinds().values() if group in kind.groups), "")


@cache
def is_foreign(element: str, kind: str) -> bool:
    """Is an element at home in another kind of table than this?

    >>> is_foreign("weight", "drug"), is_foreign("weight", "lab"), is_foreign("gender", "lab")
    (True, False, False)
    """
    home = kind_of_group(elements()[element].group)
    return bool(home) and home != kind and element not in _IDS


@dataclass(frozen=True, slots=True)
class Home:
    """Of an element in one table: `fits`, the chance that the table is one in which it is at home (what any table has
    is half at home in all); `made`: that something is made of it in such a table.
    """

    fits: float
    made: float


def homes(chances: Mapping[str, float]) -> Mapping[str, Home]:
    """Of every element, by the chance of each kind."""
    own, made = _at_home()
    of_kinds = np.array([chances.get(kind, 0.0) for kind in kinds()])
    pairs = zip(elements(), (own @ of_kinds).tolist(), (made @ of_kinds).tolist(), strict=True)
    return {name: Home(fits, there) for name, fits, there in pairs}


@cache
def _at_home() -> tuple[Vector, Vector]:
    """A row for each element, a column for each kind: is it at home there, and is something made of it?"""
    own, made = np.zeros((2, len(elements()), len(kinds())))
    for row, one in enumerate(elements().values()):
        anywhere = one.group in ANYWHERE or one.name in _IDS
        for column, kind in enumerate(kinds()):
            own[row, column] = 0.5 if anywhere else float(kind_of_group(one.group) == kind)
            made[row, column] = float(slot_of(one.name, kind) > "")
    return own, made


def features(
    called: str, columns: Sequence[Mapping[str, float]], keys: Sequence[bool], *, without: str = ""
) -> Mapping[str, Vector]:
    """For each kind its numbers. `columns`: chances of elements, of each column; `keys`: which name each row;
    `without`: a table's name that is not to be known.
    """
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
    unique = [chances for chances, is_key in zip(columns, keys, strict=True) if is_key]
    structure = (
        1.0, _most(columns, _PEOPLE), _most(columns, _VISITS), np.log(max(len(columns), 1)), float(any(keys)),
        _most(unique, _PEOPLE), _most(unique, _VISITS), sum(_most(columns, (name,)) for name in _SELF),
    )  # fmt: skip
    total = sum(mass.values()) or 1.0
    near, words = called_by(called, without), _words(called)
    so = {kind: 0.0 if without else _says(one, called, words) for kind, one in kinds().items()}
    fill = explained(columns, tuple(kinds()))
    return {
        kind: np.array(
            [
                mass[kind] / total,
                most[kind],
                np.log1p(mass[kind]),
                near.get(kind, 0.0),
                so[kind],
                *fill[kind],
                *structure,
            ]
        )
        for kind in kinds()
    }


def _most(columns: Sequence[Mapping[str, float]], names: Sequence[str]) -> float:
    return max((sum(chances.get(name, 0.0) for name in names) for chances in columns), default=0.0)


def called_by(called: str, without: str = "") -> Mapping[str, float]:
    """How near a table's name is to those that tables of each kind have, from 0 to 1."""
    index, of, written = _names()
    sides = index.near(called)
    found: dict[str, float] = {}
    for place in np.flatnonzero(sides > 0.1).tolist():
        if not without or written[place] != without:
            found[of[place]] = max(found.get(of[place], 0.0), float(sides[place]))
    return found


@cache
def _names() -> tuple[Index, tuple[str, ...], tuple[str, ...]]:
    rows = list(csv.reader(_text("kind_names.csv").splitlines()))[1:]
    index = Index([(name, lang) for _, lang, name in rows])
    return index, tuple(kind for kind, *_ in rows), tuple(normal(name) for *_, name in rows)


def _text(name: str) -> str:
    return files("medark.standardise.propose").joinpath(name).read_text("utf-8")


def _words(called: str) -> frozenset[str]:
    parts = tokens(called)
    singular = {part.removesuffix("ies") + "y" for part in parts if part.endswith("ies")}
    return frozenset({*parts, *(part.rstrip("s") for part in parts), *singular, normal(called)})


def _says(kind: Kind, called: str, words: frozenset[str]) -> float:
    """How much of the table's name is a word that such tables are called by; of Chinese words also one within it."""
    said = [len(word) for word in kind.words & words]
    said += [len(word) for word in kind.words if not word.isascii() and word in folded(called)]
    return float(np.sqrt(min(1.0, max(said, default=0) / max(len(normal(called)), 1))))
