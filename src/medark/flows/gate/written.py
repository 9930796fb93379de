"""What a grant opens, as people write it: tables with their columns, and masks"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from medark.errors import UsageError


def tables_written(told: Iterable[str]) -> dict[str, frozenset[str] | None]:
    """Tables and their columns, None for all of them.

    >>> tables_written(["measurement", "person: person_id"])
    {'measurement': None, 'person': frozenset({'person_id'})}
    """
    found: dict[str, frozenset[str] | None] = {}
    for one in told:
        name, _colon, columns = one.partition(":")
        found[name.strip()] = frozenset(c.strip() for c in columns.split(",")) if columns.strip() else None
    return found


def masks_written(told: Iterable[str]) -> Mapping[str, str]:
    """Columns and the masks that are put on them. UsageError for what is none.

    >>> masks_written(["person.birth_datetime = year"])
    {'person.birth_datetime': 'year'}
    """
    cut = [one.partition("=") for one in told]
    if any(not equals for _place, equals, _mask in cut):
        raise UsageError("a mask is put on a column", fix="--mask person.birth_datetime=year")
    return {place.strip(): mask.strip() for place, _equals, mask in cut}
