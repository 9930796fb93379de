"""A question answered from the index: ranked, by synonyms too, by beginnings, misspelt words and pinyin initials"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from medark.catalog.finder.known import CORRECTED, SINGULAR, Known
from medark.catalog.finder.make import Arrays
from medark.catalog.finder.misspelt import Misspelt
from medark.text import Part, Synonyms, folded, is_chinese, is_pair, words

_OTHER_WRITING: Final = 0.9  # a synonym, beside what was written
_LEAST_COVERED: Final = 0.5  # of what is asked, weighed by how telling each word or single character is
_LEAST_OF_BEST: Final = 0.1  # what scores less than this part of the best is noise
_NAMED: Final = 3.0  # times the score of what is called exactly so
_OTHERWISE_NAMED: Final = 1.8  # and of what is called as a synonym
_CHARACTER: Final = 0.5  # of a Chinese word every character counts, and every pair
_LONGEST: Final = 200  # characters of a question

Meant = Sequence[tuple[int, float]]  # the known words that a word may mean, and how sure that is


@dataclass(frozen=True, slots=True)
class Asked:
    """A question. `open`: which places may be found at all, None for all; `kinds`: of which kinds, none for all."""

    text: str
    kinds: frozenset[int] = frozenset()
    open: np.ndarray | None = field(default=None, repr=False)
    most: int = 60


@dataclass(frozen=True, slots=True)
class Hit:
    """A place in the index; the higher the score, the nearer."""

    place: int
    score: float


@dataclass(frozen=True, slots=True)
class Matches:
    """The best, best first; and how many there are of each kind, whatever kinds were asked for. `read_as`: what was
    looked for in place of a question that is misspelt, else "".
    """

    hits: tuple[Hit, ...]
    of_kind: dict[int, int]
    read_as: str = ""


class Finder:
    """An index that can be asked. `kinds`: of each place; `weights`: what its score is multiplied with."""

    def __init__(
        self, index: Arrays, kinds: np.ndarray, weights: np.ndarray, synonyms: Sequence[Sequence[str]]
    ) -> None:
        self._index, self._kinds, self._weights = index, kinds, weights
        self._synonyms, self._known = Synonyms(synonyms), Known(index)
        self._misspelt = Misspelt(self._known, (phrase for group in synonyms for phrase in group))

    def ask(self, asked: Asked) -> Matches:
        """What answers a question: texts that have half of it, weighed by how telling each word is."""
        text = folded(asked.text[:_LONGEST]).strip()
        read, scores = self._read(text)
        if asked.open is not None:
            scores *= asked.open
        answers = np.flatnonzero(scores >= max(_LEAST_OF_BEST * float(scores.max(initial=0)), 1e-6))
        of_kind = np.bincount(self._kinds[answers])
        if asked.kinds:
            answers = answers[np.isin(self._kinds[answers], list(asked.kinds))]
        if answers.size > asked.most:
            answers = answers[np.argpartition(-scores[answers], asked.most)[: asked.most]]
        best = answers[np.lexsort((answers, -scores[answers]))]
        hits = tuple(Hit(int(place), float(scores[place])) for place in best)
        return Matches(
            hits, {kind: int(count) for kind, count in enumerate(of_kind) if count}, read if read != text else ""
        )

    def all_of(self, asked: Asked) -> Matches:
        """What there is of some kinds, what is likeliest meant first; without kinds none, and how many of each."""
        worth = self._weights if asked.open is None else self._weights * asked.open
        there = np.flatnonzero(worth > 0)
        of_kind = np.bincount(self._kinds[there])
        wanted = there[np.isin(self._kinds[there], list(asked.kinds))]
        best = wanted[np.argsort(-worth[wanted], kind="stable")][: asked.most]
        hits = tuple(Hit(int(place), float(worth[place])) for place in best)
        return Matches(hits, {kind: int(count) for kind, count in enumerate(of_kind) if count})

    def _read(self, text: str) -> tuple[str, np.ndarray]:
        """A question as it was likely meant, and the scores."""
        read = self._misspelt.read(text)
        scores = self._scores(read)
        if read == text and not scores.any():
            read = self._misspelt.read(text, finds_nothing=True)
            scores = self._scores(read) if read != text else scores
        return read, scores

    def _scores(self, text: str) -> np.ndarray:
        parts = self._synonyms.parts(text)
        scores = self._none()
        for part, times in Counter(parts).items():
            scores += self._part(part) * np.float32(times / len(parts))
        if len(parts) > 1:
            scores[self._known.called(folded(text).strip())] *= _NAMED
        return scores * self._weights

    def _part(self, part: Part) -> np.ndarray:
        """The best of the ways in which a part may be written."""
        best = self._phrase(self._corrected(part.written))
        for other in part.others:
            np.maximum(best, self._phrase(other, whole_words=True) * _OTHER_WRITING, out=best)
        return best

    def _corrected(self, written: str) -> str:
        """What was written, or the one word that it is a misspelling of."""
        meant = list(self._known.meant(written)) if written.isalnum() and written.isascii() else []
        is_other = len(meant) == 1 and meant[0][1] in (CORRECTED, SINGULAR)
        return self._known.word(meant[0][0]) if is_other else written

    def _phrase(self, phrase: str, whole_words: bool = False) -> np.ndarray:
        """By a phrase: the sum of its words, less where some of them are missing."""
        asked = {word: list(self._known.meant(word, whole_words)) for word in words(phrase)}
        found = self._one_word(*asked.popitem()) if len(asked) == 1 else self._several(asked)
        found[self._known.called(phrase)] *= _OTHERWISE_NAMED if whole_words else _NAMED
        return found

    def _one_word(self, word: str, meant: Meant) -> np.ndarray:
        found = self._best(meant)
        found *= np.float32(self._weight(meant) * _worth(word))
        return found

    def _several(self, asked: Mapping[str, Meant]) -> np.ndarray:
        whole, sums, covered = 0.0, self._none(), self._none()
        for word, meant in asked.items():
            weight = self._weight(meant)
            counts = weight * (not is_pair(word))  # one wrong character spoils two pairs
            whole += counts
            best = self._best(meant)
            if counts:
                np.add(covered, np.float32(counts), out=covered, where=best > 0)
            best *= np.float32(weight * _worth(word))
            sums += best
        covered /= np.float32(whole or 1)
        sums *= covered
        sums *= covered
        sums[covered < _LEAST_COVERED] = 0
        return sums

    def _weight(self, meant: Meant) -> float:
        return max((float(self._index["telling"][at]) for at, _ in meant), default=self._rarest)

    def _best(self, meant: Meant) -> np.ndarray:
        found = self._none()
        for nth, (at, sure) in enumerate(meant):
            places, scores = self._having(at)
            scores *= np.float32(sure)
            found[places] = np.maximum(found[places], scores) if nth else scores
        return found

    def _having(self, at: int) -> tuple[np.ndarray, np.ndarray]:
        start, end = int(self._index["starts"][at]), int(self._index["starts"][at + 1])
        return self._index["places"][start:end], self._index["scores"][start:end].astype(np.float32)

    def _none(self) -> np.ndarray:
        return np.zeros(self._kinds.size, np.float32)

    @property
    def _rarest(self) -> float:
        """How telling a word is that nobody has."""
        return float(np.log(1 + (self._kinds.size + 0.5) / 0.5))


def _worth(word: str) -> float:
    return _CHARACTER if is_chinese(word) else 1.0
