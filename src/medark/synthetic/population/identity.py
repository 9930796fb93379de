"""Identity numbers and phones of people who do not exist, formed as true ones are so that checks of them can be tested

Phones begin with 120, which no mobile number of China does.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from medark.synthetic.chance import Ints

# Source: GB 11643-1999, 4.3: weights of the 17 digits, and the check character of each remainder of 11.
_WEIGHTS: Final = np.array((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2))
_CHECK_TEXT: Final = "10X98765432"
_CHECK: Final = np.frombuffer(_CHECK_TEXT.encode(), np.uint8)
_OF_PART: Final = 4  # sequence numbers that each part of the city has of a place of birth, day and sex …
_SPARE_REGION: Final = 330101  # "districts of the city": where there are more than that
_SEQUENCES: Final = 499  # … of those that there are: odd for men, even for women


def check_character(body: str) -> str:
    """The last character of an identity number whose first 17 digits are `body`.

    >>> check_character("11010519491231002")
    'X'
    """
    return chr(_check(np.array([[int(digit) for digit in body]]))[0])


def numbers_of(part: int, regions: Ints, birth: np.ndarray, female: np.ndarray) -> pa.Array:
    """Identity numbers of a part's people: region, day of birth, sequence, check character.

    No two people have the same, in cities of up to 124 parts (1,240,000 people); above, hardly any.
    """
    day = _yyyymmdd(birth)
    rank = _rank_among_alike(regions * 100_000_000 + day, female)
    if (crowded := rank >= _OF_PART).any():
        regions = np.where(crowded, _SPARE_REGION, regions)
        rank = _rank_among_alike(regions * 100_000_000 + day, female)
    sequence = 2 * (((part - 1) * _OF_PART + rank) % _SEQUENCES) + np.where(female, 2, 1)
    digits = np.hstack((_digits(regions, 6), _digits(day, 8), _digits(sequence, 3)))
    return _texts(np.hstack((digits.astype(np.uint8) + ord("0"), _check(digits)[:, None])))


def of_15(numbers: pa.Array) -> pa.Array:
    """The same people's numbers as they were until 1999: year of birth with two digits, no check character."""
    characters = np.frombuffer("".join(numbers.to_pylist()).encode(), np.uint8).reshape(-1, 18)
    return _texts(np.hstack((characters[:, :6], characters[:, 8:17])))


def impossible(chance: np.random.Generator, numbers: pa.Array) -> pa.Array:
    """Numbers that cannot be: wrong check character, month 13, a character short, or all ones."""
    way = chance.integers(0, 4, len(numbers)).tolist()
    return pa.array(
        [_impossible(number, how) for number, how in zip(numbers.to_pylist(), way, strict=True)], pa.string()
    )


def _impossible(number: str, how: int) -> str:
    wrong = _CHECK_TEXT[(_CHECK_TEXT.index(number[17]) + 1) % 11]
    return (number[:17] + wrong, number[:10] + "13" + number[12:], number[:17], "1" * 18)[how]


def phones(numbers: Ints) -> pa.Array:
    """Eleven digits that are nobody's phone, another for every number from 1 to 100 million."""
    return _texts(np.hstack((_digits(np.full(len(numbers), 120), 3), _digits(numbers * 48_271 % 10**8, 8))) + ord("0"))


def _check(digits: Ints) -> np.ndarray:
    return np.asarray(_CHECK[(digits * _WEIGHTS).sum(axis=1) % 11])


def _digits(values: Ints, width: int) -> Ints:
    return np.asarray(values[:, None] // 10 ** np.arange(width - 1, -1, -1) % 10)


def _texts(characters: np.ndarray) -> pa.Array:
    """A row of characters (bytes) as a text."""
    count, width = characters.shape
    offsets = pa.py_buffer(np.arange(0, (count + 1) * width, width, dtype=np.int32))
    return pa.StringArray.from_buffers(count, offsets, pa.py_buffer(characters.astype(np.uint8).tobytes()))


def _yyyymmdd(days: np.ndarray) -> Ints:
    months = days.astype("datetime64[M]")
    year = months.astype("datetime64[Y]").astype(np.int64) + 1970
    month = months.astype(np.int64) % 12 + 1
    day = (days.astype("datetime64[D]") - months.astype("datetime64[D]")).astype(np.int64) + 1
    return np.asarray(year * 10_000 + month * 100 + day)


def _rank_among_alike(key: Ints, female: np.ndarray) -> Ints:
    """0 for the first of those with the same key and sex, 1 for the second, and so on."""
    alike = key * 2 + female
    order = np.argsort(alike, kind="stable")
    run = alike[order]
    starts = np.flatnonzero(np.append(True, run[1:] != run[:-1])) if len(run) else np.empty(0, np.int64)
    lengths = np.diff(np.append(starts, len(run)))
    rank = np.empty(len(run), np.int64)
    rank[order] = np.arange(len(run)) - np.repeat(starts, lengths)
    return rank
