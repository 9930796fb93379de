"""Visits that records refer to, as they were and as they are; and which of them are told otherwise than before"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa

from medark.check.achilles.event_tables import BY_NAME, Events
from medark.check.achilles.events import KEYS, OTHERS_AS
from medark.check.achilles.places import Numbers
from medark.check.achilles.references import Referred
from medark.flows.characterise.differing import Difference
from medark.flows.characterise.histories import Histories
from medark.store.engine import Session

NAMES: Final = ("visit", "visit_detail")  # of `Events.refers`
SIDES: Final = ("is_old", "is_new")
_MOVED: Final = pa.schema([("key", pa.int64()), ("person_id", pa.int64()), ("was", pa.bool_())])
_REFERRED: Final = pa.schema([("key", pa.int64()), ("told", pa.int64()), ("person_id", pa.int64())])


class Visits:
    """The visits, or details of visits, that records refer to by `name`. `differ`: of their table, if it is there.

    `moved`: those that are told otherwise than before: key, person_id, `was`: is the key one that was there before?
    """

    def __init__(self, session: Session, histories: Histories, name: str, differ: Difference | None) -> None:
        self._session, self._histories, self._differ = session, histories, differ
        self.table, self._key, self._told = KEYS[name]
        self.moved = self._moved() if differ is not None and differ.is_changed else _MOVED.empty_table()
        self._is_twice: bool | None = None

    def sides(self, keys: Numbers) -> tuple[Referred, Referred]:
        """Those that have one of these keys, as they were and as they are."""
        if self._differ is None or not len(keys):
            return nothing(), nothing()
        both, went, came = (
            self._rows(files, keys) for files in (self._differ.both, self._differ.went, self._differ.came)
        )
        return Referred(pa.concat_tables([both, went])), Referred(pa.concat_tables([both, came]))

    def may_be(self, others: Numbers | None) -> bool:
        """May one that moved be one of these, of which `OTHERS_AS` is kept, or is it there twice? None: of any."""
        if not self.moved.num_rows:
            return False
        keys = self.moved["key"].to_numpy()
        return others is None or bool(np.isin(np.fmod(keys, OTHERS_AS), others).any()) or self._are_twice(keys)

    def _rows(self, files: frozenset[str], keys: Numbers) -> pa.Table:
        some = self._histories.rows_of(BY_NAME[self.table], files, keys)
        return pa.concat_tables([_REFERRED.empty_table(), *some])

    def _moved(self) -> pa.Table:
        changed = f"changed_{self.table}"
        sides = [f"select {self._key}, person_id, {self._told} from {changed} where {one}" for one in SIDES]
        moved = " union all ".join(f"select * from ({a} except {b}) as m" for a, b in (sides, sides[::-1]))
        was = f"{self._key} in (select {self._key} from {changed} where is_old)"
        rows = self._session.query(f"select {self._key} as key, person_id, {was} as was from ({moved}) as a")
        return rows.cast(_MOVED)

    def _are_twice(self, keys: Numbers) -> bool:
        """Is one of the keys of visits that changed there in what did not change?"""
        if self._is_twice is None:
            assert self._differ is not None
            now = self._rows(self._differ.both | self._differ.came, keys).num_rows
            new = self._session.query(f"select {self._key} as key from changed_{self.table} where is_new")["key"]
            self._is_twice = now > int(np.isin(new.to_numpy(), keys).sum())
        return self._is_twice


def nothing() -> Referred:
    """A table that has nothing."""
    return Referred(_REFERRED.empty_table())


def are_told_otherwise(visits: Mapping[str, Visits], events: Events, others: Mapping[str, Numbers | None]) -> bool:
    """May a record of somebody who was not touched refer to a visit that is told otherwise than before?

    `others`: by the name of what is referred to, keys of others' visits or of none, as far as they are kept.
    """
    named = [name for name in events.refers if name in visits and visits[name].table != events.table]
    return any(visits[name].may_be(others.get(name)) for name in named)
