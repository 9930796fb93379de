"""A part counted in a session: its relations made, its queries asked, what they say brought into Achilles' shape"""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from medark.check.achilles import Part, shape
from medark.sql.render import render
from medark.store.engine import Session

_COUNTED, _VALUES = "achilles_counted", "achilles_values"
_TYPES: Final = {"analysis_id": pa.int32(), "count_value": pa.int64()}
COUNTS: Final = pa.schema([(name, _TYPES.get(name, pa.string())) for name in shape.COUNTS])
DISTRIBUTIONS: Final = pa.schema([*COUNTS, *((name, pa.float64()) for name in shape.DISTRIBUTIONS[len(COUNTS) :])])


def counted(session: Session, part: Part) -> tuple[pa.Table, pa.Table]:
    """Counts and distributions of a part: `COUNTS`, `DISTRIBUTIONS`. The session has the tables that it reads.

    What it makes is dropped again; the spans of observation periods stay, other parts need them too.
    """
    made: list[str] = []
    for one in part.made:
        if not session.has(one.name):
            session.table(one.name, render(one.sql, session.dialect))
            made.append(one.name)
    counts = _asked(session, part.counts, _COUNTED, shape.counts(_COUNTED), COUNTS)
    distributions = _asked(session, part.values, _VALUES, shape.distributions(_VALUES), DISTRIBUTIONS)
    for name in made:
        if name not in SHARED:
            session.drop(name)
    return counts, distributions


SHARED: Final = frozenset({"spans", "calendar_months", "calendar_years"})


def _asked(session: Session, queries: tuple[str, ...], name: str, shaped: str, schema: pa.Schema) -> pa.Table:
    if not queries:
        return schema.empty_table()
    session.table(name, render(" union all ".join(queries), session.dialect))
    found = session.query(render(shaped, session.dialect)).select(schema.names).cast(schema)
    session.drop(name)
    return found
