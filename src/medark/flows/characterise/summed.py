"""The sums of a part in a session: by arrays where the engine gives them, by SQL elsewhere; some people at a time"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from medark.check.achilles import Part, Sum, grouping
from medark.check.achilles.across import LAST, TABLES
from medark.check.achilles.arrays import AT_A_TIME, Arrays
from medark.check.achilles.event_tables import BY_NAME
from medark.check.achilles.events import Alike, plain_rows
from medark.check.achilles.in_tables import days_after, people_in
from medark.check.achilles.of_periods import OfPeriods
from medark.check.achilles.packed import Packed
from medark.check.achilles.periods import PERIODS
from medark.flows.characterise.referring import Referring, Refers
from medark.sql.render import plain
from medark.store.engine import Session

Sums = Mapping[str, pa.Table | Packed]  # by name: keys and measures
_MORE = 4_000_000  # rows of a sum that are held before they are added up
BY_ARRAYS = ("duckdb",)
_NONE: Alike = {}
SHARED = frozenset({"spans", "calendar_months", "calendar_years"})  # parts need them too that come after


class Noted(Protocol):
    """Sees the rows of a table of events pass, with some `columns` more than are asked of them."""

    @property
    def columns(self) -> tuple[str, ...]: ...

    def passing(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The rows of one slice, without these columns."""


def summed(
    session: Session,
    part: Part,
    slices: Sequence[Callable[[], None]] = (),
    is_by_arrays: bool | None = None,
    referring: Referring | None = None,
    alike: Alike = _NONE,
    noted: Noted | None = None,
) -> Sums:
    """What the sums of a part say. The session has the tables that it reads.

    `slices`: each binds the rows of some people in the place of the part's table, which has all when they begin.
    `is_by_arrays`: otherwise by SQL alone, as where rows are not on this machine. `referring`: what the session's
    records refer to. `alike`: columns of the part's table in which all rows say the same. `noted`: sees its rows pass.
    """
    binds, referring = slices or (lambda: None,), referring or Referring(session)
    by_arrays, found = session.dialect in BY_ARRAYS if is_by_arrays is None else is_by_arrays, None
    if by_arrays and part.by_person:
        found = _of_events(session, part, binds, referring, alike, noted)
    elif by_arrays:
        found = of_others(part, referring)
    return _by_sql(session, part, binds) if found is None else found


def of_others(part: Part, referring: Refers) -> Sums | None:
    """Sums of a part that is of no table of events; None if rows can't be coded, or there are no arrays of it."""
    if part.name in PERIODS:
        found = OfPeriods(part.name, referring.periods(part.name), referring.persons())
        return found.found([one.name for one in part.sums]) if found.fits else None
    if part.name == "overlaps":
        people = referring.people(TABLES)
        return {one.name: people_in({TABLES[table]: some for table, some in people.items()}) for one in part.sums}
    if part.name == "ends":
        deaths = referring.deaths()
        asked = {f"after_{name}": of for name, of in LAST.items()}
        return {one.name: days_after(deaths, referring.latest(*asked[one.name])) for one in part.sums}
    return None


def _of_events(
    session: Session,
    part: Part,
    binds: Sequence[Callable[[], None]],
    referring: Referring,
    alike: Alike,
    noted: Noted | None,
) -> dict[str, pa.Table | Packed] | None:
    """Sums of a table of events; None if its rows can't be coded."""
    events = BY_NAME[part.by_person]
    arrays = Arrays(events, part.sums, referring.of(events), alike=alike)
    rows = plain(plain_rows(events, "", *(noted.columns if noted else ()), alike=alike), session.dialect)
    others = [one for one in part.sums if one.name == f"{part.by_person}_unmapped"]
    tables = {one.name: _typed(session.query(plain(one.sql, session.dialect))) for one in others}
    for bind in binds:
        bind()
        batches = session.stream(rows, AT_A_TIME)
        if not arrays.fits or not arrays.add(noted.passing(batches) if noted else batches):
            return None
    referring.met(events, arrays.latest())
    found = {one.name: told if isinstance(told, Packed) else _typed(told) for one, told in arrays.found()}
    return found | tables


def _by_sql(session: Session, part: Part, binds: Sequence[Callable[[], None]]) -> dict[str, pa.Table | Packed]:
    found: dict[str, list[pa.Table]] = {one.name: [] for one in part.sums}
    for bind in binds:
        bind()
        for one, rows in _asked(session, part):
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


def _asked(session: Session, part: Part) -> Iterator[tuple[Sum, pa.Table]]:
    made = [one for one in part.made if not session.has(one.name)]
    for one in made:
        (session.view if one.is_view else session.table)(one.name, plain(one.sql, session.dialect))
    if part.sums:
        every = session.query(plain(_at_once(part.sums), session.dialect))
        for of in part.sums:
            mine = every.filter(pc.equal(every["sum_name"], of.name))
            yield of, _typed(mine.select([*of.keys, *of.measures]))
    for one in reversed(made):
        if one.name not in SHARED:
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


def _typed(rows: pa.Table) -> pa.Table:
    """Whole numbers of one length: sums of different times are laid beside each other."""
    kinds = [(one.name, pa.int64() if pa.types.is_integer(one.type) else one.type) for one in rows.schema]
    return rows.cast(pa.schema(kinds))
