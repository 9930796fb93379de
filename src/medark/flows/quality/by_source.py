"""The checks of each source's own rows: the same scans with a line for each source, kept as the others are"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from medark.check.counting import Counts
from medark.check.dqd import applicable, instances, plan
from medark.check.judge import Outcome, Verdict, judged
from medark.check.scores import SOURCES, Apart, scores
from medark.errors import NotFoundError
from medark.flows.quality import further
from medark.flows.quality.counted import counted
from medark.flows.quality.origin import Origin, origin_of
from medark.flows.quality.parts import Parts
from medark.flows.raw import must_steward
from medark.flows.workspace import Workspace
from medark.model.omop import lake_columns, tables
from medark.model.progress import Progress, Silent
from medark.model.quality import SourceQuality
from medark.store.lake import Snapshot

_SILENT = Silent()


def by_source(
    workspace: Workspace, snapshot: Snapshot, progress: Progress = _SILENT
) -> Mapping[str, tuple[Counts, list[Verdict]]]:
    """What was counted of each source's rows, and the verdicts of the checks that had rows to look at.

    Checks of people and of keys are of no source, nor are rows that the platform worked out itself (eras, periods).
    """
    found = counts_by_source(workspace, snapshot, progress)
    return {source: (found[source], _judged(workspace, found[source])) for source in sorted(found)}


def _judged(workspace: Workspace, counts: Counts, every: bool = False) -> list[Verdict]:
    """Verdicts of what was counted, or of `every` check of the dashboard."""
    wanted = [one for one in instances() if every or one.id in counts.checks]
    return list(judged(applicable(counts, wanted), wanted, workspace.settings.thresholds))


def counts_by_source(workspace: Workspace, snapshot: Snapshot, progress: Progress = _SILENT) -> Mapping[str, Counts]:
    """What was counted of each source's rows."""
    columns = {name: [column.name for column in lake_columns(name)] for name in tables()}
    apart, origin = Apart(), origin_of(workspace)
    parts = _WithOrigin(workspace, snapshot, origin)
    for _counts in counted(workspace, snapshot, list(apart.scans(plan(instances(), columns))), progress, parts):
        pass  # what they say is taken source by source
    return {origin.sources[number]: counts for number, counts in apart.counts.items()}


class _WithOrigin(Parts):
    """Files of the lake, and the source's number of each raw record where a query asks for it."""

    def __init__(self, workspace: Workspace, snapshot: Snapshot, origin: Origin) -> None:
        super().__init__(workspace, snapshot)
        self._origin = origin

    def words(self, sql: str) -> str:
        """As of all parts."""
        if f" {SOURCES.relation} " in sql and not self.session.has(SOURCES.relation):
            self.session.bind_arrow(SOURCES.relation, self._origin.table())
        return super().words(sql)


def judged_by_source(
    workspace: Workspace, snapshot: Snapshot, verdicts: Sequence[Verdict], progress: Progress = _SILENT
) -> Mapping[str, SourceQuality]:
    """The same in short, as a run keeps it, with those of `verdicts` that are of one source's rows anyway."""
    told = {}
    for source, (counts, found) in by_source(workspace, snapshot, progress).items():
        mine = [*found, *(one for one in verdicts if one.check.source == source)]
        failing = {one.check.id: (one.violating, one.of) for one in mine if one.outcome is Outcome.FAILED}
        rows = {table: number for table, number in counts.rows.items() if number}
        told[source] = SourceQuality(rows, scores(mine), failing)
    return told


def check_source(workspace: Workspace, by: str, source: str, progress: Progress = _SILENT) -> list[Verdict]:
    """The verdict of each check of rows over one source's rows, those beyond the dashboard too. AccessError unless `by`
    is an owner or a data steward; NotFoundError of a source that has no rows in the lake.
    """
    must_steward(workspace, by, "quality checked", source=source)
    snapshot = workspace.lake.snapshot()
    found = counts_by_source(workspace, snapshot, progress)
    if source not in found:
        raise NotFoundError("nothing in the lake came from this source", fix="medark source list WS", source=source)
    beyond, told = further.counted(workspace, snapshot, progress)
    mine = judged(told, [one for one in beyond if one.source == source], workspace.settings.thresholds)
    return [*_judged(workspace, found[source], every=True), *mine]
