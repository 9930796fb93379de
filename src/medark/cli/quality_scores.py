"""Scores on a terminal: by source, by table or by dimension, beside the run before"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from medark.check.checks import CATEGORIES
from medark.cli.tables import Cell, table
from medark.errors import UsageError
from medark.messages import _, phrase
from medark.model.quality import QualityRun, Score, Scores, total

if TYPE_CHECKING:
    from rich.console import RenderableType

    from medark.flows.quality import Since
    from medark.model.quality import QualityChange

PARTS = ("source", "table", "dimension")


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """The score of one part: by dimension, and of all; `before`: that of the run before, of all."""

    part: str
    of: tuple[Score, ...]
    whole: Score
    before: Score
    since: Since | None = None

    @property
    def plain(self) -> dict[str, Any]:
        """The same as plain values."""
        told: dict[str, Any] = {
            "part": self.part, "passed": self.whole.passed, "failed": self.whole.failed, "share": self.whole.share,
            "share_before": self.before.share,
            "dimensions": {name: score.share for name, score in zip(CATEGORIES, self.of, strict=True)},
        }  # fmt: skip
        if self.since:
            told |= {
                "rows": sum(self.since.now.rows.values()), "added": dict(self.since.added),
                "deliveries": [one.batch_no for one in self.since.deliveries],
                "fails": self.since.change.fails, "mended": self.since.change.mended, "worse": self.since.change.worse,
            }  # fmt: skip
        return told


def scores_by(
    parts: str, source: str, runs: Sequence[tuple[QualityRun, QualityChange]], since: Sequence[Since]
) -> list[ScoreLine]:
    """A line for each source, table or dimension of the newest run (of one `source`). UsageError for anything else."""
    if parts not in PARTS:
        raise UsageError("scores are by source, table or dimension", fix="--by source", given=parts)
    if parts == "source":
        found = [_line(one.source, one.now.scores, one.before.scores, since=one) for one in since]
        return [line for line in found if source in ("", line.part)]
    now, before = (_scores(run, source) for run in _last_two(runs))
    if parts == "table":
        return [_line(name, {name: now[name]}, {name: before.get(name, {})}) for name in sorted(now)]
    return [_line(name, _only(now, name), _only(before, name)) for name in CATEGORIES if total(now, name) != Score()]


def _last_two(runs: Sequence[tuple[QualityRun, QualityChange]]) -> tuple[QualityRun, QualityRun]:
    now = runs[0][0]
    return now, next((run for run, _change in runs[1:] if run.version != now.version), QualityRun(0, 0, ""))


def _scores(run: QualityRun, source: str) -> Scores:
    if not source:
        return run.scores
    return run.sources[source].scores if source in run.sources else {}


def _only(scores: Scores, category: str) -> Scores:
    return {name: {category: of[category]} for name, of in scores.items() if category in of}


def _line(part: str, now: Scores, before: Scores, since: Since | None = None) -> ScoreLine:
    return ScoreLine(part, tuple(total(now, name) for name in CATEGORIES), total(now), total(before), since)


def scores_view(parts: str, lines: Sequence[ScoreLine], zone: str) -> RenderableType:
    """A table of them; of sources with what came and what changed since the run before."""
    shown = [at for at, _name in enumerate(CATEGORIES) if any(line.of[at] != Score() for line in lines)]
    columns = [phrase(parts), *(phrase(CATEGORIES[at]) for at in shown), _("all"), _("before"), _("fail")]
    if parts == "source":
        columns += [_("fail since"), _("mended"), _("worse"), _("rows"), _("added"), _("delivered")]
    return table(_("Scores"), columns, [tuple(_cells(line, shown, zone)) for line in lines])


def _cells(line: ScoreLine, shown: Sequence[int], zone: str) -> Iterator[Cell]:
    yield phrase(line.part) if line.part in CATEGORIES else line.part
    yield from (_share(line.of[at]) for at in shown)
    yield _share(line.whole)
    yield _share(line.before)
    yield line.whole.failed
    if line.since:
        change = line.since.change
        yield from (len(change.fails), len(change.mended), len(change.worse))
        yield sum(line.since.now.rows.values())
        yield sum(line.since.added.values()) if line.since.before.rows else ""
        yield _delivered(line.since, zone)


def _share(score: Score) -> str:
    return "" if score.share is None else f"{score.share:.1%}"


def _delivered(since: Since, zone: str) -> str:
    if not since.deliveries:
        return ""
    last = since.deliveries[-1]
    at = dt.datetime.fromtimestamp((last.ended_ms or last.started_ms) / 1000, ZoneInfo(zone))
    return f"{at:%m-%d %H:%M}"
