"""What a misspelt word may have been: known words that are few letters away"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from medark.text.words import is_chinese

_SHORTEST: Final = 4  # letters: of fewer, every other word is near
_LONG: Final = 8  # letters: from here on two may be wrong


class Spelling:
    """The known Latin words, by what is left of each when a letter or two are taken out.

    Source: the deletions of Garbe's SymSpell (2012): two words are near where they agree after deletions.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self._by_rest: Mapping[str, list[str]] = _by_rest(
            word for word in sorted(set(known)) if len(word) >= _SHORTEST and not is_chinese(word)
        )

    def near(self, word: str) -> tuple[str, ...]:
        """The known words nearest to a misspelt one, all equally near; none if nothing is.

        >>> Spelling(["warfarin", "aspirin"]).near("warfrain")
        ('warfarin',)
        """
        if len(word) < _SHORTEST or is_chinese(word):
            return ()
        limit = allowed(word)
        candidates = {known for rest in _rests(word, limit) for known in self._by_rest.get(rest, ())}
        distances = {known: distance(word, known) for known in candidates}
        best = min(distances.values(), default=limit + 1)
        return tuple(sorted(known for known, far in distances.items() if far == best)) if best <= limit else ()


def distance(one: str, other: str) -> int:
    """How many letters must be put in, taken out, changed or swapped with the next (restricted Damerau–Levenshtein).

    >>> distance("warfrain", "warfarin"), distance("af", "vaf")
    (1, 1)
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, wanted in enumerate(other, 1):
            cost = min(last[column] + 1, line[-1] + 1, last[column - 1] + (letter != wanted))
            if row > 1 < column and letter == other[column - 2] and one[row - 2] == wanted:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, last = last, line
    return last[-1]


def allowed(word: str) -> int:
    """How many letters of a word may be wrong."""
    return 2 if len(word) >= _LONG else 1


def _rests(word: str, deleted: int) -> Iterator[str]:
    yield word
    if deleted:
        for at in range(len(word)):
            yield from _rests(word[:at] + word[at + 1 :], deleted - 1)


def _by_rest(known: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in known:
        for rest in set(_rests(word, allowed(word))):
            found.setdefault(rest, []).append(word)
    return found
