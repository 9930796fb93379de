"""Populations as relations of entries"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from sqlglot import exp

from medark.define.compile.draft import Draft
from medark.define.compile.entries import CARRIED, Entries, Known
from medark.define.compile.evaluate import work_out
from medark.define.compile.expressions import plain
from medark.define.compile.frames import frame_rows
from medark.define.compile.moments import visit
from medark.define.compile.rows import row_key
from medark.define.compile.selection import passed
from medark.define.compile.stays import stays
from medark.define.compile.written import query
from medark.define.nodes import Call, Every, Everyone, EveryPeriod, Population, Selected, Union
from medark.errors import InternalError

_PERIODS = """
SELECT key_hash(CAST(person_id AS VARCHAR) || '|' || CAST(first_day AS VARCHAR)) AS entry_id, person_id,
  CAST(first_day AS TIMESTAMP) AS entry_start, CAST(last_day AS TIMESTAMP) AS entry_end,
  CAST(NULL AS BIGINT) AS visit_occurrence_id
FROM {people} AS p CROSS JOIN {periods} AS q
"""
_NOBODY = """
SELECT person_id AS entry_id, person_id, CAST(NULL AS TIMESTAMP) AS entry_start, CAST(NULL AS TIMESTAMP) AS entry_end,
  CAST(NULL AS BIGINT) AS visit_occurrence_id
FROM person WHERE FALSE
"""


def entries_of(draft: Draft, population: Population) -> Entries:
    """The entries of a population."""
    match population:
        case Everyone():
            return _everyone(draft, population.on or draft.today)
        case EveryPeriod():
            return _every_period(draft, population)
        case Every():
            return _every(draft, population)
        case Union():
            return _union(draft, population)
        case Selected():
            left, _ = passed(draft, population, entries_of(draft, population.entry))
            return stays(draft, population, left)
    raise InternalError(f"no entries of {type(population).__name__}")


def _everyone(draft: Draft, on: dt.date) -> Entries:
    at = partial(plain, dt.datetime.combine(on, dt.time()))
    cells = [exp.column("person_id", table="p").as_("entry_id"), exp.column("person_id", table="p")]
    cells += [at().as_("entry_start"), at().as_("entry_end"), _no_visit().as_("visit_occurrence_id")]
    relation = draft.add("everyone", exp.select(*cells).from_(draft.table("person", "p")))
    return Entries(relation, {"start": at, "end": at, "visit": _no_visit}, by_person=True)


def _every_period(draft: Draft, population: EveryPeriod) -> Entries:
    days = [exp.select(plain(a).as_("first_day"), plain(b).as_("last_day")) for a, b in _periods(population)]
    if not days:  # past the end of the calendar
        return Entries(draft.add("periods", query(_NOBODY)))
    periods = exp.union(*days, distinct=False) if len(days) > 1 else days[0]
    people = exp.select("person_id").from_(draft.table("person", "p"))
    return Entries(draft.add("periods", query(_PERIODS, people=people, periods=periods)))


def _periods(population: EveryPeriod) -> Iterator[tuple[dt.date, dt.date]]:
    """The first and last day of each; those past the end of the calendar are left out."""
    firsts = [_months_later(population.first, population.months * no) for no in range(population.periods + 1)]
    for first, following in pairwise(firsts):
        if first is not None and following is not None:
            yield first, following - dt.timedelta(1)


def _months_later(day: dt.date, months: int) -> dt.date | None:
    """So many months later, on the last day of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > dt.MAXYEAR:
        return None
    for last in (day.day, 30, 29, 28):
        try:
            return dt.date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    return None


def _every(draft: Draft, population: Every) -> Entries:
    # Rows are chosen by what is known of persons: an index there is none yet.
    known = Known(draft, Entries(_everyone(draft, draft.today).relation, by_person=True))
    start, end = population.moments
    work_out(known, [population.frame, start, end])
    root = population.frame.root
    cells = {"row_key": row_key(root), "entry_start": start, "entry_end": end, "visit_occurrence_id": visit(root)}
    dated = Call("not", (Call("is_missing", (start,)),))
    rows = frame_rows(known, population.frame, cells, (dated,), with_person=True)
    names = {**CARRIED, "entry_id": "row_key"}
    query = exp.select(*(exp.column(held).as_(name) for name, held in names.items())).from_(rows.subquery("rows_"))
    return Entries(draft.add("entries", query))


def _union(draft: Draft, population: Union) -> Entries:
    parts = []
    for no, part in enumerate(population.populations):
        cells = [f"key_hash('{no}|' || CAST(entry_id AS VARCHAR)) AS entry_id", *list(CARRIED)[1:]]
        parts.append(exp.select(*cells, dialect="duckdb").from_(entries_of(draft, part).relation))
    query = exp.union(*parts, distinct=False) if len(parts) > 1 else parts[0]
    return Entries(draft.add("either", query))


def _no_visit() -> exp.Expr:
    return exp.cast(exp.Null(), "BIGINT")
