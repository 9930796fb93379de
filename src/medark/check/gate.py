"""The gate: one pass over the rows of a table, each row with the reason why it can't go into the lake, or none"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from medark.check import known, reasons
from medark.check.reasons import Reason
from medark.model.omop import RECORD_NO, ROW_NO, lake_columns, person_column, tables
from medark.model.table import Column, Type

# Parents first: a table is judged when what it refers to is.
_PARENTS = ("location", "care_site", "provider", "visit_occurrence", "visit_detail", "payer_plan_period")
_FIRST = ("location", "care_site", "provider", "person", "death", *_PARENTS[3:])
EVENT_TABLES = (
    "condition_occurrence", "drug_exposure", "procedure_occurrence", "device_exposure", "measurement", "observation",
)  # fmt: skip
_MAY_LIE_AHEAD = ("payer_plan_period", "cohort")  # cover is bought for next year
_HORIZON = "(select last_day from date_horizon)"


@dataclass(frozen=True, slots=True)
class Check:
    """A relation on the way through the gate: its SQL, and the table whose judged rows it holds, if any.

    `view`: nothing further reads it, so it is better named than kept; whoever writes the rows evaluates it once.
    """

    name: str
    sql: str
    table: str | None = None
    view: bool = False


def checks(present: Collection[str], *, events_told: bool = False) -> tuple[Check, ...]:
    """What to make, in order, when `<table>_rows` is there for the tables `present`.

    Each `<table>_checked` holds the rows with `reason`, `place` and `unlinked` (see `check_sql`); those without a
    reason are what the lake gets. Read besides: `person_key` (who the wave is about), `lake_person`, `lake_death` and
    the `lake_…` of parent tables. Parameter: `:arrived`, the day the records arrived. `events_told`: the rows of event
    tables are of one relation, and `retold_event` and `moved_event` say which of them are not the latest word.
    """
    last = sorted(set(present) - set(_FIRST))
    steps = [Check("date_horizon", known.date_horizon(present))]
    for table in (*_FIRST, *last):
        steps += _of_table(table, present=table in present, events_told=events_told)
    return tuple(steps)


@cache
def check_sql(table: str, *, events_told: bool = False) -> str:
    """The rows of `<table>_rows`, each with `reason` and `place` (a column's name), NULL where it passes.

    `unlinked` names the optional references that were left out because nothing is there to refer to. Of rows with one
    key the latest stands, and exactly one, also of rows from one place. Only rows that share a key are ranked.
    """
    key, columns = _key(table), [column.name for column in lake_columns(table)]
    optional = {c.name: f"p{i}" for i, c in enumerate(_references(table, required=False))}
    cells = [f"{optional[n]}.known_id as {n}" if n in optional else f'r."{n}"' for n in columns]
    told = events_told and table in EVENT_TABLES
    faults = " ".join(_faults(table, told=told))
    place = "r.medark_record_no desc, r.medark_row_no desc, r.part_no desc"
    return f"""
with twin as (
  {_told_twins(key[0]) if told else _own_twins(table, key)}
),
ranked as (
  select r.*, cast(1 as bigint) as nth
  from {table}_rows as r
  left join twin as t on {_same(key, "t")}
  where t."{key[0]}" is null
  union all
  select r.*, row_number() over (partition by {_list(key, "r")} order by {place}, {_list(columns, "r")}) as nth
  from {table}_rows as r
  join twin as t on {_same(key, "t")}
),
judged as (
  select {", ".join(cells)}, r.part_no, case {faults} end as fault, {_unlinked(optional)} as unlinked
  from ranked as r
  {_moved(table, key[0]) if told else ""}
  {" ".join(_joins(table, optional))}
)
select {_list(columns)}, part_no,
  split_part(fault, '|', 1) as reason, nullif(split_part(fault, '|', 2), '') as place, unlinked
from judged
"""


def _own_twins(table: str, key: Sequence[str]) -> str:
    return f"select {_list(key)} from {table}_rows group by {_list(key)} having count(*) > 1"


def _told_twins(key: str) -> str:
    return f"select event_id as {key} from retold_event"


def _moved(table: str, key: str) -> str:
    """Rows whose event has its latest word in another table: `m` is there."""
    return f"left join moved_event as m on m.event_id = r.{key} and m.table_name = '{table}'"


def tally_sql(table: str) -> str:
    """How many rows of `<table>_checked` ended how, record by record: reason, place, unlinked, row_count; and the
    first of them.
    """
    return f"""
select
  reason, place, unlinked, medark_record_no as record_no, count(*) as row_count, min(medark_row_no) as row_no
from {table}_checked
group by reason, place, unlinked, medark_record_no
"""


def _of_table(table: str, *, present: bool, events_told: bool) -> Iterator[Check]:
    """A table's judged rows, between what it needs to know and what others need to know of it."""
    if present and any(c.references == table for c in _references(table)):
        yield Check(f"told_{table}", known.known_rows(table, f"{table}_rows"))
    if present:
        sql = check_sql(table, events_told=events_told)
        yield Check(f"{table}_checked", sql, table, view=table not in _FIRST)
    if table == "person":
        yield Check("known_person", known.known_person(present))
    elif table == "death":
        yield Check("known_death", known.known_death(present))
    elif table in _PARENTS:
        accepted = f"{table}_checked where reason is null" if present else ""
        yield Check(f"known_{table}", known.known_rows(table, accepted))


def _faults(table: str, *, told: bool) -> Iterator[str]:
    """The branches of the one CASE, in the order of REASONS."""
    person, start = person_column(table), _start(table)
    yield _when("r.nth > 1 or m.event_id is not null" if told else "r.nth > 1", reasons.REPLACED)
    if person and table != "person":
        absent = "k.person_id is null" if person == "person_id" else f"r.{person} is not null and k.person_id is null"
        yield _when(absent, reasons.PERSON_NOT_KNOWN, person)
    for column in tables()[table].columns:
        if column.required and column.name != person:
            yield _when(f"r.{column.name} is null", reasons.VALUE_MISSING, column.name)
    for column in _references(table, required=True):
        yield _when("need.known_id is null", reasons.PARENT_NOT_KNOWN, column.name)
    for before, after in _spans(table):
        yield _when(f"r.{after} < r.{before}", reasons.END_BEFORE_START, after)
    if table == "person":
        year = f"r.year_of_birth < {reasons.EARLIEST_BIRTH} or r.year_of_birth > extract(year from {_HORIZON})"
        yield _when(f"{_HORIZON} is not null and ({year})", reasons.BIRTH_YEAR, "year_of_birth")
    elif person and start and table not in _MAY_LIE_AHEAD:
        yield _when(f"r.{start} < k.first_day", reasons.BEFORE_BIRTH, start)
        if table != "death":
            yield _when(f"r.{start} > d.last_day", reasons.AFTER_DEATH, start)
        yield _when(f"r.{start} > {_HORIZON}", reasons.IN_FUTURE, start)
    elif table == "event_count":
        yield _when(f"r.{start} > {_HORIZON}", reasons.IN_FUTURE, str(start))


def _joins(table: str, optional: dict[str, str]) -> Iterator[str]:
    person = person_column(table)
    if person and table != "person":
        yield f"left join known_person as k on k.person_id = r.{person}"
        if _start(table) and table != "death" and table not in _MAY_LIE_AHEAD:
            yield f"left join known_death as d on d.person_id = r.{person}"
    for column in _references(table):
        relation = f"{'told' if column.references == table else 'known'}_{column.references}"
        alias = optional.get(column.name, "need")
        yield f"left join {relation} as {alias} on {alias}.known_id = r.{column.name}"


def _unlinked(optional: dict[str, str]) -> str:
    """The names of references left out, one after the other; most rows never come past the first test."""
    gone = {n: f"(r.{n} is not null and {alias}.known_id is null)" for n, alias in optional.items()}
    if not gone:
        return "cast(null as varchar)"
    named = ", ".join(f"case when {test} then '{name} ' else '' end" for name, test in gone.items())
    return f"case when {' or '.join(gone.values())} then trim(concat({named}, '')) end"


@cache
def _references(table: str, required: bool | None = None) -> tuple[Column, ...]:
    """Columns that refer to a row of a parent table; of the others (episodes, images' procedures) no list is kept."""
    own = tables()[table].primary_key
    found = (c for c in tables()[table].columns if c.name != own)
    found = (_with_parent(c) for c in found)
    return tuple(c for c in found if c.references in _PARENTS and required in (None, c.required))


def _with_parent(column: Column) -> Column:
    """The specification names no table for some columns that have but one."""
    named = {f"{prefix}{t}_id": t for t in _PARENTS for prefix in ("", "preceding_", "parent_")}
    return Column(column.name, column.type, column.required, references=named.get(column.name, column.references))


def _spans(table: str) -> Iterator[tuple[str, str]]:
    """Pairs of columns that must be in order: dates, then datetimes."""
    for kind, suffix in ((Type.DATE, "_date"), (Type.DATETIME, "_datetime")):
        names = [c.name for c in tables()[table].columns if c.type is kind and not c.name.startswith("verbatim")]
        yield from ((names[0], name) for name in names if name.endswith(f"_end{suffix}"))


def _start(table: str) -> str | None:
    """When a row began: its first date."""
    return next((c.name for c in tables()[table].columns if c.type is Type.DATE), None)


def _key(table: str) -> tuple[str, ...]:
    """What makes two rows the same row, as the lake sees it."""
    if table == "death":
        return ("person_id",)
    primary = tables()[table].primary_key
    return (primary,) if primary else tuple(c.name for c in lake_columns(table) if c not in (RECORD_NO, ROW_NO))


def _when(test: str, reason: Reason, place: str = "") -> str:
    return f"when {test} then '{reason.phrase}|{place}'"


def _list(names: Collection[str], alias: str = "") -> str:
    return ", ".join(f'{alias}."{name}"' if alias else f'"{name}"' for name in names)


def _same(names: Collection[str], alias: str) -> str:
    return " and ".join(f"{alias}.{name} = r.{name}" for name in names)
