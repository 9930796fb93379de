"""What sources say of two records (HL7 A24 links, A37 unlinks): the last word of each pair, whatever came first"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

LINKED, UNLINKED = "linked", "unlinked"


class Word(Protocol):
    """One message about one pair."""

    @property
    def left_key(self) -> int:
        """The smaller of the two records."""

    @property
    def right_key(self) -> int:
        """The larger."""

    @property
    def tie(self) -> str:
        """LINKED or UNLINKED."""

    @property
    def source(self) -> str:
        """Who says it."""

    @property
    def at_ms(self) -> int:
        """When it was said there; 0 if it is not told."""

    @property
    def place(self) -> tuple[int, int, int]:
        """Where it was said: the order in which words came that were said at one time."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds of a pair: since when it is linked, and by whom (None: it is not); `said`: every word of LINKED that
    this rests on, by whom and when; `ended`: who said that it is linked no longer.
    """

    since: tuple[str, int] | None
    said: frozenset[tuple[str, int]]
    ended: str


def standing(words: Iterable[Word]) -> Mapping[tuple[int, int], Standing]:
    """Of each pair what was said last, by the time at which it was said and not by that at which it came."""
    of_pair: dict[tuple[int, int], list[Word]] = defaultdict(list)
    for word in words:
        of_pair[word.left_key, word.right_key].append(word)
    return {
        pair: _standing(sorted(some, key=lambda word: (word.at_ms, word.place)))
        for pair, some in sorted(of_pair.items())
        if pair[0] != pair[1]
    }


def _standing(words: list[Word]) -> Standing:
    last = max((n for n, word in enumerate(words) if word.tie == UNLINKED), default=-1)
    run = [(word.source, word.at_ms) for word in words[last + 1 :]]
    return Standing(run[0] if run else None, frozenset(run), words[last].source if last >= 0 else "")
