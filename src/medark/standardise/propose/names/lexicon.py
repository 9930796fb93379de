"""Names that columns have, in five languages, pinyin and code lists, and which element each says; the nearest scored"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import numpy as np

from medark.standardise.propose.names.index import Index
from medark.standardise.propose.names.words import alike, normal

_SHORTEST = 3  # characters that a name has without its number
_LOOKED_AT = 80  # nearest names
_ALIKE = 0.92  # how near a name is that says time or number by another word


@dataclass(frozen=True, slots=True)
class Element:
    """What a column may be. `slot`: what is made of it, "" for nothing; `tests`: the form that its values have."""

    name: str
    group: str
    type: str
    slot: str
    tests: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A name that stands for an element. `weight`: how much it is trusted; a site's own are trusted most."""

    element: str
    lang: str
    name: str
    weight: float = 1.0


@cache
def elements() -> Mapping[str, Element]:
    """All elements by name."""
    found = [Element(*row) for row in _rows("elements.csv")]
    return MappingProxyType({one.name: one for one in found})


@cache
def entries() -> tuple[Entry, ...]:
    """The lexicon that ships."""
    return tuple(Entry(element, lang, name) for element, lang, name in _rows("lexicon.csv"))


def _rows(name: str) -> list[list[str]]:
    text = files("medark.standardise.propose").joinpath(name).read_text("utf-8")
    return list(csv.reader(text.splitlines()))[1:]


@dataclass(frozen=True, slots=True)
class NameScore:
    """How well a name says an element: `exact` is the trust in a name that is written just so; `near` from 0 to 1."""

    exact: float
    near: float
    by: str  # the name in the lexicon that was nearest


class Lexicon:
    """Scores names. `without`: names that it must not know, written in any way."""

    def __init__(self, told: Iterable[Entry] = (), *, without: Collection[str] = ()) -> None:
        hidden = {normal(name) for name in without}
        self._entries = [e for e in (*entries(), *told) if normal(e.name) not in hidden and e.element in elements()]
        self._exact: dict[str, dict[str, tuple[float, str]]] = defaultdict(dict)
        self._written: dict[str, list[int]] = defaultdict(list)
        self._alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for place, entry in enumerate(self._entries):
            self._written[normal(entry.name)].append(place)
            self._alike[alike(entry.name)].append(place)
            there = self._exact[normal(entry.name)]
            if entry.weight >= there.get(entry.element, (0.0, ""))[0]:
                there[entry.element] = (entry.weight, entry.name)
        self._names = sorted(elements())
        place_of = {name: place for place, name in enumerate(self._names)}
        self._index = Index([(entry.name, entry.lang) for entry in self._entries])
        self._of = np.array([place_of[entry.element] for entry in self._entries])
        self._known: dict[tuple[str, frozenset[str]], Mapping[str, NameScore]] = {}

    def scores(self, name: str, without: Collection[str] = ()) -> Mapping[str, NameScore]:
        """Elements that a name may say. `without`: entries not to look at, as they are written."""
        key = (name, frozenset(without))
        if key not in self._known:
            self._known[key] = self._scores(name, key[1])
        return self._known[key]

    def _scores(self, name: str, without: frozenset[str]) -> Mapping[str, NameScore]:
        bare = name.rstrip("0123456789")
        bare = name if len(bare) < _SHORTEST else bare  # 其他诊断3 is one of a list: 其他诊断
        exact = {} if without else self._exact.get(normal(name)) or self._exact.get(normal(bare), {})
        name = name if normal(name) in self._exact else bare
        sides = self._index.near(name)
        same = self._alike.get(alike(name), [])
        sides[same] = np.maximum(sides[same], _ALIKE)
        for hidden in without:
            sides[self._written.get(hidden, [])] = 0.0
        best: dict[int, tuple[float, int]] = {}
        for place in np.argsort(-sides)[:_LOOKED_AT].tolist():
            if sides[place] <= 0.05:
                break
            best.setdefault(int(self._of[place]), (float(sides[place]), place))
        found = {self._names[e]: NameScore(0.0, near, self._entries[p].name) for e, (near, p) in best.items()}
        sharing = len(exact)
        for element, (weight, by) in exact.items():
            found[element] = NameScore(weight / sharing**0.5, 1.0, by)
        return MappingProxyType(found)
