"""Full-text search over a few thousand short texts in two languages: ranked, tolerant of spelling, by synonyms too"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from medark.text import Part, Spelling, Synonyms, is_chinese, is_pair, words

_SATURATION, _LENGTH = 1.2, 0.75  # k1 and b of BM25. Source: Robertson and Zaragoza 2009, Found Trends Inf Retr 3:333
_IN_NAME: Final = 6.0  # a word in a name counts as so many in the text
_OTHER_WRITING: Final = 0.9  # a synonym, beside what was written
_CORRECTED: Final = 0.7
_BEGUN: Final = 0.8  # a longer word that begins so
_SHORTEST_BEGINNING: Final = 3  # letters
_LEAST_COVERED: Final = 0.5  # of what is asked, weighed by how telling each word or single character is
_LEAST_OF_BEST: Final = 0.1  # what scores less than this part of the best is noise
_LONGEST: Final = 200  # characters of a question

Scores = dict[int, float]


@dataclass(frozen=True, slots=True)
class Document:
    """One text. `names`: what it is called, in every language; `text`: all else that it says."""

    id: str
    names: tuple[str, ...]
    text: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found; the higher the score, the nearer."""

    document: Document
    score: float


@dataclass
class Library:
    """Documents that can be searched. Building it is linear in their length; a question takes about a millisecond."""

    documents: Sequence[Document]
    synonyms: Iterable[Sequence[str]] = ()
    _index: dict[str, Scores] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        counted = [_counted(one) for one in self.documents]
        mean = sum(sum(one.values()) for one in counted) / max(1, len(counted))
        for place, counts in enumerate(counted):
            dampened = _SATURATION * (1 - _LENGTH + _LENGTH * sum(counts.values()) / mean)
            for word, count in counts.items():
                score = count * (_SATURATION + 1) / (count + dampened)
                self._index.setdefault(word, {})[place] = score
        self._telling = {word: self._idf(len(found)) for word, found in self._index.items()}
        self._latin = sorted(word for word in self._index if not is_chinese(word))
        self._spelling = Spelling(self._latin)
        self._synonyms = Synonyms(self.synonyms)

    def search(self, asked: str, most: int = 20, kinds: Sequence[str] = ()) -> list[Hit]:
        """The best of the documents that answer a question, best first; of these kinds, if any is named.

        A document answers where it has half of what was asked, weighed by how telling each word is.
        """
        parts = self._synonyms.parts(asked[:_LONGEST])
        scores: Scores = {}
        for part in parts:
            for place, score in self._part(part).items():
                scores[place] = scores.get(place, 0.0) + score / len(parts)
        least = _LEAST_OF_BEST * max(scores.values(), default=0.0)
        found = [
            Hit(self.documents[place], score)
            for place, score in scores.items()
            if score >= least and (not kinds or self.documents[place].kind in kinds)
        ]
        return sorted(found, key=lambda hit: (-hit.score, hit.document.id))[:most]

    def _part(self, part: Part) -> Scores:
        """The best of the ways in which a part may be written, for each document."""
        best = self._phrase(part.written)
        for other in part.others:
            for place, score in self._phrase(other).items():
                best[place] = max(best.get(place, 0.0), score * _OTHER_WRITING)
        return best

    def _phrase(self, phrase: str) -> Scores:
        """Documents by a phrase: the sum of its words, less where some of them are missing."""
        whole, sums, covered = 0.0, Scores(), Scores()
        for word in dict.fromkeys(words(phrase)):
            meant = list(self._meant(word))
            weight = max((self._telling[known] for known, _ in meant), default=self._idf(0))
            counts = weight * (not is_pair(word))  # one wrong character spoils two pairs
            whole += counts
            for place, score in _best(self._index, meant).items():
                sums[place] = sums.get(place, 0.0) + score * weight
                covered[place] = covered.get(place, 0.0) + counts
        return {
            place: score * (covered[place] / whole) ** 2
            for place, score in sums.items()
            if covered[place] >= _LEAST_COVERED * whole
        }

    def _meant(self, word: str) -> Iterator[tuple[str, float]]:
        """The known words that a word of a question may mean, and how sure that is."""
        if word in self._index:
            yield word, 1.0
        begun = list(self._begun(word))
        yield from ((longer, _BEGUN) for longer in begun)
        if word not in self._index and not begun:
            yield from ((near, _CORRECTED) for near in self._spelling.near(word))

    def _begun(self, word: str) -> Iterator[str]:
        if len(word) < _SHORTEST_BEGINNING or is_chinese(word):
            return
        for at in range(bisect_left(self._latin, word), len(self._latin)):
            if not self._latin[at].startswith(word):
                return
            if self._latin[at] != word:
                yield self._latin[at]

    def _idf(self, documents: int) -> float:
        return math.log(1 + (len(self.documents) - documents + 0.5) / (documents + 0.5))


def _counted(document: Document) -> Counter[str]:
    counts: Counter[str] = Counter()
    for name in document.names:
        for word in set(words(name)):
            counts[word] += _IN_NAME  # type: ignore[assignment]
    counts.update(words(document.text))
    return counts


def _best(index: Mapping[str, Scores], meant: Sequence[tuple[str, float]]) -> Scores:
    found: Scores = {}
    for word, sure in meant:
        for place, score in index[word].items():
            found[place] = max(found.get(place, 0.0), score * sure)
    return found
