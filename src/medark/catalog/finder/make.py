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
_IN_ABOUT: Final = 3  # and one in what it is
_LONGEST: Final = 24  # letters of a word
_MOST: Final = 255  # times that a word is counted
SAID: Final = "~"  # before the pinyin initials of a name

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class Text:
    """What is indexed of one asset. `names`: what it is called, in every language; `about`: what it is, by which it is
    found nearly as much; `text`: all else that it says.
    """

    names: tuple[str, ...]
    text: str = ""
    about: tuple[str, ...] = ()


def counted(text: Text) -> Mapping[str, int]:
    """The words of one text, and how much each weighs in it.

    >>> counted(Text(("钾",), "potassium"))
    {'钾': 5, '~j': 1, 'potassium': 1}
    """
    found: Counter[str] = Counter()
    named = {folded(name) for name in text.names}
    for name in dict.fromkeys(folded(name) for name in (*text.names, *text.about) if name):
        for word in dict.fromkeys(words(name)):
            found[word] += _IN_NAME if name in named else _IN_ABOUT
        if said := initials("".join(filter(is_chinese, name))):
            found[SAID + said[:_LONGEST]] = 1
    found.update(words(text.text))
    return {word[:_LONGEST]: min(count, _MOST) for word, count in found.items()}


def number_of(name: str) -> int:
    """The number of a folded name, of 63 bits."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest()) >> 1


def indexed(texts: Sequence[Text], before: Arrays | None = None, kept: np.ndarray | None = None) -> Arrays:
    """The index of texts, behind those of an index `before` that are `kept` (their places there, in order).

    `words`: all of them, sorted, as bytes; `sizes` and `letters` of them; `starts`: where the places of each begin,
    one more than words; `places`: the texts that have it; `counts`, `scores`: how often, and BM25; `telling`: the
    word's idf; `names`: numbers of whole names, sorted; `named`: the text of each.
    """
    old = _kept(before, kept) if before is not None and kept is not None else _Counted.none()
    first = 0 if kept is None else kept.size
    return _inverted(_joined(old, _counted(texts, first)), first + len(texts))


@dataclass(frozen=True, slots=True)
class _Counted:
    """Words by number, text and count, in parallel; and numbers of names with the text of each."""

    words: np.ndarray
    numbers: np.ndarray
    places: np.ndarray
    counts: np.ndarray
    names: np.ndarray
    named: np.ndarray

    @staticmethod
    def none() -> _Counted:
        """Of no text."""
        whole, small = np.zeros(0, np.int64), np.zeros(0, np.int32)
        return _Counted(np.zeros(0, "S1"), small, small, np.zeros(0, np.uint8), whole, small)


def _counted(texts: Sequence[Text], first: int) -> _Counted:
    each = [counted(one) for one in texts]
    vocabulary = np.array(sorted({word.encode() for one in each for word in one}), dtype="S") if each else ()
    known = np.asarray(vocabulary, "S") if len(vocabulary) else np.zeros(0, "S1")
    number = {word.decode(): at for at, word in enumerate(known.tolist())}
    sizes = [len(one) for one in each]
    names = [list(map(number_of, _whole_names(one))) for one in texts]
    there = np.arange(first, first + len(texts), dtype=np.int32)
    return _Counted(
        known,
        np.fromiter((number[word] for one in each for word in one), np.int32, sum(sizes)),
        np.repeat(there, sizes),
        np.fromiter((n for one in each for n in one.values()), np.uint8, sum(sizes)),
        np.fromiter((told for some in names for told in some), np.int64),
        np.repeat(there, [len(some) for some in names]),
    )


def _whole_names(text: Text) -> list[str]:
    return list(dict.fromkeys(told for name in (*text.names, *text.about) if (told := folded(name).strip())))


def _kept(before: Arrays, kept: np.ndarray) -> _Counted:
    size = int(max(before["places"].max(initial=-1), kept.max(initial=-1))) + 1
    moved = np.full(size, -1, np.int32)
    moved[kept] = np.arange(kept.size, dtype=np.int32)
    numbers = np.repeat(np.arange(before["words"].size, dtype=np.int32), np.diff(before["starts"]))
    places, named = moved[before["places"]], moved[before["named"]]
    here, called = places >= 0, named >= 0
    return _Counted(
        before["words"], numbers[here], places[here], before["counts"][here], before["names"][called], named[called]
    )


def _joined(one: _Counted, other: _Counted) -> _Counted:
    if not one.words.size:
        return other
    both = np.union1d(one.words, other.words)
    numbers = [np.searchsorted(both, part.words).astype(np.int32)[part.numbers] for part in (one, other)]
    columns = ("places", "counts", "names", "named")
    rest = (np.concatenate([getattr(one, name), getattr(other, name)]) for name in columns)
    return _Counted(both, np.concatenate(numbers), *rest)


def _inverted(found: _Counted, size: int) -> Arrays:
    having = np.bincount(found.numbers, minlength=found.words.size)
    used = having > 0
    numbers = (np.cumsum(used) - 1)[found.numbers]
    vocabulary, having = found.words[used], having[used]
    counts = found.counts.astype(np.float32)
    lengths = np.bincount(found.places, counts, size)
    dampened = _SATURATION * (1 - _LENGTH + _LENGTH * lengths / max(float(lengths.mean()) if size else 1.0, 1e-9))
    scores = counts * (_SATURATION + 1) / (counts + dampened[found.places])
    order, by_name = np.argsort(numbers, kind="stable"), np.argsort(found.names, kind="stable")
    known = vocabulary.tolist()
    return {
        "words": vocabulary,
        "sizes": np.char.str_len(vocabulary).astype(np.int16),
        "letters": np.fromiter((letters_of(word.decode()) for word in known), np.uint64, len(known)),
        "starts": np.concatenate([[0], np.cumsum(having)]).astype(np.int64),
        "places": found.places[order],
        "counts": found.counts[order],
        "scores": scores[order].astype(np.float16),
        "telling": np.log(1 + (size - having + 0.5) / (having + 0.5)).astype(np.float32),
        "names": found.names[by_name],
        "named": found.named[by_name],
    }
