"""What callers say to 120, as the dispatcher types it"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic import facts
from medark.synthetic.chance import Floats, Ints

_WHO = ("孩子", "家里人", "同事", "路人", "老人", "老伴", "患者")
_WHO_OF = ((0, 6), (1, 2, 3, 6), (4, 5, 6))  # places in _WHO of those under 15, of adults, of those over 65


def texts(chance: np.random.Generator, complaint: Ints, ages: Floats, female: np.ndarray) -> pa.Array:
    """One line a call: who, sex and age, what is wrong, and often one detail more."""
    count = len(complaint)
    child, adult, old = (_of(chance, places, count) for places in _WHO_OF)
    who = np.select([ages < 15, ages < 65], [child, adult], old)
    years = np.maximum(ages, 0).astype(np.int64)
    phrases, details = _words(chance, complaint, "phrases"), _words(chance, complaint, "details")
    said = chance.random(count)
    return pc.binary_join_element_wise(
        _taken(_WHO, who), "，", _taken(("男", "女"), female.astype(np.int64)), pa.array(years).cast(pa.string()),
        "岁，",
        phrases, _if(said < 0.8, "，", count), pc.if_else(pa.array(said < 0.8), details, ""),
        _if(said > 0.9, "，请快点", count), "",
    )  # fmt: skip


def _of(chance: np.random.Generator, places: tuple[int, ...], count: int) -> Ints:
    return np.array(places)[chance.integers(0, len(places), count)]


def _words(chance: np.random.Generator, complaint: Ints, column: str) -> pa.Array:
    """One of the alternatives of each complaint."""
    held = [row[column].split("|") for row in facts.rows("ems_complaints")]
    sizes = np.array([len(words) for words in held])
    firsts = np.cumsum(sizes) - sizes
    place = firsts[complaint] + (chance.random(len(complaint)) * sizes[complaint]).astype(np.int64)
    return _taken([word for words in held for word in words], place)


def _taken(words: list[str] | tuple[str, ...], places: Ints) -> pa.Array:
    return pa.array(words, pa.string()).take(pa.array(places))


def _if(mask: np.ndarray, word: str, count: int) -> pa.Array:
    return _taken(("", word), mask.astype(np.int64)) if count else pa.array([], pa.string())
