"""The checks of each source's own rows: the same scans with a line for each source, kept as the others are"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from medark.check.checks import Check
from medark.check.counting import Counts
from medark.check.dqd import applicable, instances, plan
from medark.check.judge import Outcome, Verdict, judged
from medark.check.scores import SOURCES, Apart, apart, scores
from medark.errors import NotFoundError
from medark.flows.data_map.keeping import Keeping
from medark.flows.quality.keeping import key_of
from medark.flows.quality.origin import origin_of
from medark.flows.quality.session import bound, rendered
from medark.flows.raw import must_steward
from medark.flows.workspace import Workspace
from medark.model.omop import lake_columns, tables
from medark.model.progress import Progress, Silent
from medark.model.quality import SourceQuality
from medark.store.lake import Snapshot

_FOLDER, _NAME = "quality", "sources-1.json"
_SILENT = Silent()
_BySource = dict[str, Counts]


def by_source(
    workspace: Workspace, snapshot: Snapshot, progress: Progress = _SILENT
) -> Mapping[str, tuple[Counts, list[Verdict]]]:
    """What was counted of each source's rows, and the verdicts, of checks of rows: those of people are of no source.

    Rows that the platform worked out itself (eras, periods) are of none. A key is looked for twice in its source.
    """
    wanted = instances()
    found = counts_by_source(workspace, snapshot, progress)
    return {source: (found[source], _judged(found[source], wanted)) for source in sorted(found)}


def counts_by_source(workspace: Workspace, snapshot: Snapshot, progress: Progress = _SILENT) -> Mapping[str, Counts]:
    """What was counted of each source's rows."""
    columns = {name: [column.name for column in lake_columns(name)] for name in tables()}
    found: dict[str, Counts] = defaultdict(Counts)
    for counted in _counted(workspace, snapshot, list(apart(plan(instances(), columns))), progress):
        for source, counts in counted.items():
            found[source] |= counts
    return found


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


def _judged(counts: Counts, wanted: Sequence[Check]) -> list[Verdict]:
    return list(judged(applicable(counts, wanted), wanted))


def _counted(
    workspace: Workspace, snapshot: Snapshot, scans: Sequence[Apart], progress: Progress
) -> Iterator[_BySource]:
    """What each scan says of each source: as it was kept, where nothing that it reads has changed."""
    keeping, origin = Keeping(workspace, _FOLDER), origin_of(workspace)
    before = keeping.told(_NAME, dict[str, _BySource]) or {}
    release, today = workspace.vocabulary.release, workspace.today()
    keys = {one.scan.name: key_of(one.scan, snapshot, release, today) for one in scans}
    missing = [one for one in scans if keys[one.scan.name] not in before]
    now = {key: before[key] for key in keys.values() if key in before}
    if missing:
        with bound(workspace, snapshot) as session, progress.stage("by source", len(missing), "scans") as stage:
            session.bind_arrow(SOURCES.relation, origin.table())
            for one in missing:
                rows = session.query(rendered(workspace, session, one.scan.sql)).to_pylist()
                now[keys[one.scan.name]] = {origin.sources[number]: counts for number, counts in one.take(rows).items()}
                stage.advance(1)
        keeping.put(_NAME, now)
    yield from now.values()


def check_source(workspace: Workspace, by: str, source: str, progress: Progress = _SILENT) -> list[Verdict]:
    """The verdict of each check of rows over one source's rows. AccessError unless `by` is an owner or a data steward;
    NotFoundError of a source that has no rows in the lake.
    """
    must_steward(workspace, by, "quality checked", source=source)
    found = by_source(workspace, workspace.lake.snapshot(), progress)
    if source not in found:
        raise NotFoundError("nothing in the lake came from this source", fix="medark source list WS", source=source)
    return found[source][1]
