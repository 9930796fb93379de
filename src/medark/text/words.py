"""The words of a text: Latin words as they are, Chinese as characters and pairs of them"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_RUNS: Final = re.compile(r"([a-z0-9\u0370-\u03ff]+)|([\u3400-\u9fff]+)")


def folded(text: str) -> str:
    """A text without what writing leaves free: full width, case, accents.

    >>> folded("ＨｂＡ1c Sjögren")
    'hba1c sjogren'
    """
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text))
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold()


def words(text: str) -> Iterator[str]:
    """The words of a text, folded. Chinese needs no dictionary: a run of characters is each of them and each pair.

    >>> list(words("房颤 AF"))
    ['房颤', '房', '颤', 'af']
    """
    for run in _RUNS.finditer(folded(text)):
        latin, chinese = run.groups()
        if latin:
            yield latin
        else:
            yield from (chinese[at : at + 2] for at in range(len(chinese) - 1))
            yield from chinese


def is_chinese(word: str) -> bool:
    """Is a word written in Chinese characters?"""
    return "\u3400" <= word[0] <= "\u9fff"


def is_pair(word: str) -> bool:
    """Is it a pair of Chinese characters?"""
    return len(word) == 2 and is_chinese(word)
