"""Quality: how the data was judged, table by table, what fails, and what is behind each check"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import APIRouter

from medark.check.checks import Check
from medark.check.dqd import instances
from medark.flows.quality import explained, history
from medark.messages import _, phrase
from medark.model.quality import QualityChange, QualityRun, Score
from medark.serve.console.addresses import PREFIX
from medark.serve.console.screens import Screen, Screens, Visit
from medark.serve.http.parts import Parts

ADDRESS: Final = f"{PREFIX}/quality"
CATEGORIES: Final = ("conformance", "completeness", "plausibility")
_MARKS: Final = {"fatal": "critical", "convention": "warning", "characterization": "info"}
_GOOD, _POOR = 0.95, 0.8  # shares of checks that passed


def screens(parts: Parts) -> APIRouter:
    """The judgement of the newest run, and one check."""
    found = Screens(parts)
    found.page("/quality", overview, summary="How good the data is")
    found.page("/quality/{check}", one_check, summary="One check of the data")
    return found.router


def overview(visit: Visit) -> Screen:
    """Scores by table and category, what fails, and the runs before. `table`: what fails in one table."""
    runs = history(visit.workspace, visit.reader.user)
    version = visit.workspace.lake.snapshot().version
    table = visit.text("table")
    data: dict[str, Any] = {"address": ADDRESS, "categories": list(map(phrase, CATEGORIES)), "version": version}
    data |= {"table": table, "run": None, "tables": [], "failing": [], "runs": []}
    if runs:
        run, since = runs[0]
        data |= {
            "run": {"at_ms": run.at_ms, "version": run.version, "is_older": run.version != version, **_totals(run)},
            "tables": [_of_table(name, run.scores[name]) for name in sorted(run.scores)],
            "failing": [one for one in _failing(run, since) if table in ("", one["table"])],
            "runs": [_line(one, change) for one, change in runs[:20]],
        }
    return Screen(_("Quality of the data"), "quality.html", data)


def one_check(visit: Visit) -> Screen:
    """A check as it is now: how many rows violate it, where they came from, what they are made of, who reads them."""
    found = explained(visit.workspace, visit.reader.user, visit.path["check"])
    one = found.verdict
    data = {
        "address": ADDRESS, **_about(one.check), "outcome": str(one.outcome), "violated": one.violating, "of": one.of,
        "share": one.share if one.of else None, "threshold": one.threshold / 100,
        "came_from": [
            {"source": one.suspect.source, "format": one.suspect.form, "rows": one.suspect.violating}
            for one in found.suspects
        ],
        "examples": list(found.examples), "apps": list(found.apps),
        "fields": [line.field for one in found.suspects for line in one.lines],
        "datasets": list(found.datasets), "map": f"{PREFIX}/map",
    }  # fmt: skip
    return Screen(phrase(one.check.kind.finds), "quality_check.html", data)


def _totals(run: QualityRun) -> Mapping[str, Any]:
    by_category = {name: _total(run, name) for name in CATEGORIES}
    whole = sum(by_category.values(), Score())
    return {
        "share": whole.share, "passed": whole.passed, "failed": whole.failed,
        "shares": [by_category[name].share for name in CATEGORIES],
    }  # fmt: skip


def _total(run: QualityRun, category: str) -> Score:
    return sum((of[category] for of in run.scores.values() if category in of), Score())


def _of_table(name: str, of: Mapping[str, Score]) -> Mapping[str, Any]:
    cells = [of.get(category, Score()) for category in CATEGORIES]
    return {
        "name": name, "failed": sum(cell.failed for cell in cells),
        "cells": [{"share": cell.share, "failed": cell.failed, "mark": _mark(cell.share)} for cell in cells],
    }  # fmt: skip


def _mark(share: float | None) -> str:
    if share is None:
        return ""
    return "good" if share >= _GOOD else "warning" if share >= _POOR else "critical"


def _failing(run: QualityRun, since: QualityChange) -> Sequence[Mapping[str, Any]]:
    by_id = {one.id: one for one in instances()}
    found = [
        {
            **_about(by_id[name]), "violated": violated, "of": of, "share": violated / of if of else None,
            "threshold": by_id[name].threshold / 100, "is_new": name in since.fails, "is_worse": name in since.worse,
        }
        for name, (violated, of) in run.failing.items()
        if name in by_id
    ]  # fmt: skip
    order = list(_MARKS.values())
    return sorted(found, key=lambda one: (order.index(one["mark"]), -(one["share"] or 0), one["id"]))


def _about(one: Check) -> dict[str, Any]:
    return {
        "id": one.id, "table": one.table, "field": one.column, "concepts": list(one.concept_ids),
        "finds": phrase(one.kind.finds), "category": phrase(one.kind.category), "severity": phrase(one.kind.severity),
        "mark": _MARKS[one.kind.severity],
    }  # fmt: skip


def _line(run: QualityRun, change: QualityChange) -> Mapping[str, Any]:
    return {
        "at_ms": run.at_ms, "version": run.version, "shares": _totals(run)["shares"], "failing": len(run.failing),
        "fails": len(change.fails), "mended": len(change.mended), "worse": len(change.worse),
    }  # fmt: skip
