"""Every check over the newest version of the lake; what did not change since is not counted again"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medark.check.counting import Counts, Scan
from medark.check.dqd import applicable, existing, instances, plan
from medark.check.judge import Verdict, judged
from medark.flows.quality import further
from medark.flows.quality.history import noted
from medark.flows.quality.keeping import kept, key_of, put
from medark.flows.quality.session import bound, rendered
from medark.flows.raw import must_steward
from medark.flows.workspace import Workspace
from medark.model.omop import lake_columns, tables
from medark.model.progress import Progress, Silent
from medark.store.lake import Snapshot

_SILENT = Silent()


def check(workspace: Workspace, by: str, progress: Progress = _SILENT, table: str = "") -> list[Verdict]:
    """The verdict of each check of the data (of one `table`). AccessError unless `by` is an owner or a data steward."""
    must_steward(workspace, by, "quality checked")
    snapshot = workspace.lake.snapshot()
    wanted = [one for one in instances() if table in ("", one.table)]
    columns = {name: [column.name for column in lake_columns(name)] for name in tables()}
    counts = existing(wanted, columns)
    for found in _counted(workspace, snapshot, plan(wanted, columns), progress):
        counts |= found
    verdicts = list(judged(applicable(counts, wanted), wanted))
    beyond, told = further.counted(workspace, snapshot, progress, table)
    verdicts += judged(told, beyond)
    if not table:
        noted(workspace, snapshot.version, verdicts)
    return verdicts


def _counted(workspace: Workspace, snapshot: Snapshot, scans: Sequence[Scan], progress: Progress) -> Iterator[Counts]:
    """What each scan says: as it was kept, where nothing that it reads has changed."""
    keys = {scan.name: key_of(scan, snapshot, workspace.vocabulary.release, workspace.today()) for scan in scans}
    before = kept(workspace)
    missing = [scan for scan in scans if keys[scan.name] not in before]
    now = {key: before[key] for key in keys.values() if key in before}
    if missing:
        with bound(workspace, snapshot) as session, progress.stage("checking", len(missing), "scans") as stage:
            for scan in missing:
                sql = rendered(workspace, session, scan.sql)
                now[keys[scan.name]] = scan.take(session.query(sql).to_pylist())
                stage.advance(1)
        put(workspace, {**before, **now} if len(now) < len(before) else now)
    yield from now.values()
