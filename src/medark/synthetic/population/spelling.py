"""Names as clerks mistype them: a character of the same sound, or one that looks alike"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from medark.synthetic import facts


def misspelt(chance: np.random.Generator, names: Sequence[str]) -> list[str]:
    """Each name with one character another; two in three by sound, as typing by pinyin makes them. Ours."""
    luck = chance.random((3, len(names)))
    return [_one(name, *numbers) for name, *numbers in zip(names, *luck.tolist(), strict=True)]


def _one(name: str, where: float, how: float, which: float) -> str:
    place = min(int(where * len(name) * 1.2), len(name) - 1)  # a little more often the last
    heard, seen = _alike().get(name[place], ("", ""))
    choice = (heard if how < 0.67 else seen) or heard or seen
    return name[:place] + choice[int(which * len(choice))] + name[place + 1 :] if choice else name


@cache
def _alike() -> dict[str, tuple[str, str]]:
    return {row["key"]: (row["heard"], row["seen"]) for row in facts.rows("name_typos")}
