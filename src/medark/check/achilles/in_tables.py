"""Who is in which tables, and what came after a death, over arrays: what `across` says in SQL"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa

from medark.check.achilles.places import Numbers, Places
from medark.check.achilles.spans import NO_DAY, numbers_of

_NEVER: Final = -NO_DAY


def people_in(tables: Mapping[str, Numbers]) -> pa.Table:
    """How many people are in which tables. `tables`: who is in each, by the name of its column."""
    places, found = Places(max(tables.values(), key=len)), np.zeros(0, np.int16)
    for bit, people in enumerate(tables.values()):
        at = places.numbered(people)
        assert at is not None
        found = np.append(found, np.zeros(len(places) - len(found), np.int16))
        found[at] |= 1 << bit
    often = np.bincount(found)
    which = np.flatnonzero(often)
    told = {name: which >> bit & 1 for bit, name in enumerate(tables)}
    return pa.table({**told, "n": often[which]})


def days_after(deaths: pa.Table, latest: pa.Table) -> pa.Table:
    """How many deaths are so many days before the last record of their person; both: person_id, day. Who has no death
    or no record is left out; NULL where there is a record, and no day.
    """
    died, there = (rows.filter(rows["person_id"].is_valid()) for rows in (deaths, latest))
    places = Places(died["person_id"].to_numpy())
    at = places.at(there["person_id"].to_numpy())
    is_of_dead, last = at >= 0, np.full(len(places), _NEVER)
    has_record = np.zeros(len(places), bool)
    has_record[at[is_of_dead]] = True
    np.maximum.at(last, at[is_of_dead], numbers_of(there["day"], _NEVER)[is_of_dead])
    of = places.at(died["person_id"].to_numpy())
    day, last = (one[has_record[of]] for one in (numbers_of(died["day"], NO_DAY), last[of]))
    is_known = (day != NO_DAY) & (last != _NEVER)
    days, often = np.unique(np.where(is_known, last - day, NO_DAY), return_counts=True)
    return pa.table({"days": pa.array(days, mask=days == NO_DAY), "n": often})
