"""One check looked at closely: which rows violate it, what they came from, and who is touched"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from medark.check.dqd import Instance, Verdict, instances, violating
from medark.errors import NotFoundError
from medark.flows.data_map import apps_that_read, work_out_sources
from medark.flows.data_map.origins import origins_of
from medark.flows.quality.check import check
from medark.flows.quality.session import bound, rendered
from medark.flows.workspace import Workspace
from medark.model.omop import RECORD_NO, lake_columns
from medark.model.progress import Progress, Silent

_SILENT = Silent()
_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Came:
    """Rows that came from one source in one format."""

    source: str
    format: str
    rows: int


@dataclass(frozen=True, slots=True)
class Explained:
    """A check and what is behind it. `examples`: raw record and row, as `medark raw get` takes it; `fields`: columns of
    the sources that the checked column is made of; `apps`, `datasets`: that read it.
    """

    verdict: Verdict
    came_from: tuple[Came, ...]
    examples: tuple[str, ...]
    fields: tuple[str, ...]
    apps: tuple[str, ...]
    datasets: tuple[str, ...]


def explained(workspace: Workspace, by: str, named: str, progress: Progress = _SILENT) -> Explained:
    """A check by its id. AccessError as of `check`; NotFoundError if there is no such check."""
    one = next((each for each in instances() if each.id == named.lower()), None)
    if one is None:
        raise NotFoundError("there is no such check", fix="medark check WS --all --json lists their ids")
    verdict = next(each for each in check(workspace, by, progress, one.table) if each.instance == one)
    counted = _by_record(workspace, one)
    origins = origins_of(workspace).summed(counted) if counted.num_rows else {}
    came = sorted((Came(source, format_, rows) for (source, format_), rows in origins.items()), key=lambda c: -c.rows)
    apps = [app for app in apps_that_read(workspace) if one.field in app.reads.get(one.table, ())]
    return Explained(
        verdict,
        tuple(came),
        tuple(_places(counted)),
        tuple(_fields(workspace, one, {each.source for each in came})),
        tuple(app.name for app in apps),
        tuple(f"{app.name}/{dataset.name}" for app in apps for dataset in app.datasets),
    )


def _by_record(workspace: Workspace, one: Instance) -> pa.Table:
    """Violating rows by the raw record they came from: record_no, n, and the first row_no of each."""
    rows = violating(one)
    if rows is None or RECORD_NO not in lake_columns(one.table):
        return pa.table({})
    told = "t.medark_record_no as record_no, count(*) as n, min(t.medark_row_no) as row_no"
    sql = f"select {told} {rows} group by t.medark_record_no order by n desc, record_no"
    with bound(workspace) as session:
        return session.query(rendered(workspace, session, sql))


def _places(counted: pa.Table) -> Iterator[str]:
    rows = [row for row in counted.slice(0, _EXAMPLES + 1).to_pylist() if row["record_no"] is not None]
    yield from (f"{row['record_no']}:{row['row_no']}" for row in rows[:_EXAMPLES])


def _fields(workspace: Workspace, one: Instance, sources: set[str]) -> list[str]:
    """Columns of the tables of these sources that become the checked one."""
    target = f"{one.table}.{one.field}"
    return [
        f"{source.name}: {field.table}.{field.name}"
        for source in work_out_sources(workspace).sources
        if source.name in sources
        for raw in source.tables
        for field in raw.fields
        if target in field.becomes
    ]
