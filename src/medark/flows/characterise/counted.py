"""A part counted: its sums, what is asked of them, what these say brought into the shape of Achilles' results"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pyarrow as pa

from medark.check.achilles import STRATA, Part, Values, shape
from medark.check.achilles.answers import Answers, RowsIn, is_of_sums
from medark.check.achilles.counting import queries
from medark.check.achilles.distributed import distributions
from medark.check.achilles.packed import Packed
from medark.check.achilles.shaped import Rows
from medark.flows.characterise.keeping import asks
from medark.flows.characterise.summed import BY_ARRAYS, SHARED, Sums, summed
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
    if session.dialect not in BY_ARRAYS:
        is_small = small is not None and bool(part.sums) and asks(part).isdisjoint(tables())
        return told_by_sql(small if small is not None and is_small else session, part, sums)
    return told(part, sums, lambda table: rows_in(session, table), session)


def rows_in(session: Session, table: str) -> int:
    """How many rows a table has that the session has."""
    return int(session.query(f"select count(*) as n from {table}")["n"][0].as_py())


def needs_tables(part: Part) -> bool:
    """Is anything asked of tables of the lake themselves?"""
    names = {one.name for one in part.sums}
    return not all(is_of_sums(one, names) for one in part.asked)


def told(part: Part, sums: Sums, many: RowsIn, session: Session | None = None) -> tuple[pa.Table, pa.Table]:
    """What is asked of a part: of its sums over arrays, of tables themselves in a session that has them.

    `many`: how many rows a table has.
    """
    answers, of_sums = Answers(sums, many), [one for one in part.asked if is_of_sums(one, sums)]
    counts = _table(answers.counts(one for one in of_sums if not one.counting.value))
    found = [answers.distributions(one).cast(DISTRIBUTIONS) for one in of_sums if one.counting.value]
    distributed = pa.concat_tables([DISTRIBUTIONS.empty_table(), *found])
    rest = tuple(one for one in part.asked if not is_of_sums(one, sums))
    if not rest or session is None:
        return counts, distributed
    asked = queries(rest)
    more = told_by_sql(session, replace(part, counts=asked[0], values=asked[1], asked=rest), {})
    return pa.concat_tables([counts, more[0]]), pa.concat_tables([distributed, more[1]])


def _table(found: Iterable[tuple[int, Rows]]) -> pa.Table:
    """The rows of several analyses as one table."""
    columns: list[list[pa.Array]] = [[] for _ in COUNTS]
    for number, (texts, count) in found:
        cells = [*texts, *[pa.nulls(len(count), pa.string())] * (len(STRATA) - len(texts))]
        row = [pa.array(np.full(len(count), number, np.int32)), *cells, pa.array(count)]
        for column, array in zip(columns, row, strict=True):
            column.append(array)
    return pa.table(
        [pa.concat_arrays([pa.array([], field.type), *one]) for one, field in zip(columns, COUNTS, strict=True)],
        schema=COUNTS,
    )


def told_by_sql(session: Session, part: Part, sums: Sums) -> tuple[pa.Table, pa.Table]:
    """What a part's queries say, of its sums or of the tables themselves, all in a session."""
    asked = set(_WORD.findall(" ".join((*part.counts, *(one.sql for one in part.values)))))
    bound = {name: rows for name, rows in sums.items() if name in asked}
    for name, rows in bound.items():
        session.bind_arrow(name, rows.table() if isinstance(rows, Packed) else rows)
    made = [one for one in part.made if not session.has(one.name) and (not part.sums or one.name in asked)]
    for one in made:
        session.table(one.name, plain(one.sql, session.dialect))
    found = [_distributions(session, one).cast(DISTRIBUTIONS) for one in part.values]
    counts = _counts(session, part)
    for name in (*bound, *(one.name for one in made if one.name not in SHARED)):
        session.drop(name)
    return counts, pa.concat_tables([DISTRIBUTIONS.empty_table(), *found])


def _distributions(session: Session, one: Values) -> pa.Table:
    return distributions(one.analysis_id, session.query(plain(one.sql, session.dialect)))


def _counts(session: Session, part: Part) -> pa.Table:
    if not part.counts:
        return COUNTS.empty_table()
    session.table(_COUNTED, plain(" union all ".join(part.counts), session.dialect))
    rows = session.query(plain(shape.counts(_COUNTED), session.dialect))
    session.drop(_COUNTED)
    return rows.select(COUNTS.names).cast(COUNTS)
