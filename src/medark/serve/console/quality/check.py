"""One check: its threshold and counts, by source and over time, who is likely at fault, and who is touched"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from medark.check.checks import Check
from medark.check.judge import Outcome, Verdict, judged
from medark.check.wording import advice, compared, meaning
from medark.flows.quality import Explained, Likely, explained, history
from medark.flows.quality.by_source import counts_by_source
from medark.flows.workspace import Workspace
from medark.messages import phrase
from medark.model.quality import QualityChange, QualityRun
from medark.serve.console.addresses import PREFIX
from medark.serve.console.quality import told
from medark.serve.console.screens import Screen, Visit

_RUNS: Final = 20


def screen(visit: Visit) -> Screen:
    """A check as it is now."""
    found = explained(visit.workspace, visit.reader.user, visit.path["check"])
    one = found.verdict
    runs = history(visit.workspace, visit.reader.user)[:_RUNS]
    data = {
        "address": told.ADDRESS, **told.about(one.check), "outcome": str(one.outcome), "violated": one.violating,
        "of": one.of, "share": one.share if one.of else None, "threshold": one.threshold / 100,
        "context": phrase(one.check.kind.context), "value": "" if compared(one.check) else one.check.value,
        "owner": ", ".join(filter(None, (found.organisation, found.owner))),
        "by_source": _by_source(visit.workspace, one.check), "suspects": [_suspect(each) for each in found.suspects],
        "at_fault": _at_fault(found), "examples": list(found.examples), "apps": list(found.apps),
        "datasets": list(found.datasets), "map": f"{PREFIX}/map", "runs": _course(runs, one.check),
        "task": found.task, "advice": advice(one.check) if one.outcome is Outcome.FAILED else "",
        "trend_of": told.trend([_share(run, one.check) for run, _change in runs][::-1]),
    }  # fmt: skip
    return Screen(meaning(one.check), "quality_check.html", data)


def _by_source(workspace: Workspace, one: Check) -> list[Mapping[str, Any]]:
    """The same check of each source's rows; nothing of a check that is of one source anyway."""
    counts = counts_by_source(workspace, workspace.lake.snapshot()) if one.family == "dashboard" else {}
    found = ((source, next(judged(of, [one], workspace.settings.thresholds))) for source, of in counts.items())
    return [_judged(source, verdict) for source, verdict in found if verdict.outcome is not Outcome.NOT_APPLICABLE]


def _judged(source: str, one: Verdict) -> Mapping[str, Any]:
    return {
        "source": source, "violated": one.violating, "of": one.of, "share": one.share,
        "is_failed": one.outcome is Outcome.FAILED,
    }  # fmt: skip


def _suspect(one: Likely) -> Mapping[str, Any]:
    suspect = one.suspect
    return {
        "source": suspect.source, "form": suspect.form, "violated": suspect.violating, "of": suspect.of,
        "share": suspect.share, "elsewhere": suspect.elsewhere, "likelihood": suspect.likelihood,
        "lines": [{"field": line.field, "place": line.place} for line in one.lines],
    }  # fmt: skip


def _at_fault(found: Explained) -> Mapping[str, Any] | None:
    suspect = found.at_fault
    return {"source": suspect.source, "form": suspect.form, "likelihood": suspect.likelihood} if suspect else None


def _course(runs: Sequence[tuple[QualityRun, QualityChange]], one: Check) -> list[Mapping[str, Any]]:
    """How it ended in each run: how many violated it where it failed."""
    return [
        {"at_ms": run.at_ms, "version": run.version, "count": run.failing.get(one.id), "share": _share(run, one)}
        for run, _change in runs
    ]


def _share(run: QualityRun, one: Check) -> float | None:
    """The share that violated it where it failed; a run tells no more of what passed."""
    violating, of = run.failing.get(one.id, (0, 0))
    return violating / of if of else None
