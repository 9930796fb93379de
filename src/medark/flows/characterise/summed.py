"""The sums of a part in a session: by arrays where the engine gives them, by SQL elsewhere; some people at a time"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from medark.check.achilles import Part, Sum, arrays, grouping
from medark.check.achilles.by_person import NAMES
from medark.sql.render import plain
from medark.store.engine import Session

Sums = Mapping[str, pa.Table]  # by name: keys and measures
_MORE = 4_000_000  # rows of a sum that are held before they are added up


def summed(
    session: Session, part: Part, slices: Sequence[Callable[[], None]] = (), is_by_arrays: bool | None = None
) -> Sums:
    """What the sums of a part say. The session has the tables that it reads, and spans of observation periods.

    `slices`: each binds the rows of some people in the place of the part's table. `is_by_arrays`: otherwise by SQL
    alone, as where rows are not on this machine.
    """
    by_arrays = session.dialect == "duckdb" if is_by_arrays is None else is_by_arrays
    found: dict[str, list[pa.Table]] = {one.name: [] for one in part.sums}
    for bind in slices or (lambda: None,):
        bind()
        for one, rows in (_by_arrays if by_arrays else _by_sql)(session, part):
            found[one.name].append(rows)
            found[one.name] = _fewer(one, found[one.name])
    return {one.name: added(one, found[one.name]) for one in part.sums}


def _fewer(of: Sum, tables: list[pa.Table]) -> list[pa.Table]:
    """Tables of one sum, added up if there is much in them."""
    whole, *more = (one.num_rows for one in tables)
    return [added(of, tables)] if sum(more) > max(whole, _MORE) else tables


def added(of: Sum, tables: Sequence[pa.Table]) -> pa.Table:
    """What was summed of some people and of others, in one; what is of nobody any more is left out."""
    if len(tables) == 1:
        return tables[0]
    whole = grouping.added(tables, of.keys, of.measures)
    return whole.filter(reduce(pc.or_, (pc.not_equal(whole[name], 0) for name in of.measures)))


def _by_sql(session: Session, part: Part) -> Iterator[tuple[Sum, pa.Table]]:
    made = [one for one in part.made if not session.has(one.name)]
    for one in made:
        (session.view if one.is_view else session.table)(one.name, plain(one.sql, session.dialect))
    if part.sums:
        every = session.query(plain(_at_once(part.sums), session.dialect))
        for of in part.sums:
            mine = every.filter(pc.equal(every["sum_name"], of.name))
            yield of, _typed(mine.select([*of.keys, *of.measures]))
    for one in reversed(made):
        if one.name != "spans":
            session.drop(one.name)


def _at_once(sums: Sequence[Sum]) -> str:
    """One query of several sums, each with the columns of all: a job costs more than what it counts."""
    columns = sorted({name for one in sums for name in (*one.keys, *one.measures)})
    asked = []
    for one in sums:
        own = {*one.keys, *one.measures}
        told = ", ".join(name if name in own else f"null as {name}" for name in columns)
        asked.append(f"select '{one.name}' as sum_name, {told} from ({one.sql}) as s")
    return " union all ".join(asked)


def _by_arrays(session: Session, part: Part) -> Iterator[tuple[Sum, pa.Table]]:
    of_rows = next((one for one in part.made if one.is_view), None)
    for one in part.sums:
        if of_rows is None or one.name == f"{part.by_person}_unmapped":
            yield one, _typed(session.query(plain(one.sql, session.dialect)))
    if of_rows is not None:
        session.view(of_rows.name, plain(of_rows.sql, session.dialect))
        yield from _of_rows(session, part, of_rows.name)
        session.drop(of_rows.name)


def _of_rows(session: Session, part: Part, rows_of: str) -> Iterator[tuple[Sum, pa.Table]]:
    by_records = [one for one in part.sums if one.of]
    by_people = {name: one for one in part.sums for name in NAMES if one.name == f"{part.by_person}_{name}"}
    keys = sorted({key for one in by_records for key in (*one.keys, *one.needs)})
    told = dict.fromkeys((*(arrays.OF_PEOPLE if by_people else ()), *keys))
    rows = session.query(f"select {', '.join(told)} from {rows_of}")
    if by_records:
        yield from ((one, _typed(found)) for one, found in arrays.of_records(rows.select(keys), by_records))
    if by_people:
        rows = rows.select(list(arrays.OF_PEOPLE))
        persons = session.query("select person_id, gender_concept_id, year_of_birth from person")
        for name, found in arrays.of_people(rows, persons):
            if name in by_people:
                one = by_people[name]
                yield one, _typed(found.select([*one.keys, *one.measures]))


def _typed(rows: pa.Table) -> pa.Table:
    """Whole numbers of one length: sums of different times are laid beside each other."""
    kinds = [(one.name, pa.int64() if pa.types.is_integer(one.type) else one.type) for one in rows.schema]
    return rows.cast(pa.schema(kinds))
