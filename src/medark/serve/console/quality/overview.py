"""The home of quality: scores by dimension, source and table, with their trend; what changed, and what fails"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from medark.flows.evidence.reporting import REPORTS, title_of
from medark.flows.quality import Since, history, newest, since_last
from medark.messages import _, phrase
from medark.model.quality import QualityChange, QualityRun, Score, Scores, total
from medark.serve.console.quality import now, told
from medark.serve.console.screens import Screen, Visit

_RUNS: Final = 20  # of the history, and of a trend
_PAGE: Final = 25  # of what fails
_FILTERS: Final = ("dimension", "family", "table", "source")


def screen(visit: Visit) -> Screen:
    """Everything of the newest run. `dimension`, `family`, `table`, `source`: which of what fails is listed."""
    user = visit.reader.user
    runs = history(visit.workspace, user)[:_RUNS]
    version = visit.workspace.lake.snapshot().version
    data: dict[str, Any] = {"address": told.ADDRESS, "version": version, "run": None, "reports": reports()}
    data |= now.told(visit)
    if runs:
        known = told.by_id(newest(visit.workspace, user))
        data |= _run(visit, runs, since_last(visit.workspace, user), known, version)
    return Screen(_("Quality of the data"), "quality.html", data)


def reports() -> list[Mapping[str, str]]:
    """What can be taken as a file."""
    return [{"title": title_of(name), "address": f"{told.ADDRESS}/report/{name}"} for name in REPORTS]


def _run(
    visit: Visit,
    runs: Sequence[tuple[QualityRun, QualityChange]],
    since: Sequence[Since],
    known: Mapping[str, Any],
    version: int,
) -> Mapping[str, Any]:
    run, change = runs[0]
    before = [one.scores for one, _change in runs[1:]]
    dimensions = told.there([run.scores])
    chosen = {name: visit.text(name) for name in _FILTERS}
    fails = told.failing(run.failing, known, change)
    source = chosen["source"]
    if source and source in run.sources:
        mine = next((one.change for one in since if one.source == source), QualityChange())
        fails = told.failing(run.sources[source].failing, known, mine)
    return {
        "run": {"at_ms": run.at_ms, "version": run.version, "is_older": run.version != version},
        "figures": told.figures(run.scores, before),
        "dimensions": [phrase(name) for name in dimensions],
        "changes": list(told.changes(since, known)),
        "sources": [_source(one, runs, dimensions) for one in since],
        "tables": [_part(name, {name: of}, dimensions) for name, of in sorted(run.scores.items()) if _has_rows(of)],
        "chosen": chosen,
        "choices": _choices(fails, run, dimensions),
        **_page(visit, [one for one in fails if _fits(one, chosen)], chosen),
        "failing_of": len(fails),
        "runs": [told.line_of(one, each, dimensions) for one, each in runs],
    }


def _page(visit: Visit, fails: Sequence[Mapping[str, Any]], chosen: Mapping[str, str]) -> Mapping[str, Any]:
    """A page of what fails, the one before and the one after it."""
    asked = visit.text("page")
    last = max(1, -(-len(fails) // _PAGE))
    number = min(max(int(asked[:6]) if asked.isascii() and asked.isdecimal() else 1, 1), last)
    first = (number - 1) * _PAGE
    shown = fails[first : first + _PAGE]
    filters = {name: value for name, value in chosen.items() if value}

    def address(page: int) -> str:
        return f"{told.ADDRESS}?{urlencode({**filters, 'page': page})}#failing" if 1 <= page <= last else ""

    return {
        "failing": shown, "failing_fits": len(fails), "failing_from": first + 1, "failing_to": first + len(shown),
        "pages": {"before": address(number - 1), "after": address(number + 1)},
    }  # fmt: skip


def _has_rows(of: Mapping[str, Score]) -> bool:
    """Was more asked of a table than whether it is there?"""
    return len(of) > 1 or any(score.failed for score in of.values())


def _fits(one: Mapping[str, Any], chosen: Mapping[str, str]) -> bool:
    return all(chosen[name] in ("", one[name]) for name in ("dimension", "family", "table"))


def _choices(
    fails: Sequence[Mapping[str, Any]], run: QualityRun, dimensions: Sequence[str]
) -> Mapping[str, list[tuple[str, str]]]:
    """What can be chosen in each filter: value and words."""
    families = [name for name in told.FAMILIES if any(one["family"] == name for one in fails)]
    tables = sorted({str(one["table"]) for one in fails})
    return {
        "dimension": [(name, phrase(name)) for name in dimensions],
        "family": [(name, told.family(name)) for name in families],
        "table": [(name, name) for name in tables],
        "source": [(name, name) for name in sorted(run.sources)],
    }


def _source(
    one: Since, runs: Sequence[tuple[QualityRun, QualityChange]], dimensions: Sequence[str]
) -> Mapping[str, Any]:
    line = [run.sources[one.source].scores for run, _change in runs if one.source in run.sources][::-1]
    return {
        **_part(one.source, one.now.scores, dimensions), "rows": sum(one.now.rows.values()),
        "trend": told.trend([total(scores).share for scores in line]),
    }  # fmt: skip


def _part(name: str, scores: Scores, dimensions: Sequence[str]) -> Mapping[str, Any]:
    whole = total(scores)
    return {
        "name": name, "failed": whole.failed, "share": whole.share, "mark": told.mark_of(whole.share),
        "cells": told.cells(scores, dimensions),
    }  # fmt: skip
