"""The index made: the words of each text, counted once; then who has which word, and how telling that is"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from medark.catalog.finder.near import letters_of
from medark.text import folded, initials, is_chinese, words

_SATURATION, _LENGTH = 1.2, 0.75  # k1 and b of BM25. Source: Robertson and Zaragoza 2009, Found Trends Inf Retr 3:333
_IN_NAME: Final = 5  # a word in a name counts as so many in the text
_LONGEST: Final = 24  # letters of a word
_MOST: Final = 255  # times that a word is counted
SAID: Final = "~"  # before the pinyin initials of a name

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class Text:
    """What is indexed of one asset. `names`: what it is called, in every language; `text`: all else that it says."""

    names: tuple[str, ...]
    text: str = ""


def counted(text: Text) -> Mapping[str, int]:
    """The words of one text, and how much each weighs in it.

    >>> counted(Text(("钾",), "potassium"))
    {'钾': 5, '~j': 1, 'potassium': 1}
    """
    found: Counter[str] = Counter()
    for name in dict.fromkeys(folded(name) for name in text.names if name):
        for word in dict.fromkeys(words(name)):
            found[word] += _IN_NAME
        if said := initials("".join(filter(is_chinese, name))):
            found[SAID + said[:_LONGEST]] = 1
    found.update(words(text.text))
    return {word[:_LONGEST]: min(count, _MOST) for word, count in found.items()}


def named(text: Text) -> list[int]:
    """A number for each whole name of a text: who asks for exactly that means it."""
    return [number_of(name) for name in dict.fromkeys(folded(name).strip() for name in text.names) if name]


def number_of(name: str) -> int:
    """The number of a folded name, of 63 bits."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest()) >> 1


def made(texts: Sequence[Mapping[str, int]], names: Sequence[Sequence[int]]) -> Arrays:
    """The index of texts whose words are counted and whose names are numbered.

    `words`: all of them, sorted, as bytes; `sizes` and `letters` of them; `starts`: where the places of each begin,
    one more than words; `places`: the texts that have it; `scores`: BM25 there; `telling`: the word's idf; `names`:
    numbers of whole names, sorted; `named`: the text of each.
    """
    vocabulary = np.array(sorted({word.encode() for one in texts for word in one}) or [b""])
    number = {word.decode(): at for at, word in enumerate(vocabulary.tolist())}
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    numbers = np.fromiter((number[word] for one in texts for word in one), np.int32, int(sizes.sum()))
    counts = np.fromiter((n for one in texts for n in one.values()), np.float32, numbers.size)
    places = np.repeat(np.arange(len(texts), dtype=np.int32), sizes)
    lengths = np.bincount(places, counts, len(texts))
    dampened = _SATURATION * (1 - _LENGTH + _LENGTH * lengths / max(lengths.mean() if lengths.size else 1, 1e-9))
    scores = counts * (_SATURATION + 1) / (counts + dampened[places])
    order = np.argsort(numbers, kind="stable")
    having = np.bincount(numbers, minlength=vocabulary.size)
    return {
        "words": vocabulary,
        "starts": np.concatenate([[0], np.cumsum(having)]).astype(np.int64),
        "places": places[order],
        "scores": scores[order].astype(np.float16),
        "telling": np.log(1 + (len(texts) - having + 0.5) / (having + 0.5)).astype(np.float32),
        "letters": np.fromiter(map(letters_of, number), np.uint64, vocabulary.size),
        "sizes": np.char.str_len(vocabulary).astype(np.int16),
        **_by_name(names),
    }


def _by_name(names: Sequence[Sequence[int]]) -> Arrays:
    told = np.fromiter((number for some in names for number in some), np.int64)
    places = np.repeat(np.arange(len(names), dtype=np.int32), [len(some) for some in names])
    order = np.argsort(told, kind="stable")
    return {"names": told[order], "named": places[order]}
