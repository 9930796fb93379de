"""What a misspelt word may have been: the known words that are few letters away, all of them looked at at once"""

from __future__ import annotations

from typing import Final

import numpy as np

from medark.text import allowed

_SHORTEST: Final = 4  # letters: of fewer, every other word is near
_BITS: Final = np.array([bin(byte).count("1") for byte in range(256)], np.uint8)
_FAR: Final = np.uint8(9)


def near(word: str, known: np.ndarray, sizes: np.ndarray, letters: np.ndarray) -> list[int]:
    """The places of the known words nearest to a misspelt one, all equally near; none if nothing is.

    `known`: words as bytes; `sizes`: letters of each; `letters`: which letters each has, see `letters_of`.
    """
    bits = letters_of(word)
    if len(word) < _SHORTEST or not bits:
        return []
    limit = allowed(word)
    fits = (letters != 0) & (np.abs(sizes - np.int16(len(word))) <= limit)
    there = np.flatnonzero(fits)
    there = there[_bit_count(letters[there] ^ np.uint64(bits)) <= 2 * limit]
    if not there.size:
        return []
    apart = distances(word, known[there], sizes[there], limit)
    return list(map(int, there[apart == apart.min()])) if apart.min() <= limit else []


def distances(word: str, known: np.ndarray, sizes: np.ndarray, limit: int) -> np.ndarray:
    """How many letters must be put in, taken out, changed or swapped with the next; of what is more than `limit`, more.

    The rows of the restricted Damerau–Levenshtein distance, of all words at once, near the diagonal only.

    >>> (distances("warfrain", np.array([b"warfarin", b"aspirin"]), np.array([8, 7]), 2) <= 2).tolist()
    [True, False]
    """
    grid = known.view(np.uint8).reshape(known.size, -1)
    width, size = grid.shape[1], known.size
    far = np.full(size, _FAR)
    before: dict[int, np.ndarray] = {}
    last = {column: np.full(size, column, np.uint8) for column in range(min(limit, width) + 1)}
    for row, letter in enumerate(word.encode(), 1):
        line: dict[int, np.ndarray] = {}
        for column in range(max(0, row - limit), min(width, row + limit) + 1):
            if not column:
                line[0] = np.full(size, row, np.uint8)
                continue
            cost = last.get(column - 1, far) + (grid[:, column - 1] != letter)
            np.minimum(cost, np.minimum(last.get(column, far), line.get(column - 1, far)) + 1, out=cost)
            if row > 1 < column and column - 2 in before:
                swapped = (grid[:, column - 1] == ord(word[row - 2])) & (grid[:, column - 2] == letter)
                np.minimum(cost, np.where(swapped, before[column - 2] + 1, _FAR), out=cost)
            line[column] = cost
        before, last = last, line
    table = np.stack([last.get(column, far) for column in range(width + 1)])
    return np.minimum(table[sizes, np.arange(size)], _FAR)


def letters_of(word: str) -> int:
    """Which letters and digits a word has, a bit each: words that are near have nearly the same. 0: not Latin.

    >>> letters_of("ba"), letters_of("钾")
    (3, 0)
    """
    bits = 0
    for letter in word:
        if "a" <= letter <= "z":
            bits |= 1 << (ord(letter) - 97)
        elif "0" <= letter <= "9":
            bits |= 1 << (ord(letter) - 22)
        else:
            return 0
    return bits


def _bit_count(numbers: np.ndarray) -> np.ndarray:
    return _BITS[numbers.view(np.uint8).reshape(-1, 8)].sum(axis=1)
