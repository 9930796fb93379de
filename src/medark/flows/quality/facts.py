"""What rows refer to, in a session: as it is told now, and as it was told before"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from medark.check.dqd import FACTS
from medark.flows.quality.changes import Change
from medark.flows.quality.index import Index
from medark.flows.quality.parts import Parts, listed
from medark.model.omop import VOCABULARY_TABLES

_NONE = "select null as id"


class Facts:
    """Makes relations of facts, under their own names and those of an earlier version."""

    def __init__(self, parts: Parts, index: Index | None) -> None:
        self._parts, self._index = parts, index

    def tell(self, name: str, asking: Sequence[str] | None) -> None:
        """Of what queries ask for, or (None) of all that there is."""
        facts, session = FACTS[name], self._parts.session
        if facts.table in VOCABULARY_TABLES:
            self._parts.bind_vocabulary()
            return
        if asking is not None and self._index is not None and self._index.tells(name):
            wanted = session.query(f"select distinct id from ({listed(asking or [_NONE])}) as u where id is not null")
            ids = wanted.column("id").cast(pa.int64()).to_numpy()
            found = self._index.told(name, self._index.may_tell(name, self._parts.files(facts.table), ids))
            session.bind_arrow(name, found.table())
            return
        is_once = asking is None and self._index is not None and self._index.is_unique(facts.table, facts.key)
        files = self._parts.files(facts.table)
        self._parts.bind(facts.table, files)
        wanted = f"({listed(asking or [_NONE])}) as u" if asking is not None and files else ""
        session.table(name, self._parts.words(facts.sql_of_each if is_once else facts.sql_of(wanted)))

    def tell_as_before(self, facts: str, name: str, change: Change) -> None:
        """The same as it was told before a change, under another name."""
        session = self._parts.session
        if session.has(name):
            return
        told = ", ".join(("id", *FACTS[facts].told))
        session.bind_arrow(f"old_{name}", change.before)
        session.bind_arrow(f"ids_{name}", pa.table({"id": change.ids}))
        same = f"select {told} from {facts} as f where not exists (select 1 from ids_{name} as i where i.id = f.id)"
        session.table(name, self._parts.words(listed([same, f"select {told} from old_{name}"])))
