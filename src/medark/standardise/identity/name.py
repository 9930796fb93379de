"""Names made comparable: one spelling, how they sound, family and given name apart"""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

LONGEST: Final = 64  # characters of a name that are looked at: more is no name


@cache
def _known(kind: str) -> dict[str, str]:
    """Names of a kind, each with what it stands for ('' for itself)."""
    text = files("medark.standardise.identity").joinpath("names.csv").read_text(encoding="utf-8")
    return {row["name"]: row["means"] for row in csv.DictReader(text.splitlines()) if row["kind"] == kind}


@dataclass(frozen=True, slots=True)
class Name:
    """A name in one spelling. `sound`: its words by sound, in order of the alphabet; `family`, `given` by sound."""

    text: str
    sound: str
    family: str
    given: str
    is_chinese: bool


@lru_cache(maxsize=1 << 18)
def name_of(written: str) -> Name | None:
    """A name as it is compared; None where nothing of a name is left.

    >>> name_of("张 伟"), name_of("Wei ZHANG").sound
    (Name(text='张伟', sound='wei zhang', family='zhang', given='wei', is_chinese=True), 'wei zhang')
    >>> name_of("Bob Smith").sound == name_of("smith, robert").sound
    True
    """
    plain = unicodedata.normalize("NFKC", written[: 4 * LONGEST]).casefold()
    words = "".join(c if c.isalnum() else " " for c in plain).split()
    text = " ".join(words)[:LONGEST].strip()
    if not text or text.isdigit():
        return None
    if _is_han(text[0]):
        return _chinese(text.replace(" ", ""))
    return _latin(text)


def _chinese(text: str) -> Name:
    size = 2 if len(text) > 2 and text[:2] in _known("surname") else 1
    family, given = _sound(text[:size]), _sound(text[size:])
    return Name(text, " ".join(sorted(filter(None, (family, given)))), family, given, True)


def _latin(text: str) -> Name:
    words = [_known("short").get(word, word) for word in _bare(text).split()] or [text]
    return Name(" ".join(words), " ".join(sorted(words)), words[-1], words[0], False)


def _bare(text: str) -> str:
    """Without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _sound(characters: str) -> str:
    return "".join(map(_syllable, characters))


@lru_cache(maxsize=1 << 15)
def _syllable(character: str) -> str:
    """A character in pinyin without its tone, as passports write it; what has none stays."""
    from pypinyin import Style, lazy_pinyin  # comes with [link]

    return str(lazy_pinyin(character, style=Style.NORMAL)[0]).replace("ü", "v")


def _is_han(character: str) -> bool:
    return "㐀" <= character <= "鿿" or ord(character) >= 0x20000  # the blocks of CJK ideographs
