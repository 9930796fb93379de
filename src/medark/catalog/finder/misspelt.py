"""What a question was meant to be where a letter slipped, or a Chinese character that is said alike was taken"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from medark.catalog.finder.known import CORRECTED, Known
from medark.text import Spelling, apart_in_sound, distance, folded, is_pair, words

_RUNS: Final = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]{2,20}")
_PAIR: Final = 2


class Misspelt:
    """Questions read again. A word is misspelt that nobody has and that begins none; a run of Chinese characters is
    where two of them stand nowhere side by side, and one other character in their place mends it all.
    """

    def __init__(self, known: Known, phrases: Iterable[str]) -> None:
        self._known = known
        self._phrases = frozenset(folded(phrase).strip() for phrase in phrases)
        self._common = frozenset(word for phrase in self._phrases for word in words(phrase))
        self._spelling = Spelling(self._common)

    def read(self, question: str, *, finds_nothing: bool = False) -> str:
        """The question with each misspelt word as it was likely meant; the same where nothing is surely another.
        `finds_nothing`: so that a character may be another that is not said alike.
        """
        return _RUNS.sub(lambda run: self._read(run[0], finds_nothing), folded(question))

    def _read(self, run: str, finds_nothing: bool) -> str:
        return self._word(run) if run.isascii() else self._run(run, finds_nothing)

    def _word(self, word: str) -> str:
        """The nearest known word; of several that are as near, the one of a phrase with known meaning."""
        if word in self._common:
            return word
        meant = list(self._known.meant(word))
        if any(sure != CORRECTED for _, sure in meant):
            return word
        near = [*(self._known.word(at) for at, _ in meant), *self._spelling.near(word)]
        far = {one: (distance(word, one), one not in self._common) for one in near}
        best = [one for one in far if far[one] == min(far.values())]
        return best[0] if len(best) == 1 else word

    def _run(self, run: str, finds_nothing: bool) -> str:
        """The run with one character changed, if only one other is said alike and is a name or phrase, or fits."""
        if self._is_whole(run) or not (places := self._wrong(run)):
            return run
        tried = [(place, other) for place in places for other in self._fitting(run, place)]
        whole = [(place, other) for place, other in tried if self._is_whole(_changed(run, place, other))]
        fitting = tried if len(run) > _PAIR else []  # of two characters every other is near
        for some in (self._alike(run, whole), self._alike(run, fitting), whole if finds_nothing else ()):
            if len({other for _, other in some}) == 1:
                return _changed(run, *some[0])
        return run

    def _wrong(self, run: str) -> Sequence[int]:
        """Where the one wrong character may stand; nowhere if all is known, or more than one is wrong."""
        unknown = [at for at in range(len(run) - 1) if not self._stands(run[at], run[at + 1])]
        if not unknown or unknown[-1] - unknown[0] > 1:
            return ()
        return range(unknown[-1], unknown[0] + 2)

    def _fitting(self, run: str, place: int) -> Iterator[str]:
        """The characters that stand elsewhere between the neighbours of a place."""
        left, right = run[place - 1 : place] if place else "", run[place + 1 : place + 2]
        found = self._neighbours[0].get(left, frozenset()) if left else self._neighbours[1].get(right, frozenset())
        yield from sorted(one for one in found if not right or self._stands(one, right))

    def _alike(self, run: str, some: Sequence[tuple[int, str]]) -> Sequence[tuple[int, str]]:
        """Those that are said alike, the nearest alone."""
        far = [(apart, one) for one in some if (apart := apart_in_sound(run[one[0]], one[1])) is not None]
        least = min((apart for apart, _ in far), default=0)
        return [one for apart, one in far if apart == least]

    def _is_whole(self, text: str) -> bool:
        return text in self._phrases or bool(self._known.called(text).size)

    def _stands(self, one: str, other: str) -> bool:
        return other in self._neighbours[0].get(one, frozenset())

    @cached_property
    def _neighbours(self) -> tuple[Mapping[str, frozenset[str]], Mapping[str, frozenset[str]]]:
        """Of each character those that stand after it, and before it, in names and in phrases."""
        after: defaultdict[str, set[str]] = defaultdict(set)
        before: defaultdict[str, set[str]] = defaultdict(set)
        for pair in (*self._known.pairs(), *(word for word in self._common if is_pair(word))):
            after[pair[0]].add(pair[1])
            before[pair[1]].add(pair[0])
        return {k: frozenset(v) for k, v in after.items()}, {k: frozenset(v) for k, v in before.items()}


def _changed(run: str, place: int, other: str) -> str:
    return run[:place] + other + run[place + 1 :]
