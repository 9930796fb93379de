"""A part counted in a session: its relations made, its queries asked, what they say brought into Achilles' shape"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa

from medark.check.achilles import Part, shape
from medark.sql.render import render
from medark.store.engine import Session

_COUNTED, _VALUES = "achilles_counted", "achilles_values"
_TYPES: Final = {"analysis_id": pa.int32(), "count_value": pa.int64()}
COUNTS: Final = pa.schema([(name, _TYPES.get(name, pa.string())) for name in shape.COUNTS])
DISTRIBUTIONS: Final = pa.schema([*COUNTS, *((name, pa.float64()) for name in shape.DISTRIBUTIONS[len(COUNTS) :])])


SHARED: Final = frozenset({"spans", "calendar_months", "calendar_years"})


def counted(session: Session, part: Part, slices: Sequence[Callable[[], None]] = ()) -> tuple[pa.Table, pa.Table]:
    """Counts and distributions of a part: `COUNTS`, `DISTRIBUTIONS`. The session has the tables that it reads.

    `slices`: each binds the rows of some people in the place of the part's table; what is said of them is added up, so
    that no more than a slice is held at once. Spans of observation periods stay, other parts need them too.
    """
    counts, values = _Asked(session, _COUNTED, part.counts), _Asked(session, _VALUES, part.values)
    for bind in slices or (lambda: None,):
        bind()
        made = [one for one in part.made if not session.has(one.name)]
        for one in made:
            session.table(one.name, render(one.sql, session.dialect))
        counts.ask()
        values.ask()
        for one in made:
            if one.name not in SHARED:
                session.drop(one.name)
    return (
        counts.shaped(COUNTS, shape.added_up, shape.counts),
        values.shaped(DISTRIBUTIONS, shape.values_added_up, shape.distributions),
    )


@dataclass(slots=True)
class _Asked:
    """Queries of one shape, asked as one of each slice."""

    session: Session
    name: str
    queries: tuple[str, ...]
    made: list[str] = field(default_factory=list)

    def ask(self) -> None:
        if self.queries:
            self.made.append(f"{self.name}_{len(self.made)}")
            self.session.table(self.made[-1], render(" union all ".join(self.queries), self.session.dialect))

    def shaped(self, schema: pa.Schema, added_up: Callable[[str], str], shaped: Callable[[str], str]) -> pa.Table:
        if not self.made:
            return schema.empty_table()
        if len(self.made) > 1:
            every = " union all ".join(f"select * from {name}" for name in self.made)
            self.session.table(self.name, render(added_up(f"({every}) as e"), self.session.dialect))
            self.made.append(self.name)
        rows = self.session.query(render(shaped(self.made[-1]), self.session.dialect))
        for name in self.made:
            self.session.drop(name)
        return rows.select(schema.names).cast(schema)
