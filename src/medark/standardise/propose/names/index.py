"""Names compared with one name, by the concepts, words and letters that they share, rare ones most"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from medark.standardise.propose.names.words import concepts, is_initials, normal, tokens

_LETTERS = frozenset({"pinyin"})  # names that are first letters


class Index:
    """Names, each with its language: cosines of their features, weighed by how few names have each."""

    def __init__(self, names: Sequence[tuple[str, str]]) -> None:
        bags = [features(name, pinyin=lang in _LETTERS) for name, lang in names]
        frequency = Counter(feature for bag in bags for feature in bag)
        self._size = len(bags)
        self._idf = {feature: math.log(1 + len(bags) / n) for feature, n in frequency.items()}
        lists: dict[str, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))
        for place, bag in enumerate(bags):
            length = math.sqrt(sum((weight * self._idf[feature]) ** 2 for feature, weight in bag.items())) or 1.0
            for feature, weight in bag.items():
                numbers, weights = lists[feature]
                numbers.append(place)
                weights.append(weight * self._idf[feature] / length)
        self._postings = {f: (np.array(numbers), np.array(weights)) for f, (numbers, weights) in lists.items()}

    def near(self, name: str) -> npt.NDArray[np.float64]:
        """How near each of the names is, from 0 to 1."""
        sides = np.zeros(self._size)
        length = 0.0
        for feature, weight in features(name, pinyin=True).items():
            idf = self._idf.get(feature, math.log(1 + self._size))
            length += (weight * idf) ** 2
            if feature in self._postings:
                numbers, weights = self._postings[feature]
                sides[numbers] += weight * idf * weights
        found: npt.NDArray[np.float64] = sides / (math.sqrt(length) or 1.0)
        return found


def features(name: str, *, pinyin: bool = False) -> Mapping[str, float]:
    """What two names are compared by: concepts most, then words, then runs of three letters or two characters."""
    bag: dict[str, float] = {f"={concept}": 1.4 for concept in concepts(name, pinyin=pinyin)}
    for token in tokens(name):
        bag[token] = 1.0
    for gram in () if is_initials(name) else _grams(normal(name)):
        bag[f"~{gram}"] = 0.35
    return bag


def _grams(text: str) -> Sequence[str]:
    size = 3 if text.isascii() else 2
    padded = f"^{text}$"
    return [padded[place : place + size] for place in range(max(1, len(padded) - size + 1))]
