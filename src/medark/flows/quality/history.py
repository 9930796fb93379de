"""Run after run: how the lake and each source were judged, and what changed since"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from medark.check.judge import Outcome, Verdict
from medark.check.scores import scores
from medark.flows.data_map.keeping import Keeping
from medark.flows.gate.parts import now_ms
from medark.flows.judged import keep_judged
from medark.flows.quality.by_source import judged_by_source
from medark.flows.quality.made_of import with_columns
from medark.flows.raw import must_steward
from medark.flows.workspace import Workspace
from medark.model.progress import Progress, Silent
from medark.model.quality import QualityChange, QualityRun, SourceQuality, changed, turned
from medark.store.ledger import Batch

_SILENT = Silent()
_FOLDER, _NAME = "quality", "verdicts-1.json"
_NOTHING = SourceQuality()


@dataclass(frozen=True, slots=True)
class Since:
    """What is otherwise in the rows of one source than in the run before.

    `deliveries`: its batches since, oldest first; `added`: rows by table, fewer where rows went; `change`: its checks.
    """

    source: str
    deliveries: tuple[Batch, ...] = field(repr=False)
    added: Mapping[str, int]
    change: QualityChange
    now: SourceQuality = field(repr=False)
    before: SourceQuality = field(repr=False)


def noted(workspace: Workspace, version: int, verdicts: Sequence[Verdict], progress: Progress = _SILENT) -> QualityRun:
    """The run of all checks over a version of the lake, kept unless it says what the newest that is kept says."""
    failing = {one.check.id: (one.violating, one.of) for one in verdicts if one.outcome is Outcome.FAILED}
    sources = judged_by_source(workspace, workspace.lake.snapshot(version), verdicts, progress)
    run = QualityRun(now_ms(), version, workspace.vocabulary.release, scores(verdicts), failing, sources)
    last = workspace.ledger.quality.runs(limit=1)
    if not last or _told(last[0]) != _told(run):
        workspace.ledger.quality.add(run)
    Keeping(workspace, _FOLDER).put(_NAME, list(verdicts))
    keep_judged(workspace, with_columns(workspace, [one.check for one in verdicts]))
    return run


def newest(workspace: Workspace, by: str) -> list[Verdict]:
    """The verdicts of the newest run, of whatever version of the lake; none where nothing was checked yet. AccessError
    as of `check`.
    """
    must_steward(workspace, by, "quality history read")
    return Keeping(workspace, _FOLDER).told(_NAME, list[Verdict]) or []


def history(workspace: Workspace, by: str) -> list[tuple[QualityRun, QualityChange]]:
    """The runs that are kept, newest first, each with what changed since the one before. AccessError as of `check`."""
    must_steward(workspace, by, "quality history read")
    runs = workspace.ledger.quality.runs()
    before = [*runs[1:], None][: len(runs)]
    return [(run, changed(old, run) if old else QualityChange()) for run, old in zip(runs, before, strict=True)]


def since_last(workspace: Workspace, by: str) -> list[Since]:
    """Each source of the newest run beside the last run over another version of the lake. AccessError as of `check`."""
    must_steward(workspace, by, "quality history read")
    runs = workspace.ledger.quality.runs()
    if not runs:
        return []
    now = runs[0]
    before = next((run for run in runs if run.version != now.version and run.sources), None)
    batches = workspace.ledger.batches.all()
    return [_since(source, now, before, batches) for source in sorted(now.sources)]


def _since(source: str, now: QualityRun, before: QualityRun | None, batches: Sequence[Batch]) -> Since:
    old, new = before.sources.get(source, _NOTHING) if before else _NOTHING, now.sources[source]
    after = before.at_ms if before else 0
    mine = tuple(one for one in batches if one.source == source and after < (one.ended_ms or 0) <= now.at_ms)
    added = {name: new.rows.get(name, 0) - old.rows.get(name, 0) for name in sorted({*new.rows, *old.rows})}
    told = turned(old.failing, new.failing) if old.rows else QualityChange()
    return Since(source, mine, {name: rows for name, rows in added.items() if rows}, told, new, old)


def _told(run: QualityRun) -> tuple[object, ...]:
    return run.version, run.scores, run.failing, run.sources
