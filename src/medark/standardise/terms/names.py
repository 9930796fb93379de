"""Names as what can be compared: folded words, abbreviations and Chinese turned into the words of the vocabulary"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from medark.standardise.terms.pieces import IDLE, pieces, rows

_LONGEST = 6  # words of a phrase that is one word of the vocabulary


@cache
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, phrases replaced by what the vocabulary calls them.

    >>> words_of("WBC"), words_of("Troponin T"), words_of("血清钾")
    (('leukocyte',), ('troponin', 't', 'cardiac'), ('血清', 'potassium'))
    """
    return tuple(word for word in _replaced(pieces(name)) if word not in IDLE)


def grams(words: tuple[str, ...]) -> frozenset[str]:
    """What a misspelt or abbreviated word still shares: three letters in a row, two Chinese characters.

    >>> sorted(grams(("zinc",)))
    ['inc', 'zin']
    """
    return frozenset(
        word[at : at + width]
        for word in words
        for width in ((2,) if word[0] >= "\u3400" else (3,))
        for at in range(max(1, len(word) - width + 1))
    )


def _replaced(words: tuple[str, ...]) -> Iterator[str]:
    at = 0
    while at < len(words):
        for width in range(min(_LONGEST, len(words) - at), 0, -1):
            means = _phrases().get(" ".join(words[at : at + width]))
            if means is not None:
                yield from means
                at += width
                break
        else:
            yield words[at]
            at += 1


@cache
def _phrases() -> Mapping[str, tuple[str, ...]]:
    """What a phrase (its words with a blank between them) is called: written as the vocabulary splits it."""
    return {" ".join(pieces(row["word"])): tuple(pieces(row["means"])) for row in rows("word.csv")}
