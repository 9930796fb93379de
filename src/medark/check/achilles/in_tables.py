"""Who is in which tables, and what came after a death, over arrays: what `across` says in SQL"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa

from medark.check.achilles.compiled import compiled
from medark.check.achilles.places import Found, Numbers, Places
from medark.check.achilles.references import NOBODY
from medark.check.achilles.spans import NO_DAY, numbers_of

_NEVER: Final = -NO_DAY


def people_in(tables: Mapping[str, Numbers]) -> pa.Table:
    """How many people are in which tables. `tables`: who is in each, by the name of its column."""
    places, found = Places(max(tables.values(), key=len)), np.zeros(0, np.int16)
    for bit, people in enumerate(tables.values()):
        at = places.numbered(people)
        assert at is not None
        found = np.append(found, np.zeros(len(places) - len(found), np.int16))
        _mark(at, 1 << bit, found)
    often = np.bincount(found)
    which = np.flatnonzero(often)
    told = {name: which >> bit & 1 for bit, name in enumerate(tables)}
    return pa.table({**told, "n": often[which]})


def days_after(deaths: pa.Table, latest: pa.Table) -> pa.Table:
    """How many deaths are so many days before the last record of their person; both: person_id, day. Who has no death
    or no record is left out; NULL where there is a record, and no day.
    """
    who, died = numbers_of(deaths["person_id"], NOBODY), numbers_of(deaths["day"], NO_DAY)
    places = Places(who[who != NOBODY])
    at = places.at(numbers_of(latest["person_id"], NOBODY))
    of_dead = np.flatnonzero(at >= 0)
    last, has_record = np.full(len(places) + 1, _NEVER), np.zeros(len(places) + 1, bool)
    has_record[at[of_dead]] = True
    np.maximum.at(last, at[of_dead], numbers_of(latest["day"], _NEVER)[of_dead])
    of = places.at(who)  # of nobody the last, who has no record
    last, died = last[of][has_record[of]], died[has_record[of]]
    days, often = np.unique(np.where((died != NO_DAY) & (last != _NEVER), last - died, NO_DAY), return_counts=True)
    return pa.table({"days": pa.array(days, mask=days == NO_DAY), "n": often})


@compiled
def _mark(at: Found, bit: int, found: Numbers) -> None:
    for row in range(len(at)):
        found[at[row]] |= bit
