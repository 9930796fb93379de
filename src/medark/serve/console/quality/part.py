"""One source, or one table: its scores by the other, what changed in it, and what fails"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from medark.errors import NotFoundError
from medark.flows.quality import history, newest, since_last
from medark.messages import phrase
from medark.model.quality import Failing, QualityChange, QualityRun, Scores, total
from medark.serve.console.quality import told
from medark.serve.console.screens import Screen, Visit

Runs = Sequence[tuple[QualityRun, QualityChange]]


def of_source(visit: Visit) -> Screen:
    """The rows of one source, judged by themselves, table by table."""
    source, user = visit.path["source"], visit.reader.user
    runs = history(visit.workspace, user)
    if not runs or source not in runs[0][0].sources:
        raise NotFoundError("nothing in the lake came from this source", fix="medark source list WS", source=source)
    mine = runs[0][0].sources[source]
    since = [one for one in since_last(visit.workspace, user) if one.source == source]
    known = told.by_id(newest(visit.workspace, user))
    before = [run.sources[source].scores for run, _change in runs[1:] if source in run.sources]
    lines = {table: {table: of} for table, of in mine.scores.items()}
    data = {
        **_shown(mine.scores, before, lines), "heads": "table", "is_source": True, "rows": sum(mine.rows.values()),
        "rows_of": dict(mine.rows), "changes": list(told.changes(since, known)),
        "failing": told.failing(mine.failing, known, since[0].change if since else QualityChange()),
    }  # fmt: skip
    return Screen(source, "quality_part.html", {**data, "run": _when(runs)})


def of_table(visit: Visit) -> Screen:
    """One table, source by source."""
    table, user = visit.path["table"], visit.reader.user
    runs = history(visit.workspace, user)
    if not runs or table not in runs[0][0].scores:
        raise NotFoundError("nothing of this table was checked", fix="medark check WS", table=table)
    run, change = runs[0]
    known = told.by_id(newest(visit.workspace, user))
    before = [{table: one.scores[table]} for one, _change in runs[1:] if table in one.scores]
    lines = {name: {table: one.scores[table]} for name, one in run.sources.items() if table in one.scores}
    mine: Failing = {
        name: count for name, count in run.failing.items() if name in known and known[name].check.table == table
    }
    rows = {name: one.rows.get(table, 0) for name, one in run.sources.items()}
    data = {
        **_shown({table: run.scores[table]}, before, lines), "heads": "source", "is_source": False,
        "rows": sum(rows.values()), "rows_of": rows, "changes": [], "failing": told.failing(mine, known, change),
    }  # fmt: skip
    return Screen(table, "quality_part.html", {**data, "run": _when(runs)})


def _shown(scores: Scores, before: Sequence[Scores], lines: Mapping[str, Scores]) -> dict[str, Any]:
    dimensions = told.there([scores])
    return {
        "address": told.ADDRESS,
        "figures": told.figures(scores, before[:20]),
        "dimensions": [phrase(name) for name in dimensions],
        "lines": [
            {"name": name, "cells": told.cells(of, dimensions), "failed": total(of).failed}
            for name, of in sorted(lines.items())
        ],
    }


def _when(runs: Runs) -> Mapping[str, Any]:
    return {"at_ms": runs[0][0].at_ms, "version": runs[0][0].version}
