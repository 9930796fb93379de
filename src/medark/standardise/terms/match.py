"""Terms against the names of all standard concepts: the nearest few, each with the probability that it is meant"""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from medark.standardise.terms.evidence import Asked, Read, evidence
from medark.standardise.terms.names import grams
from medark.standardise.terms.term import Candidate, Named, Term

_LOOKED_AT = 80  # concepts that share most with a term: their evidence is weighed
_LEAST_SHARE = 0.25  # of the best one's shared weight


@dataclass(frozen=True, slots=True)
class Weighing:
    """How much each evidence counts, and what a concept must have to be likelier than none of them all."""

    weights: Mapping[str, float]
    none: float

    @staticmethod
    @cache
    def shipped() -> Weighing:
        """As fitted by tools/fit_terms.py."""
        told = tomllib.loads(files("medark.standardise.terms").joinpath("weights.toml").read_text(encoding="utf-8"))
        return Weighing(told["weights"], told["none"])


class Matcher:
    """Finds what terms mean among concepts."""

    def __init__(self, concepts: Iterable[Named], weighing: Weighing | None = None) -> None:
        self._read = [Read(concept) for concept in concepts]
        self._weighing = weighing or Weighing.shipped()
        words = [_words(read) for read in self._read]
        features = [told | _marked(read.letters) for told, read in zip(words, self._read, strict=True)]
        self._weights, self._rarity, self._with = _rarity(words), _rarity(features), _postings(features)

    def candidates(self, term: Term, most: int = 5) -> list[Candidate]:
        """The likeliest concepts, best first. Their probabilities leave room for none of them: see `Weighing.none`."""
        found = self.weighed(term)
        if not found:
            return []
        scores = np.array([sum(self._weighing.weights[k] * v for k, v in told.items()) for _, told in found])
        chances = _chances(scores, self._weighing.none)
        order = np.argsort(-chances, kind="stable")[:most]
        return [Candidate(found[n][0], float(chances[n]), found[n][1]) for n in order]

    def weighed(self, term: Term) -> list[tuple[Named, dict[str, float]]]:
        """Every concept that is worth a look, with its evidence."""
        asked = Asked(term)
        return [(self._read[n].concept, evidence(asked, self._read[n], self._weights)) for n in self._nearest(asked)]

    def _nearest(self, asked: Asked) -> Sequence[int]:
        told = frozenset().union(*asked.readings) if asked.readings else frozenset[str]()
        shared = np.zeros(len(self._read))
        for feature in told | _marked(grams(tuple(sorted(told)))):
            at = self._with.get(feature)
            if at is not None:
                shared[at] += self._rarity[feature] * (1.0 if feature in told else 0.3)
        if not len(shared):
            return []
        few = np.argpartition(-shared, min(_LOOKED_AT, len(shared) - 1))[:_LOOKED_AT]
        return [int(n) for n in few if shared[n] > shared.max() * _LEAST_SHARE]


def _words(read: Read) -> frozenset[str]:
    return frozenset().union(*read.measured, read.besides)


def _marked(letters: frozenset[str]) -> frozenset[str]:
    return frozenset(f"~{letter}" for letter in letters)


def _rarity(sets: Sequence[frozenset[str]]) -> dict[str, float]:
    seen = Counter(word for words in sets for word in words)
    return {word: math.log(1 + len(sets) / count) for word, count in seen.items()}


def _postings(sets: Sequence[frozenset[str]]) -> dict[str, np.ndarray]:
    found: dict[str, list[int]] = {}
    for number, words in enumerate(sets):
        for word in words:
            found.setdefault(word, []).append(number)
    return {word: np.array(numbers, np.int32) for word, numbers in found.items()}


def _chances(scores: np.ndarray, none: float) -> np.ndarray:
    top = max(float(scores.max()), none)
    raised = np.exp(scores - top)
    chances: np.ndarray = raised / (raised.sum() + math.exp(none - top))
    return chances
