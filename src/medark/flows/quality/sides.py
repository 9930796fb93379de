"""The two sides of a check: the rows that violate it, and the rows of other tables that it holds them against

A diagnosis that nobody of that age has may be wrong, or the birth; a result outside its visit, or the visit. Of each
side it is counted where its rows came from, among those that violate the check and among all that it looks at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from medark.check.checks import Check
from medark.check.further import people
from medark.flows.quality.session import rendered
from medark.flows.workspace import Workspace
from medark.model.omop import RECORD_NO, lake_columns, person_column, tables
from medark.store.engine import Session

_VISIT, _PERSON, _DEATH = "visit_occurrence", "person", "death"
_BIRTH: Final = ("birth_datetime", "year_of_birth")
# By kind: the table whose rows it is held against, by which column, and which of its columns decide.
_AGAINST: Final[Mapping[str, tuple[str, str, tuple[str, ...]]]] = {
    "withinVisitDates": (_VISIT, "visit_occurrence_id", ("visit_start_date", "visit_end_date")),
    "operationWithoutStay": (_VISIT, "visit_occurrence_id", ("visit_start_date", "visit_end_date")),
    "plausibleAfterBirth": (_PERSON, "person_id", _BIRTH),
    "ageBound": (_PERSON, "person_id", _BIRTH),
    "sexBound": (_PERSON, "person_id", ("gender_concept_id",)),
    "plausibleGender": (_PERSON, "person_id", ("gender_concept_id",)),
    "plausibleGenderUseDescendants": (_PERSON, "person_id", ("gender_concept_id",)),
    "activeAfterDeath": (_DEATH, "person_id", ("death_date",)),
    "plausibleDuringLife": (_DEATH, "person_id", ("death_date",)),
    "plausibleBeforeDeath": (_DEATH, "person_id", ("death_date",)),
}
_TOLD: Final = "{0}.medark_record_no as record_no, count(*) as n, min({0}.medark_row_no) as row_no, min({0}.{1}) as key"
_BY: Final = "group by {0}.medark_record_no"
_BAD: Final = "people_that_violate"


@dataclass(frozen=True, slots=True)
class Side:
    """Rows of one table, by raw record: `bad` (record_no, n, row_no, key), `rows` (record_no, n). `columns`: those that
    are at fault if the side is, the likeliest first; () where the check names it.
    """

    table: str
    columns: tuple[str, ...]
    bad: pa.Table
    rows: pa.Table


def sides(workspace: Workspace, session: Session, one: Check, where: str) -> Iterator[Side]:
    """The side of the check's own rows, which `where` tells as `t`, and of those that they are held against."""
    if not _from_records(one.table):
        return
    yield Side(one.table, (one.column,) if one.column else (), *_own(workspace, session, one, where))
    if one.kind.name in _AGAINST and one.table != _AGAINST[one.kind.name][0]:
        yield _other(workspace, session, one, where)


def of_people(workspace: Workspace, session: Session, one: Check) -> Side:
    """Of a check of the register of people: who violates it, as they stand in the lake."""
    told = session.query(rendered(workspace, session, people.violating_people(one)))
    session.bind_arrow(_BAD, told.select(["person_id"]).group_by(["person_id"]).aggregate([]))
    where = f"from person as t join {_BAD} as b on b.person_id = t.person_id"
    return Side("person", (one.column,) if one.column else (), *_own(workspace, session, one, where))


def _own(workspace: Workspace, session: Session, one: Check, where: str) -> tuple[pa.Table, pa.Table]:
    by, told = _BY.format("t"), _TOLD.format("t", key_of(one.table))
    bad = f"select {told} {where} {by} order by n desc, record_no"
    rows = f"select t.medark_record_no as record_no, count(*) as n from {one.table} as t {by}"
    return _asked(workspace, session, bad), _asked(workspace, session, rows)


def _other(workspace: Workspace, session: Session, one: Check, where: str) -> Side:
    table, link, columns = _AGAINST[one.kind.name]
    day = f"t.{one.column}" if table == _VISIT and one.column.endswith("_date") else "null"
    held = f"select t.{link} as link, {day} as day {where}"
    early = f", count(case when b.day < w.{columns[0]} then 1 end) as early" if day != "null" else ""
    told, by = _TOLD.format("w", key_of(table)) + early, _BY.format("w")
    bad = _asked(
        workspace,
        session,
        f"select {told} from ({held}) as b join {table} as w on w.{link} = b.link {by} order by n desc, record_no",
    )
    joined = f"from {one.table} as t join {table} as w on w.{link} = t.{link}"
    rows = _asked(workspace, session, f"select w.medark_record_no as record_no, count(*) as n {joined} {by}")
    is_late = early and 2 * sum(bad["early"].to_pylist()) < sum(bad["n"].to_pylist())
    return Side(table, columns[::-1] if is_late else columns, bad, rows)


def key_of(table: str) -> str:
    """The column by which a row of a table is known."""
    return tables()[table].primary_key or person_column(table) or "person_id"


def _from_records(table: str) -> bool:
    return table in tables() and RECORD_NO in lake_columns(table)


def _asked(workspace: Workspace, session: Session, sql: str) -> pa.Table:
    return session.query(rendered(workspace, session, sql))
