"""Names that columns have, in three languages and four code lists, and which element each says; nearest ones scored"""

from __future__ import annotations

import csv
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from medark.standardise.propose.names.words import concepts, normal, tokens

_SHORTEST = 3  # characters that a name has without its number


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
        for entry in self._entries:
            there = self._exact[normal(entry.name)]
            if entry.weight >= there.get(entry.element, (0.0, ""))[0]:
                there[entry.element] = (entry.weight, entry.name)
        self._names = sorted(elements())
        self._place = {name: place for place, name in enumerate(self._names)}
        self._postings, self._idf = self._indexed()
        self._of = np.array([self._place[entry.element] for entry in self._entries])
        self._known: dict[tuple[str, frozenset[str]], Mapping[str, NameScore]] = {}

    def _indexed(self) -> tuple[dict[str, tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]], dict[str, float]]:
        bags = [features(entry.name, pinyin=entry.lang == "pinyin") for entry in self._entries]
        frequency = Counter(feature for bag in bags for feature in bag)
        idf = {feature: math.log(1 + len(bags) / n) for feature, n in frequency.items()}
        lists: dict[str, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))
        for place, bag in enumerate(bags):
            length = math.sqrt(sum((weight * idf[feature]) ** 2 for feature, weight in bag.items())) or 1.0
            for feature, weight in bag.items():
                numbers, weights = lists[feature]
                numbers.append(place)
                weights.append(weight * idf[feature] / length)
        return {f: (np.array(numbers), np.array(weights)) for f, (numbers, weights) in lists.items()}, idf

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
        sides = self._near(features(name, pinyin=True), without)
        best: dict[int, tuple[float, int]] = {}
        for place in np.argsort(-sides)[:60].tolist():
            if sides[place] <= 0.05:
                break
            best.setdefault(int(self._of[place]), (float(sides[place]), place))
        found = {self._names[e]: NameScore(0.0, near, self._entries[p].name) for e, (near, p) in best.items()}
        sharing = len(exact)
        for element, (weight, by) in exact.items():
            found[element] = NameScore(weight / sharing**0.5, 1.0, by)
        return MappingProxyType(found)

    def _near(self, bag: Mapping[str, float], without: frozenset[str]) -> npt.NDArray[np.float64]:
        sides = np.zeros(len(self._entries))
        length = 0.0
        for feature, weight in bag.items():
            idf = self._idf.get(feature, math.log(1 + len(self._entries)))
            length += (weight * idf) ** 2
            if feature in self._postings:
                numbers, weights = self._postings[feature]
                sides[numbers] += weight * idf * weights
        if without:
            sides[[p for p, e in enumerate(self._entries) if normal(e.name) in without]] = 0.0
        return sides / (math.sqrt(length) or 1.0)


def features(name: str, *, pinyin: bool = False) -> Mapping[str, float]:
    """What two names are compared by: concepts most, then words, then runs of three letters or two characters."""
    bag: dict[str, float] = {f"={concept}": 1.4 for concept in concepts(name, pinyin=pinyin)}
    for token in tokens(name):
        bag[token] = 1.0
    for gram in _grams(normal(name)):
        bag[f"~{gram}"] = 0.35
    return bag


def _grams(text: str) -> Sequence[str]:
    size = 3 if text.isascii() else 2
    padded = f"^{text}$"
    return [padded[place : place + size] for place in range(max(1, len(padded) - size + 1))]
