"""A table profiled as a reader sees it: how its columns are filled, of how many people, from which sources"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from medark.catalog import Arrived, ColumnProfile, TableProfile, TopValue
from medark.catalog.profile import column_profiles, main_concept, main_date, scan_sql, tops_sql, wants_top
from medark.catalog.shown import masked_omop
from medark.flows.data_map.origins import Origins
from medark.flows.gate import Governed
from medark.govern.levels import Sensitivity
from medark.govern.rows import LevelOf
from medark.model.omop import RECORD_NO, lake_columns, person_column
from medark.model.table import Column
from medark.sql.render import render
from medark.store.engine import Session

Scan = Mapping[str, object]


def table_profile(
    governed: Governed, table: str, level_of: LevelOf, origins: Origins, state: str, now_ms: int
) -> TableProfile:
    """One table, as the session's reader sees it."""
    columns = [column for column in lake_columns(table) if column.name in governed.reads[table]]
    names = [column.name for column in columns]
    person = person_column(table)
    concept = main_concept(table, names) if person else None
    masks = [masked_omop(column) for column in columns]
    scan = _scan(governed.session, table, columns, person if person in names else None, concept)
    profiles = _profiles(governed.session, table, columns, masks, scan)
    by_name = {one.name: one for one in profiles}
    day = by_name.get(main_date(columns) or "") if person else None
    return TableProfile(
        table=table,
        version=governed.snapshot.version,
        state=state,
        made_ms=now_ms,
        rows=_whole(scan["n"]),
        people=_whole(scan["people"]) if "people" in scan else None,
        first=day.least if day else None,
        last=day.greatest if day else None,
        unmapped=_whole(scan["unmapped"]) if "unmapped" in scan else None,
        columns=tuple(_judged(one, level_of(table, one.name)) for one in profiles),
        arrived=_arrived(governed, table, origins),
    )


def profile(
    session: Session, relation: str, columns: Sequence[Column], masks: Sequence[str]
) -> tuple[ColumnProfile, ...]:
    """The columns of a relation, profiled in two queries: how they are filled; values of those that have few."""
    return _profiles(session, relation, columns, masks, _scan(session, relation, columns, None, None))


def _scan(session: Session, relation: str, columns: Sequence[Column], person: str | None, concept: str | None) -> Scan:
    (scan,) = session.query(render(scan_sql(relation, columns, person, concept), session.dialect)).to_pylist()
    return dict(scan)


def _profiles(
    session: Session, relation: str, columns: Sequence[Column], masks: Sequence[str], scan: Scan
) -> tuple[ColumnProfile, ...]:
    wanted = [
        column.name
        for i, (column, masked) in enumerate(zip(columns, masks, strict=True))
        if wants_top(column, masked, _whole(scan[f"distinct_{i}"]))
    ]
    tops: dict[str, list[TopValue]] = {}
    for row in session.query(render(tops_sql(relation, wanted), session.dialect)).to_pylist() if wanted else ():
        tops.setdefault(wanted[row["place"]], []).append(TopValue(row["value"], row["n"]))
    return column_profiles(columns, masks, scan, tops)


def _judged(column: ColumnProfile, found: Sensitivity) -> ColumnProfile:
    return replace(column, kind=found.kind, level=found.level, why=found.reason)


def _arrived(governed: Governed, table: str, origins: Origins) -> tuple[Arrived, ...]:
    if RECORD_NO.name not in governed.reads[table]:
        return ()
    sql = f"SELECT {RECORD_NO.name} AS record_no, count(*) AS n FROM {table} GROUP BY 1"
    cells = origins.summed(governed.session.query(render(sql, governed.session.dialect)))
    return tuple(Arrived(source, format_, rows) for (source, format_), rows in sorted(cells.items()))


def _whole(value: object) -> int:
    return int(str(value))
