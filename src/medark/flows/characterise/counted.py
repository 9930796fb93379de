"""A part counted in a session: its sums, the queries over them, what these say brought into Achilles' shape"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

import pyarrow as pa

from medark.check.achilles import Part, Values, shape
from medark.check.achilles.distributed import distributions, distributions_of
from medark.check.achilles.packed import Packed
from medark.flows.characterise.keeping import asks
from medark.flows.characterise.summed import SHARED, Sums, summed
from medark.model.omop import tables
from medark.sql.render import plain
from medark.store.engine import Session

_WORD: Final = re.compile(r"\w+")
_COUNTED: Final = "achilles_counted"
_TYPES: Final = {"analysis_id": pa.int32(), "count_value": pa.int64()}
COUNTS: Final = pa.schema([(name, _TYPES.get(name, pa.string())) for name in shape.COUNTS])
DISTRIBUTIONS: Final = pa.schema([*COUNTS, *((name, pa.float64()) for name in shape.DISTRIBUTIONS[len(COUNTS) :])])


def counted(
    session: Session, part: Part, slices: Sequence[Callable[[], None]] = (), small: Session | None = None
) -> tuple[pa.Table, pa.Table]:
    """Counts and distributions of a part: `COUNTS`, `DISTRIBUTIONS`. The session has the tables that it reads.

    `small`: a session on this machine, for what is asked of sums alone where `session` is of another.
    """
    sums = summed(session, part, slices)
    return told(small if small is not None and asks_sums_alone(part) else session, part, sums)


def asks_sums_alone(part: Part) -> bool:
    """Do a part's queries read no table of the lake?"""
    return bool(part.sums) and asks(part).isdisjoint(tables())


def told(session: Session, part: Part, sums: Sums) -> tuple[pa.Table, pa.Table]:
    """What a part's queries say, of its sums or of the tables themselves."""
    asked = set(_WORD.findall(" ".join((*part.counts, *(one.sql for one in part.values if one.of not in sums)))))
    bound = {name: rows for name, rows in sums.items() if name in asked}
    for name, rows in bound.items():
        session.bind_arrow(name, rows.table() if isinstance(rows, Packed) else rows)
    made = [one for one in part.made if not session.has(one.name) and (not part.sums or one.name in asked)]
    for one in made:
        session.table(one.name, plain(one.sql, session.dialect))
    found = [_distributions(session, one, sums).cast(DISTRIBUTIONS) for one in part.values]
    counts = _counts(session, part)
    for name in (*bound, *(one.name for one in made if one.name not in SHARED)):
        session.drop(name)
    return counts, pa.concat_tables([DISTRIBUTIONS.empty_table(), *found])


def _distributions(session: Session, one: Values, sums: Sums) -> pa.Table:
    of = sums.get(one.of)
    if of is None:
        return distributions(one.analysis_id, session.query(plain(one.sql, session.dialect)))
    if isinstance(of, Packed) and of.names == one.columns[:-1]:
        return distributions_of(one.analysis_id, of)
    of = of.table() if isinstance(of, Packed) else of
    *strata, value, often = (of[name] for name in one.columns)
    empty = pa.nulls(of.num_rows, pa.int64())
    values = pa.table([*strata, *[empty] * (2 - len(strata)), value, often], ["stratum_1", "stratum_2", "value", "n"])
    return distributions(one.analysis_id, values)


def _counts(session: Session, part: Part) -> pa.Table:
    if not part.counts:
        return COUNTS.empty_table()
    session.table(_COUNTED, plain(" union all ".join(part.counts), session.dialect))
    rows = session.query(plain(shape.counts(_COUNTED), session.dialect))
    session.drop(_COUNTED)
    return rows.select(COUNTS.names).cast(COUNTS)
