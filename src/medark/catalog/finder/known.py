"""The words of an index looked up: the one that is written, those that begin so, those it may be a misspelling of"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from medark.catalog.finder.make import SAID, Arrays, number_of
from medark.catalog.finder.near import near
from medark.text import is_chinese, is_pair

CORRECTED: Final = 0.7
SINGULAR: Final = 0.95
_BEGUN: Final = 0.8  # a longer word that begins so
_SAID: Final = 0.75  # pinyin initials
_SHORTEST_BEGINNING: Final = 3  # letters
_SHORTEST_SAID: Final = 3
_SHORTEST_PLURAL: Final = 4
_MOST_BEGUN: Final = 200  # words
_PAIR_BYTES: Final = 6  # two Chinese characters in UTF-8


class Known:
    """The words of one index, by their numbers in it."""

    def __init__(self, index: Arrays) -> None:
        self._index = index

    def meant(self, word: str, whole_words: bool = False) -> Iterator[tuple[int, float]]:
        """The known words that a word of a question may mean, and how sure that is."""
        exact = self.number(word)
        if exact is not None:
            yield exact, 1.0
        if is_chinese(word) or whole_words:
            return
        begun = [at for at in self._begun(word) if at != exact]
        yield from ((at, _BEGUN) for at in begun)
        singular = self.number(word[:-1]) if word.endswith("s") and len(word) >= _SHORTEST_PLURAL else None
        if singular is not None:
            yield singular, SINGULAR
        said = list(self._begun(SAID + word)) if len(word) >= _SHORTEST_SAID else []
        yield from ((at, _SAID) for at in said)
        if exact is None and not begun and singular is None and not said:
            yield from ((at, CORRECTED) for at in self._near(word))

    def number(self, word: str) -> int | None:
        """The number of a word; None of one that nobody has."""
        told, known = word.encode(), self._index["words"]
        at = int(np.searchsorted(known, told))
        return at if at < known.size and known[at] == told else None

    def word(self, number: int) -> str:
        """The word of a number."""
        return str(self._index["words"][number].decode())

    def called(self, name: str) -> np.ndarray:
        """The places that are called exactly so."""
        number = number_of(name)
        first, end = np.searchsorted(self._index["names"], [number, number + 1])
        return self._index["named"][first:end]

    def pairs(self) -> Iterator[str]:
        """The pairs of Chinese characters that stand side by side somewhere."""
        words = self._index["words"]
        found = (one.decode() for one in words[np.char.str_len(words) == _PAIR_BYTES].tolist())
        return filter(is_pair, found)

    def _begun(self, word: str) -> range:
        if len(word) < _SHORTEST_BEGINNING:
            return range(0)
        told = word.encode()
        first = int(np.searchsorted(self._index["words"], told))
        end = int(np.searchsorted(self._index["words"], told + b"\x7f"))
        return range(first, min(end, first + _MOST_BEGUN))

    def _near(self, word: str) -> list[int]:
        return near(word, *(self._index[name] for name in ("words", "sizes", "letters")))
