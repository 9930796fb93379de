"""Signals as the rows that a page is given, the most urgent first"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from medark.flows.apps.loaded import Loaded
from medark.flows.apps.signals.showing import signals_of
from medark.flows.apps.signals.tasks import last_tasks, task_key
from medark.flows.apps.signals.why import why
from medark.flows.workspace import Workspace
from medark.model.access import Reader
from medark.model.signal import Point, Signal, SignalState
from medark.model.task import Task
from medark.sdk.shows import Answer, Signals

_URGENT: Final = {SignalState.ALARM: 0, SignalState.QUIET: 1, SignalState.UNKNOWN: 2}


def signal_rows(
    workspace: Workspace, reader: Reader, loaded: Loaded, needed: Signals, query: Mapping[str, str], language: str
) -> Answer:
    """A row a series: alarms first, the newest of them first; then by how many there are."""
    there = loaded.app.published()["signals"]
    found = signals_of(workspace, reader, loaded, needed.wanted(there, query))
    fitting = [one for one in found if needed.all_states or one.state is SignalState.ALARM]
    tasks = last_tasks(workspace, loaded.name)
    rows = [_row(one, tasks.get(task_key(one)), needed, language) for one in sorted(fitting, key=_order)]
    return Answer(tuple(rows[: needed.limit]), len(rows), max(0, len(rows) - needed.limit))


def _order(one: Signal) -> tuple[int, tuple[int, ...], str, str]:
    newest = tuple(-int(part) for part in one.since.split("-")) if one.since else ()
    return _URGENT[one.state], newest if one.state is SignalState.ALARM else (), one.name, str(one.group)


def _row(one: Signal, task: Task | None, needed: Signals, language: str) -> dict[str, Any]:
    newest = one.newest or Point("", None, None, None, SignalState.UNKNOWN)
    judging = one.methods[newest.method] if one.methods else None
    return {
        "signal": one.name, "title": one.title.get(language) or one.title["en"], "channel": one.channel,
        "every": one.every.value, "group": dict(one.group), "state": one.state.value, "period": newest.period,
        "count": newest.count, "total": newest.total, "judged": newest.judged, "expected": newest.expected,
        "threshold": newest.threshold, "method": judging.method if judging else "",
        "parameters": dict(judging.parameters) if judging else {}, "why": why(one), "since": one.since,
        "agreeing": list(one.agreeing), "places": list(one.cluster.places) if one.cluster else [],
        "task": task.number if task else None, "task_state": task.state.value if task else "",
        "due_ms": task.due_ms if task else None, "fresh_ms": one.fresh_ms,
        "points": [_point(point) for point in one.points[-needed.points :]] if needed.points else [],
    }  # fmt: skip


def _point(one: Point) -> dict[str, Any]:
    return {
        "period": one.period, "count": one.count, "total": one.total, "judged": one.judged, "expected": one.expected,
        "threshold": one.threshold, "state": one.state.value,
    }  # fmt: skip
