"""Terms against the names of all standard concepts: the nearest few, each with the probability that it is meant"""

from __future__ import annotations

import math
import tomllib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from medark.standardise.terms.evidence import Asked, Read, evidence
from medark.standardise.terms.names import grams
from medark.standardise.terms.sense import Sense
from medark.standardise.terms.term import Candidate, Named, Term

_LOOKED_AT = 80  # concepts that share most with a term: their evidence is weighed
_LEAST_SHARE = 0.25  # of the best one's shared weight
_ALIKE = 20  # concepts that mean most nearly the same: likewise, where there is a model of meaning


@dataclass(frozen=True, slots=True)
class Weighing:
    """How much each evidence counts, and what a concept must have to be likelier than none of them all."""

    weights: Mapping[str, float]
    none: float

    @staticmethod
    @cache
    def shipped(kind: str = "words") -> Weighing:
        """As fitted by tools/fit_terms.py. `kind`: without a model of meaning "words"; with one "measurement" or
        "other", by what is named.
        """
        told = tomllib.loads(files("medark.standardise.terms").joinpath("weights.toml").read_text(encoding="utf-8"))
        return Weighing(told[kind]["weights"], told[kind]["none"])


class Matcher:
    """Finds what terms mean among concepts."""

    def __init__(self, concepts: Iterable[Named], weighing: Weighing | None = None, sense: Sense | None = None) -> None:
        self._concepts = tuple(concepts)
        self._weighing = weighing or Weighing.shipped()
        self._sense = sense
        words, features = _Postings(), _Postings()
        for concept in self._concepts:
            read = Read(concept)
            told = frozenset().union(*read.measured, read.besides)
            words.add(told)
            features.add(told | _marked(read.letters))
        self._weights, self._rarity, self._with = words.rarity(), features.rarity(), features.places()

    def candidates(self, term: Term, most: int = 5) -> list[Candidate]:
        """The likeliest concepts, best first. Their probabilities leave room for none of them: see `Weighing.none`."""
        found = self.weighed(term)
        if not found:
            return []
        scores = np.array([sum(self._weighing.weights.get(k, 0.0) * v for k, v in told.items()) for _, told in found])
        chances = _chances(scores, self._weighing.none)
        order = np.argsort(-chances, kind="stable")[:most]
        return [Candidate(found[n][0], float(chances[n]), found[n][1]) for n in order]

    def weighed(self, term: Term) -> list[tuple[Named, dict[str, float]]]:
        """Every concept that is worth a look, with its evidence."""
        asked = Asked(term)
        sense = self._sense.likeness(term.names[:1]) if self._sense and term.names else None
        near = dict.fromkeys((*self._nearest(asked), *_largest(sense, _ALIKE)))
        read = [Read(self._concepts[n]) for n in near]
        means = [0.0 if sense is None else float(sense[n]) for n in near]
        return [
            (one.concept, {**evidence(asked, one, self._weights), "sense": alike})
            for one, alike in zip(read, means, strict=True)
        ]

    def _nearest(self, asked: Asked) -> Sequence[int]:
        told = frozenset().union(*asked.readings) if asked.readings else frozenset[str]()
        shared = np.zeros(len(self._concepts))
        for feature in told | _marked(grams(tuple(sorted(told)))):
            at = self._with.get(feature)
            if at is not None:
                shared[at] += self._rarity[feature] * (1.0 if feature in told else 0.3)
        return [n for n in _largest(shared, _LOOKED_AT) if shared[n] > shared.max() * _LEAST_SHARE]


def _marked(letters: frozenset[str]) -> frozenset[str]:
    return frozenset(f"~{letter}" for letter in letters)


def _largest(values: np.ndarray | None, most: int) -> list[int]:
    """The places of the largest, in no order."""
    if values is None or not len(values):
        return []
    return [int(n) for n in np.argpartition(-values, min(most, len(values) - 1))[:most]]


class _Postings:
    """Of each feature the places of the concepts that have it; and from their number, how rare it is."""

    def __init__(self) -> None:
        self._at: dict[str, array[int]] = {}
        self._concepts = 0

    def add(self, features: Iterable[str]) -> None:
        for feature in features:
            self._at.setdefault(feature, array("i")).append(self._concepts)
        self._concepts += 1

    def rarity(self) -> dict[str, float]:
        return {feature: math.log(1 + self._concepts / len(at)) for feature, at in self._at.items()}

    def places(self) -> dict[str, np.ndarray]:
        return {feature: np.frombuffer(at, np.int32) for feature, at in self._at.items()}


def _chances(scores: np.ndarray, none: float) -> np.ndarray:
    top = max(float(scores.max()), none)
    raised = np.exp(scores - top)
    chances: np.ndarray = raised / (raised.sum() + math.exp(none - top))
    return chances
