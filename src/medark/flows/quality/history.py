"""Run after run: how the lake was judged, and what changed since"""

from __future__ import annotations

from collections.abc import Sequence

from medark.check.dqd import Outcome, Verdict, scores
from medark.flows.gate.parts import now_ms
from medark.flows.raw import must_steward
from medark.flows.workspace import Workspace
from medark.model.quality import QualityChange, QualityRun, changed


def noted(workspace: Workspace, version: int, verdicts: Sequence[Verdict]) -> QualityRun:
    """The run of all checks over a version of the lake, kept unless it says what the newest that is kept says."""
    failing = {one.instance.id: (one.violated, one.of) for one in verdicts if one.outcome is Outcome.FAILED}
    run = QualityRun(now_ms(), version, workspace.vocabulary.release, scores(verdicts), failing)
    last = workspace.ledger.quality.runs(limit=1)
    if not last or (last[0].version, last[0].scores, last[0].failing) != (version, run.scores, failing):
        workspace.ledger.quality.add(run)
    return run


def history(workspace: Workspace, by: str) -> list[tuple[QualityRun, QualityChange]]:
    """The runs that are kept, newest first, each with what changed since the one before. AccessError as of `check`."""
    must_steward(workspace, by, "quality history read")
    runs = workspace.ledger.quality.runs()
    before = [*runs[1:], None]
    return [(run, changed(old, run) if old else QualityChange()) for run, old in zip(runs, before, strict=True)]
