"""A page of a table's rows as a reader sees them, in an order that stays: of one version of the lake, by key"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from medark.errors import AccessError
from medark.flows.fhir.conditions import EVERY, Condition, Sets, UnseenError, asked, mask, sql, within
from medark.flows.gate import About, decide, person, reading
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.access import Reader
from medark.model.arrow import arrow_schema
from medark.model.omop import lake_columns, person_column
from medark.sql.render import plain

NOT_SEARCHED: Final = N_("what you may not see can't be searched")
_FIRST_DAY: Final = dt.date(1, 1, 1)
_TRIES: Final = 5  # until a person's rows were read of a version that we can name


@dataclass(frozen=True, slots=True)
class Asked:
    """Rows of one table. `columns`: what is wanted of what there is to see; `must`: without these it is refused.

    `day`: rows are in order of it and then of `key`, within the person if the table has people.
    """

    table: str
    key: str
    day: str = ""
    columns: frozenset[str] = frozenset()
    must: frozenset[str] = frozenset()
    where: Condition = EVERY
    person_id: int | None = field(default=None, repr=False)
    newest_first: bool = False  # of one person

    @property
    def person(self) -> str:
        """The column that says whose row it is; "" for rows that are nobody's."""
        return person_column(self.table) or ""

    @property
    def order(self) -> tuple[str, ...]:
        """The columns that rows are in order of."""
        return tuple(column for column in (self.person, self.day, self.key) if column)


@dataclass(frozen=True, slots=True)
class After:
    """The place in the order where a page ends."""

    person_id: int | None = field(repr=False)
    day: dt.date | None = field(repr=False)
    key: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, the version of the lake that they are of, and whether there are more."""

    rows: pa.Table = field(repr=False)
    version: int
    has_more: bool


def seen(workspace: Workspace, reader: Reader, wanted: Asked) -> tuple[frozenset[str], Condition]:
    """The columns that are to be read, and the condition over them.

    AccessError where what must be seen, or is searched, is not to be seen as it is.
    """
    found = decide(workspace, reader, {wanted.table: None})
    must = wanted.must | frozenset(wanted.order)
    view = found.views.get(wanted.table)
    shown: frozenset[str] = frozenset(view.columns) if view is not None else frozenset()
    # Keys behind a mask point at nothing: neither pages nor references can be made of them.
    masked = {name for name in (wanted.person, wanted.key) if name and view and view.columns.get(name)}
    lacking = sorted((must - shown) | masked)
    if lacking:
        raise _refused(workspace, reader, wanted.table, must)
    try:
        condition = within(wanted.where, shown)
    except UnseenError as error:
        raise _refused(workspace, reader, wanted.table, must | {error.column}) from None
    return (wanted.columns | asked(condition) | must) & shown, condition


def _refused(workspace: Workspace, reader: Reader, table: str, columns: frozenset[str]) -> AccessError:
    """Refused by the gate itself, so that the audit has it and the reason is the gate's."""
    try:
        with reading(workspace, reader, {table: columns}, About("fhir")):
            pass
    except AccessError as error:
        return error
    return AccessError(NOT_SEARCHED, fix="search by another parameter", table=table)


def page(
    workspace: Workspace,
    reader: Reader,
    wanted: Asked,
    about: About,
    count: int,
    after: After | None = None,
    version: int | None = None,
) -> Page:
    """Up to `count` rows that follow a place, of the newest version or of the one that a first page was of.

    AccessError as of `seen`; NotFoundError for a version that is no longer kept.
    """
    columns, condition = seen(workspace, reader, wanted)
    if wanted.person_id is not None and wanted.person and version in (None, workspace.lake.snapshot().version):
        rows, read = _of_person(workspace, reader, wanted, columns, about)
        if version in (None, read):
            return _cut(_followers(wanted, rows.filter(mask(condition, rows)), after), count, read)
    with reading(workspace, reader, {wanted.table: columns}, about, version=version) as governed:
        sets = Sets()
        text = _sql(wanted, columns, condition, sets, after, count)
        for name, held in sets.tables.items():
            governed.session.bind_arrow(name, held)
        rows = governed.query(plain(text, governed.session.dialect))
        return Page(rows.slice(0, count), governed.snapshot.version, rows.num_rows > count)


