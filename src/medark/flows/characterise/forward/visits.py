"""Visits that records refer to, as they were and as they are; and which of them are told otherwise than before"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.check.achilles.among import Among
from medark.check.achilles.event_tables import BY_NAME, Events
from medark.check.achilles.events import KEYS, OTHERS_AS
from medark.check.achilles.places import Numbers
from medark.check.achilles.references import Referred
from medark.flows.characterise.forward.changed_rows import ChangedRows
from medark.flows.characterise.forward.differing import SIDES, Difference
from medark.flows.characterise.histories import Histories
from medark.store.engine import Session

_MOVED: Final = pa.schema([("key", pa.int64()), ("person_id", pa.int64()), ("was", pa.bool_())])
_ROWS: Final = pa.schema(
    [*((name, pa.int64()) for name in ("key", "person_id", "told")), *((side, pa.bool_()) for side in SIDES)]
)
_REFERRED: Final = pa.schema([("key", pa.int64()), ("told", pa.int64()), ("person_id", pa.int64())])


class Visits:
    """The visits, or details of visits, that records refer to by `name`. Of their table, if it is there: `differ`, and
    `changed` if it changed.

    `moved`: those that are told otherwise than before: key, person_id, `was`: is the key one that was there before?
    """

    def __init__(
        self, session: Session, histories: Histories, name: str, differ: Difference | None, changed: ChangedRows | None
    ) -> None:
        self._histories, self._differ = histories, differ
        self.table, self._key, _ = KEYS[name]
        self._changed = self._rows_of(changed, session) if changed else _ROWS.empty_table()
        self.moved = self._moved()

    def look_up(self, keys: Numbers) -> None:
        """Look for those that have one of these keys, and for those that moved: only then they can be asked for."""
        self._keys = np.concatenate([keys, self.moved["key"].to_numpy()])
        self._found = self._having(self._keys)
        self._referred = tuple(map(Referred, self._found))
        self._are_twice = self.moved.num_rows > 0 and self._is_any_twice()

    def of(self, side: int, more: Numbers) -> Referred:
        """Those that have one of the keys that were looked for, or of some more; `side`: 0 before, 1 now."""
        new = np.setdiff1d(more, self._keys) if len(more) else more
        return (
            Referred(pa.concat_tables([self._found[side], self._having(new)[side]]))
            if len(new)
            else (self._referred[side])
        )

    def may_be(self, others: Numbers | None) -> bool:
        """May one that moved be one of these, of which `OTHERS_AS` is kept, or is it there twice? None: of any."""
        keys = self.moved["key"].to_numpy()
        if not len(keys) or others is None:
            return len(keys) > 0
        return len(Among(others).where(np.fmod(keys, OTHERS_AS))) > 0 or self._are_twice

    def _having(self, keys: Numbers) -> tuple[pa.Table, pa.Table]:
        """Those that have one of these keys, as they were and as they are: key, told, person_id."""
        if self._differ is None or not len(keys):
            return _REFERRED.empty_table(), _REFERRED.empty_table()
        some, differ = Among(keys), self._differ
        both, went, came = (self._rows(files, some) for files in (differ.both, differ.went, differ.came))
        return pa.concat_tables([both, went]), pa.concat_tables([both, came])

    def _rows(self, files: frozenset[str], keys: Among) -> pa.Table:
        some = self._histories.rows_of(BY_NAME[self.table], files, keys)
        return pa.concat_tables([_REFERRED.empty_table(), *some])

    def _rows_of(self, changed: ChangedRows, session: Session) -> pa.Table:
        """Those that came or went: key, person_id, told, is_old, is_new."""
        batches = changed.batches(session, [self._key, "person_id", "concept_id", *SIDES])
        tables = [pa.Table.from_batches([one]).rename_columns(_ROWS.names).cast(_ROWS) for one in batches]
        return pa.concat_tables([_ROWS.empty_table(), *tables])

    def _moved(self) -> pa.Table:
        rows = self._changed
        sides = rows.group_by(["key", "person_id", "told"], use_threads=False).aggregate(
            [(side, "max") for side in SIDES]
        )
        old, new = (f"{side}_max" for side in SIDES)
        moved = sides.filter(pc.not_equal(sides[old], sides[new]))
        was = pc.is_in(moved["key"], rows.filter(rows["is_old"])["key"])
        return pa.table([moved["key"], moved["person_id"], was], _MOVED.names).cast(_MOVED)

    def _is_any_twice(self) -> bool:
        """Is one of the keys of visits that moved there in what did not change?"""
        moved, new = Among(self.moved["key"].to_numpy()), self._changed.filter(self._changed["is_new"])
        now, changed = (len(moved.where(rows["key"].to_numpy())) for rows in (self._found[1], new))
        return now > changed


def are_told_otherwise(visits: Mapping[str, Visits], events: Events, others: Mapping[str, Numbers | None]) -> bool:
    """May a record of somebody who was not touched refer to a visit that is told otherwise than before?

    `others`: by the name of what is referred to, keys of others' visits or of none, as far as they are kept.
    """
    named = [name for name in events.refers if name in visits and visits[name].table != events.table]
    return any(visits[name].may_be(others.get(name)) for name in named)
