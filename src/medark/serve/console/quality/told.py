"""Scores, checks and changes as the pages' plain values"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from medark.check.checks import CATEGORIES, Check
from medark.check.judge import Verdict
from medark.check.wording import meaning
from medark.flows.quality import Since
from medark.messages import N_, _, phrase
from medark.model.quality import Failing, QualityChange, QualityRun, Score, Scores, total
from medark.serve.console.addresses import PREFIX

ADDRESS: Final = f"{PREFIX}/quality"
FAMILIES: Final = {
    "dashboard": N_("dashboard"), "density": N_("months"), "drift": N_("drift"), "values": N_("values"),
    "codes": N_("codes"), "logic": N_("logic"), "duplicates": N_("duplicates"), "people": N_("people"),
    "timeliness": N_("timeliness"), "arrival": N_("arrival"), "delivery": N_("delivery"), "site": N_("of this site"),
}  # fmt: skip
DIMENSIONS: Final = (N_("conformance"), N_("completeness"), N_("plausibility"), N_("timeliness"))
_MARKS: Final = {"fatal": "critical", "convention": "warning", "characterization": "info"}
SEVERITIES: Final = (N_("fatal"), N_("convention"), N_("characterization"))
_MEANS: Final = {
    "fatal": N_("what reads such rows may break"), "convention": N_("a convention of the OMOP CDM is not kept"),
    "characterization": N_("unusual: worth a look"),
}  # fmt: skip
_GOOD, _POOR = 0.95, 0.8  # shares of checks that passed
WIDTH, HEIGHT, _PAD = 96, 24, 3  # of a trend, in pixels


def family(name: str) -> str:
    """What a family of checks is called."""
    return _(FAMILIES[name]) if name in FAMILIES else name


def there(scores: Iterable[Scores]) -> list[str]:
    """The dimensions of which anything was checked."""
    found = list(scores)
    return [name for name in CATEGORIES if any(total(one, name) != Score() for one in found)]


def cells(scores: Scores, dimensions: Sequence[str]) -> list[Mapping[str, Any]]:
    """A score of each dimension, with its mark."""
    found = (total(scores, name) for name in dimensions)
    return [{"share": one.share, "failed": one.failed, "mark": mark_of(one.share)} for one in found]


def mark_of(share: float | None) -> str:
    """How good a share of checks that passed is: good, warning or critical."""
    if share is None:
        return ""
    return "good" if share >= _GOOD else "warning" if share >= _POOR else "critical"


def figures(scores: Scores, before: Sequence[Scores]) -> Mapping[str, Any]:
    """The numbers at the top: of all and of each dimension, with their trend. `before`: earlier ones, newest first."""
    whole = total(scores)
    line = [scores, *before][::-1]
    return {
        "share": whole.share, "passed": whole.passed, "failed": whole.failed,
        "trend": trend([total(one).share for one in line]),
        "dimensions": [
            {
                "name": phrase(name), "share": total(scores, name).share,
                "trend": trend([total(one, name).share for one in line]),
            }
            for name in there([scores])
        ],
    }  # fmt: skip


def trend(shares: Sequence[float | None]) -> Mapping[str, Any] | None:
    """A line of shares, oldest first, within the range that they have; None of fewer than two."""
    known = [(at, share) for at, share in enumerate(shares) if share is not None]
    if len(known) < 2:
        return None
    (first, start), (last, end) = known[0], known[-1]
    least, most = min(share for _at, share in known), max(share for _at, share in known)
    span = max(most - least, 0.01)

    def point(at: int, share: float) -> str:
        x = _PAD + (at - first) / (last - first) * (WIDTH - 2 * _PAD)
        return f"{x:.1f},{HEIGHT - _PAD - (share - least) / span * (HEIGHT - 2 * _PAD):.1f}"

    x, _comma, y = point(last, end).partition(",")
    return {"line": " ".join(point(*one) for one in known), "x": x, "y": y, "start": start, "end": end}


def failing(found: Failing, known: Mapping[str, Verdict], since: QualityChange) -> list[dict[str, Any]]:
    """What fails, the gravest first."""
    rows = [
        {
            **about(known[name].check), "violated": violated, "of": of, "share": violated / of if of else None,
            "threshold": known[name].threshold / 100, "is_new": name in since.fails, "is_worse": name in since.worse,
        }
        for name, (violated, of) in found.items()
        if name in known
    ]  # fmt: skip
    order = list(_MARKS.values())
    return sorted(rows, key=lambda one: (order.index(one["mark"]), -(one["share"] or 0), one["id"]))


def about(one: Check) -> dict[str, Any]:
    """A check as it is named on pages."""
    return {
        "id": one.id, "table": one.table, "field": one.column, "concepts": list(one.concept_ids),
        "finds": meaning(one), "category": phrase(one.kind.category), "dimension": one.kind.category,
        "severity": phrase(one.kind.severity), "severity_means": phrase(_MEANS.get(one.kind.severity, "")),
        "mark": _MARKS.get(one.kind.severity, "info"), "source": one.source,
        "family": one.family, "family_name": family(one.family),
    }  # fmt: skip


def changes(since: Iterable[Since], known: Mapping[str, Verdict]) -> Iterator[Mapping[str, Any]]:
    """What each source delivered since the run before, and what became of its checks; nothing of one without either."""
    for one in since:
        change = one.change
        if one.deliveries or one.added or change != QualityChange():
            last = one.deliveries[-1] if one.deliveries else None
            yield {
                "source": one.source, "deliveries": len(one.deliveries), "batch": last.batch_no if last else None,
                "at_ms": (last.ended_ms or last.started_ms) if last else None, "is_first": not one.before.rows,
                "rows": sum(one.added.values()), "added": sorted(one.added.items(), key=lambda of: -abs(of[1])),
                "fails": _named(change.fails, known), "mended": _named(change.mended, known),
                "worse": _named(change.worse, known), "is_told": change != QualityChange(),
            }  # fmt: skip


def _named(names: Sequence[str], known: Mapping[str, Verdict]) -> list[Mapping[str, Any]]:
    return [about(known[name].check) for name in names if name in known]


def by_id(verdicts: Iterable[Verdict]) -> Mapping[str, Verdict]:
    """Verdicts by the id of their check."""
    return {one.check.id: one for one in verdicts}


def line_of(run: QualityRun, change: QualityChange, dimensions: Sequence[str]) -> Mapping[str, Any]:
    """One run in the history."""
    return {
        "at_ms": run.at_ms, "version": run.version, "shares": [total(run.scores, name).share for name in dimensions],
        "failing": len(run.failing), "fails": len(change.fails), "mended": len(change.mended),
        "worse": len(change.worse),
    }  # fmt: skip
