"""Every check over the newest version of the lake; what did not change since is not counted again"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from medark.check.dqd import Counts, Row, Scan, Verdict, existing, instances, judged, plan
from medark.flows.quality.keeping import kept, key_of, put
from medark.flows.raw import must_steward
from medark.flows.workspace import Workspace
from medark.model.omop import VOCABULARY_TABLES, lake_columns, tables
from medark.model.progress import Progress, Silent
from medark.sql.query import parse
from medark.sql.render import render
from medark.store.engine import Session
from medark.store.lake import Snapshot

_SILENT = Silent()


def check(workspace: Workspace, by: str, progress: Progress = _SILENT, table: str = "") -> list[Verdict]:
    """The verdict of each check of the data (of one `table`). AccessError unless `by` is an owner or a data steward."""
    must_steward(workspace, by, "quality checked")
    wanted = [one for one in instances() if table in ("", one.table)]
    columns = {name: [column.name for column in lake_columns(name)] for name in tables()}
    counts = existing(wanted, columns)
    for found in _counted(workspace, plan(wanted, columns), progress):
        counts |= found
    return list(judged(counts, wanted))


def _counted(workspace: Workspace, scans: Sequence[Scan], progress: Progress) -> Iterator[Counts]:
    """What each scan says: as it was kept, where nothing that it reads has changed."""
    snapshot, today = workspace.lake.snapshot(), _today(workspace)
    keys = {scan.name: key_of(scan, snapshot, workspace.vocabulary.release, today) for scan in scans}
    before = kept(workspace)
    missing = [scan for scan in scans if keys[scan.name] not in before]
    now = {key: before[key] for key in keys.values() if key in before}
    if missing:
        with workspace.engine.session() as session, progress.stage("checking", len(missing), "scans") as stage:
            _bind(workspace, session, snapshot)
            for scan in missing:
                now[keys[scan.name]] = scan.take(_rows(session, scan, today))
                stage.advance(1)
        put(workspace, {**before, **now} if len(now) < len(before) else now)
    yield from now.values()


def _bind(workspace: Workspace, session: Session, snapshot: Snapshot) -> None:
    workspace.vocabulary.bind(session)
    for table in tables():
        if table not in VOCABULARY_TABLES:
            snapshot.bind(session, table)


def _rows(session: Session, scan: Scan, today: dt.date) -> list[Row]:
    query = parse(scan.sql)
    rows: list[Row] = session.query(render(query, session.dialect, dict.fromkeys(query.parameters, today))).to_pylist()
    return rows


def _today(workspace: Workspace) -> dt.date:
    return dt.datetime.now(ZoneInfo(workspace.settings.time_zone)).date()
