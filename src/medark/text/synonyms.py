"""Words that mean one thing: what was asked, in all the ways in which it may be written"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from medark.text.words import folded

_LATIN: Final = re.compile(r"[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is asked for: as it was written, and the other ways of writing it."""

    written: str
    others: tuple[str, ...] = ()


class Synonyms:
    """Groups of phrases of one meaning. A phrase may be in several groups: then it may mean each of them."""

    def __init__(self, groups: Iterable[Sequence[str]]) -> None:
        self._others: dict[str, dict[str, None]] = {}
        for group in groups:
            phrases = [folded(phrase).strip() for phrase in group]
            for phrase in phrases:
                self._others.setdefault(phrase, {}).update(dict.fromkeys(p for p in phrases if p != phrase))
        longest = sorted(self._others, key=lambda phrase: (-len(phrase), phrase))
        self._known = re.compile("|".join(map(_pattern, longest)) or r"(?!)")

    def parts(self, asked: str) -> list[Part]:
        """What is asked for, thing by thing: known phrases first, the longest that fits, then the words left over.

        >>> [part.written for part in Synonyms([["房颤", "AF"]]).parts("房颤抗凝 score")]
        ['房颤', '抗凝', 'score']
        """
        text, found, at = folded(asked), list[Part](), 0
        for match in self._known.finditer(text):
            found += map(Part, text[at : match.start()].split())
            found.append(Part(match[0], tuple(self._others[match[0]])))
            at = match.end()
        return found + list(map(Part, text[at:].split()))


def _pattern(phrase: str) -> str:
    """A phrase of Latin letters stands for itself; one of Chinese may stand within a sentence."""
    before = r"(?<![a-z0-9])" if _LATIN.match(phrase[0]) else ""
    after = r"(?![a-z0-9])" if _LATIN.match(phrase[-1]) else ""
    return before + re.escape(phrase) + after
