"""Words of facts: the text of the fact whose number is found, in both languages"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from medark.define import Series, case

from .facts import Row

LANGUAGES: Final = ("en", "zh")
Facts = Sequence[tuple[int, Row]]  # by number


def told(name: str, number: Series, facts: Facts) -> dict[str, Series]:
    """A text of the fact of a number, as two values: `name`_en and `name`_zh."""
    return {f"{name}_{of}": column(number, facts, f"{name}_{of}") for of in LANGUAGES}


def column(number: Series, facts: Facts, name: str) -> Series:
    """A column of the fact of a number: its text. Facts of one text share a branch."""
    by_text: dict[str, list[int]] = {}
    for at, row in facts:
        by_text.setdefault(row[name], []).append(at)
    return case(*((number.is_in(places), text) for text, places in by_text.items()))
