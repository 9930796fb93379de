"""Names of people by frequency, sex and generation, in characters and in their reading"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic import facts
from medark.synthetic.chance import Floats, Ints, pick

_SEXES = ("M", "F")


@dataclass(frozen=True, slots=True)
class Names:
    """Columns of text, a row a person."""

    family_zh: pa.Array
    given_zh: pa.Array
    family_en: pa.Array
    given_en: pa.Array

    @property
    def full_zh(self) -> pa.Array:
        """Family and given name in characters."""
        return pc.binary_join_element_wise(self.family_zh, self.given_zh, "")


@dataclass(frozen=True, slots=True)
class _Style:
    """How people of a generation and sex are called: places in facts/given_names.csv with weights."""

    first: tuple[Ints, Floats]
    second: tuple[Ints, Floats]
    only: tuple[Ints, Floats]
    only_share: float


def families(chance: np.random.Generator, count: int) -> Ints:
    """So many family names: places in facts/surnames.csv."""
    return pick(chance, facts.numbers("surnames", "weight"), count)


def names(chance: np.random.Generator, family: Ints, female: np.ndarray, born: Ints) -> Names:
    """Names of people with these family names, by sex and year of birth."""
    first, second = _given(chance, female, born)
    return Names(
        _texts("surnames", "key").take(pa.array(family)),
        _joined("zh", first, second),
        _texts("surnames", "pinyin").take(pa.array(family)),
        pc.utf8_capitalize(_joined("pinyin", first, second)),
    )


def of_staff(chance: np.random.Generator, count: int) -> tuple[pa.Array, pa.Array]:
    """Names of people of working age, in Chinese and in English."""
    made = names(chance, families(chance, count), chance.random(count) < 0.5, chance.integers(1966, 1998, count))
    return made.full_zh, pc.binary_join_element_wise(made.given_en, made.family_en, " ")


def _given(chance: np.random.Generator, female: np.ndarray, born: Ints) -> tuple[Ints, Ints]:
    """Of each person the places of the characters of the given name in facts/given_names.csv; second -1 for none."""
    first, second = np.full(len(born), -1, np.int64), np.full(len(born), -1, np.int64)
    generation = np.maximum(np.searchsorted(_generations(), born, side="right") - 1, 0)
    for of_sex, sex in enumerate(_SEXES):
        for number in range(len(_generations())):
            who = np.flatnonzero((female == bool(of_sex)) & (generation == number))
            style = _style(sex, int(_generations()[number]))
            first[who], second[who] = _drawn(chance, style, len(who))
    return first, second


def _drawn(chance: np.random.Generator, style: _Style, count: int) -> tuple[Ints, Ints]:
    first, second, only = (places[pick(chance, of, count)] for places, of in (style.first, style.second, style.only))
    single = (chance.random(count) < style.only_share) | (_characters()[first] == _characters()[second])
    return np.where(single, only, first), np.where(single, -1, second)


@cache
def _generations() -> Ints:
    """First years of birth of the generations, in order."""
    return np.unique(facts.numbers("given_names", "born_from")).astype(np.int64)


@cache
def _style(sex: str, born_from: int) -> _Style:
    rows = facts.rows("given_names")
    ours = [n for n, row in enumerate(rows) if row["sex"] == sex and int(row["born_from"]) == born_from]
    weights = facts.numbers("given_names", "weight")

    def part(place: str) -> tuple[Ints, Floats]:
        places = np.array([n for n in ours if rows[n]["place"] == place])
        return places, weights[places]

    return _Style(part("first"), part("second"), part("only"), float(part("only")[1].sum()))


@cache
def _characters() -> Ints:
    return np.array([ord(row["zh"]) for row in facts.rows("given_names")])


@cache
def _texts(name: str, column: str) -> pa.Array:
    return pa.array([row[column] for row in facts.rows(name)], pa.string())


def _joined(column: str, first: Ints, second: Ints) -> pa.Array:
    texts = _texts("given_names", column)
    tail = pc.fill_null(texts.take(pa.array(second, mask=second < 0)), "")
    return pc.binary_join_element_wise(texts.take(pa.array(first)), tail, "")
