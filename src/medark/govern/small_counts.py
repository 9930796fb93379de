"""Small counts where only counts leave: not shown, nor what they could be worked out from"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any


def is_small(count: int | None, least: int) -> bool:
    """Is it a count of a few people? None of them is no few.

    >>> is_small(9, 10), is_small(10, 10), is_small(0, 10)
    (True, False, False)
    """
    return count is not None and 0 < count < least


def shown(
    rows: Iterable[Mapping[str, Any]], least: int, counts: Collection[str], parts: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Rows with None in the place of small counts. `parts`: count → the count that it is a part of: where either of
    them, or what is left of the whole, is small, both would tell it, and the part is not shown.

    >>> shown([{"n": 12, "of": 15}, {"n": 12, "of": 40}], 10, ["n", "of"], {"n": "of"})
    [{'n': None, 'of': 15}, {'n': 12, 'of': 40}]
    """
    return [_row(row, least, counts, parts or {}) for row in rows]


def _row(row: Mapping[str, Any], least: int, counts: Collection[str], parts: Mapping[str, str]) -> dict[str, Any]:
    hidden = {name for name in counts if is_small(row[name], least)}
    for part, whole in parts.items():
        told = row[part] is not None and row[whole] is not None
        if whole in hidden or (told and is_small(row[whole] - row[part], least)):
            hidden.add(part)
    return {name: None if name in hidden else value for name, value in row.items()}
