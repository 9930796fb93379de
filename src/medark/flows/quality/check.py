"""Every check over the newest version of the lake; what did not change since is not counted again"""

from __future__ import annotations

from medark.check.dqd import applicable, existing, instances, plan
from medark.check.judge import Verdict, judged
from medark.flows.quality import further
from medark.flows.quality.counted import counted
from medark.flows.quality.history import noted
from medark.flows.raw import must_steward
from medark.flows.workspace import Workspace
from medark.model.omop import lake_columns, tables
from medark.model.progress import Progress, Silent

_SILENT = Silent()


def check(workspace: Workspace, by: str, progress: Progress = _SILENT, table: str = "") -> list[Verdict]:
    """The verdict of each check of the data (of one `table`). AccessError unless `by` is an owner or a data steward."""
    must_steward(workspace, by, "quality checked")
    return every_check(workspace, progress, table)


def every_check(workspace: Workspace, progress: Progress = _SILENT, table: str = "") -> list[Verdict]:
    """The same for the platform itself, which nobody asked."""
    snapshot = workspace.lake.snapshot()
    wanted = [one for one in instances() if table in ("", one.table)]
    columns = {name: [column.name for column in lake_columns(name)] for name in tables()}
    counts = existing(wanted, columns)
    for found in counted(workspace, snapshot, plan(wanted, columns), progress):
        counts |= found
    thresholds = workspace.settings.thresholds
    verdicts = list(judged(applicable(counts, wanted), wanted, thresholds))
    beyond, told = further.counted(workspace, snapshot, progress, table)
    verdicts += judged(told, beyond, thresholds)
    if not table:
        noted(workspace, snapshot.version, verdicts)
    return verdicts
