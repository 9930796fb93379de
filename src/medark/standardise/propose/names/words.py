"""The words that a column's name is made of, in English, Chinese and first letters of pinyin, as language-free concepts

`admission_dttm`, `入院时间` and `rysj` are all admit + time.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_RUN = re.compile(r"[A-Za-z]+|\d+|[一-鿿]+")
_SHORTEST = 2  # letters of a word inside a longer one
_KNOWN_COST, _LETTER_COST = 1.0, 1.4  # a letter of no word costs more than a word


@dataclass(frozen=True, slots=True)
class _Words:
    """Each form and the concepts that it may stand for."""

    en: Mapping[str, tuple[str, ...]]
    zh: Mapping[str, tuple[str, ...]]
    pinyin: Mapping[str, tuple[str, ...]]


@cache
def _words() -> _Words:
    found: dict[str, dict[str, tuple[str, ...]]] = {"en": {}, "zh": {}, "pinyin": {}}
    text = files("medark.standardise.propose").joinpath("words.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        for language, forms in found.items():
            for form in (row[language] or "").split():
                forms[form] = (*forms.get(form, ()), row["concept"])
    return _Words(**{language: MappingProxyType(forms) for language, forms in found.items()})


def normal(name: str) -> str:
    """A name as names are compared: letters, digits and Chinese characters alone, in lower case.

    >>> normal("Admit_Time (h)"), normal("入院时间")
    ('admittimeh', '入院时间')
    """
    return "".join(character for character in name.lower() if character.isalnum())


def tokens(name: str) -> tuple[str, ...]:
    """The parts of a name, in lower case, words that are written together taken apart.

    >>> tokens("hospitalAdmitTime24"), tokens("labresultoffset"), tokens("入院科室编码")
    (('hospital', 'admit', 'time', '24'), ('lab', 'result', 'offset'), ('入院', '科室', '编码'))
    """
    found: list[str] = []
    for run in _RUN.findall(_CAMEL.sub(" ", name)):
        low = run.lower()
        if low.isascii() and low.isalpha():
            found += _apart(low, _words().en)
        elif low.isdigit():
            found.append(low)
        else:
            found += _apart(low, _words().zh)
    return tuple(found)


def concepts(name: str, *, pinyin: bool = False) -> tuple[str, ...]:
    """What the parts of a name stand for. `pinyin`: read a word that is no English one as first letters.

    >>> concepts("admission_dttm"), concepts("rysj", pinyin=True)
    (('visit', 'admit', 'time'), ('admit', 'time', 'findings'))
    """
    words = _words()
    found: list[str] = []
    for token in tokens(name):
        meant = words.en.get(token) or words.zh.get(token)
        if meant is None and pinyin and token.isascii():
            meant = tuple(c for part in _letters(token) for c in words.pinyin[part])
        found += meant or ()
    return tuple(dict.fromkeys(found))


def _letters(token: str) -> Sequence[str]:
    """The words of first letters that a token is made of, if it is made of such alone."""
    parts = _apart(token, _words().pinyin, whole=True)
    return parts if all(part in _words().pinyin for part in parts) else ()


def _apart(run: str, words: Mapping[str, tuple[str, ...]], *, whole: bool = False) -> list[str]:
    """The cheapest way to write a run as known words and what is left between them."""
    if run in words and not whole:
        return [run]
    best: list[tuple[float, list[str]]] = [(0.0, [])]
    for end in range(1, len(run) + 1):
        cost, parts = best[end - 1]
        options = [(cost + _LETTER_COST, _glued(parts, run[end - 1], words))]
        for start in range(max(0, end - 18), end):
            word = run[start:end]
            if word in words and (len(word) >= max(_SHORTEST, 3 if word.isascii() and not whole else 1)):
                options.append((best[start][0] + _KNOWN_COST, [*best[start][1], word]))
        best.append(min(options, key=lambda option: option[0]))
    return best[-1][1]


def _glued(parts: list[str], letter: str, words: Mapping[str, tuple[str, ...]]) -> list[str]:
    """A letter more of what is no word."""
    if parts and parts[-1] not in words:
        return [*parts[:-1], parts[-1] + letter]
    return [*parts, letter]