def everything(
    workspace: Workspace, reader: Reader, wanted: Asked, about: About, batch_rows: int = 5000
) -> Iterator[pa.RecordBatch]:
    """All rows in order, in batches."""
    columns, condition = seen(workspace, reader, wanted)
    with reading(workspace, reader, {wanted.table: columns}, about) as governed:
        sets = Sets()
        text = _sql(wanted, columns, condition, sets, None, None)
        for name, held in sets.tables.items():
            governed.session.bind_arrow(name, held)
        yield from governed.stream(plain(text, governed.session.dialect), batch_rows)


# -- of one person: without an engine ----------------------------------------------------------------------------------


def _of_person(
    workspace: Workspace, reader: Reader, wanted: Asked, columns: frozenset[str], about: About
) -> tuple[pa.Table, int]:
    """A person's governed rows, and the version that they are of."""
    assert wanted.person_id is not None
    for _ in range(_TRIES):
        before = workspace.lake.snapshot().version
        found = person(workspace, reader, wanted.person_id, {wanted.table: columns}, about)
        if workspace.lake.snapshot().version == before:
            break
    rows = found.get(wanted.table)
    return arrow_schema(lake_columns(wanted.table)).empty_table() if rows is None else rows, before


def _followers(wanted: Asked, rows: pa.Table, after: After | None) -> pa.Table:
    if not rows.num_rows:
        return rows
    way = "descending" if wanted.newest_first else "ascending"
    by_day = [(wanted.day, way)] if wanted.day else []
    ordered = rows.sort_by([*by_day, (wanted.key, way)])
    if after is None:
        return ordered
    follows = pc.less if wanted.newest_first else pc.greater
    keys = follows(ordered[wanted.key], after.key)
    if wanted.day:
        days = pc.fill_null(ordered[wanted.day].cast(pa.date32()), _FIRST_DAY)
        day = pa.scalar(after.day or _FIRST_DAY, pa.date32())
        keys = pc.or_(follows(days, day), pc.and_(pc.equal(days, day), keys))
    return ordered.filter(keys)


def _cut(rows: pa.Table, count: int, version: int) -> Page:
    return Page(rows.slice(0, count), version, rows.num_rows > count)


# -- of everybody: through the engine ----------------------------------------------------------------------------------


def _sql(
    wanted: Asked, columns: frozenset[str], condition: Condition, sets: Sets, after: After | None, count: int | None
) -> str:
    conditions = [sql(condition, sets)]
    if wanted.person_id is not None and wanted.person:
        conditions.append(f"{wanted.person} = {int(wanted.person_id)}")
    if after is not None:
        conditions.append(_follows(wanted, after))
    way = " DESC" if wanted.newest_first else ""
    order = ", ".join(f"{_ordered(wanted, column)}{way}" for column in wanted.order)
    limit = "" if count is None else f" LIMIT {count + 1}"
    cells = ", ".join(sorted(columns))
    return f"SELECT {cells} FROM {wanted.table} WHERE {' AND '.join(conditions)} ORDER BY {order}{limit}"


def _ordered(wanted: Asked, column: str) -> str:
    return f"COALESCE({column}, DATE '0001-01-01')" if column == wanted.day else column


def _follows(wanted: Asked, after: After) -> str:
    sign = "<" if wanted.newest_first else ">"
    values = {
        wanted.person: str(int(after.person_id or 0)),
        wanted.day: f"DATE '{(after.day or _FIRST_DAY).isoformat()}'",
        wanted.key: str(int(after.key)),
    }
    steps: Sequence[tuple[str, str]] = [(_ordered(wanted, column), values[column]) for column in wanted.order]
    (last, value), *before = reversed(steps)
    return reduce(
        lambda rest, step: f"({step[0]} {sign} {step[1]} OR ({step[0]} = {step[1]} AND {rest}))",
        before,
        f"({last} {sign} {value})",
    )


def of_person(wanted: Asked, person_id: int) -> Asked:
    """The same, of one person."""
    return replace(wanted, person_id=person_id)
