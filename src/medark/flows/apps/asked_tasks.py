"""The tasks of an application that a page is given: those that are its reader's, with the clock of each"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final
from zoneinfo import ZoneInfo

from medark.flows.tasks import tasks_for
from medark.flows.workspace import Workspace
from medark.model.access import Reader
from medark.model.task import Task
from medark.sdk.shows import Answer, Tasks

_MINUTE_MS: Final = 60_000
_DAY_MS: Final = 86_400_000
_MOST: Final = 500


def task_rows(workspace: Workspace, reader: Reader, app: str, needed: Tasks, now_ms: int) -> Answer:
    """Open tasks, what is due first; then those closed in the days that are asked for, the last ones first."""
    there = [one for one in tasks_for(workspace, reader, "all", app=app) if needed.kind in ("", one.kind)]
    closed = [one for one in there if one.closed_ms is not None and one.closed_ms >= now_ms - needed.days * _DAY_MS]
    told = [one for one in there if not one.state.is_closed]
    told += sorted(closed, key=lambda one: (-(one.closed_ms or 0), -one.number))
    zone = ZoneInfo(workspace.settings.time_zone)
    rows = tuple(_row(one, now_ms, zone) for one in told[:_MOST])
    return Answer(rows, len(told), len(told) - len(rows))


def _row(task: Task, now_ms: int, zone: ZoneInfo) -> dict[str, Any]:
    runs = task.due_ms is not None and not task.state.is_closed
    minutes = ((task.due_ms or 0) - now_ms) // _MINUTE_MS if runs else None
    return {
        "number": task.number, "kind": task.kind, "key": task.key, "title": task.title, "state": task.state.value,
        "raised": _moment(task.raised_ms, zone), "due": _moment(task.due_ms, zone),
        "closed": _moment(task.closed_ms, zone), "assignee": task.assignee, "reason": task.reason, "minutes": minutes,
        "is_late": _is_late(task, now_ms),
    }  # fmt: skip


def _is_late(task: Task, now_ms: int) -> bool:
    """Was it due before it was closed, or, if it is open, before now?"""
    return task.due_ms is not None and task.due_ms < (now_ms if task.closed_ms is None else task.closed_ms)


def _moment(at_ms: int | None, zone: ZoneInfo) -> str | None:
    if at_ms is None:
        return None
    return dt.datetime.fromtimestamp(at_ms / 1000, zone).replace(tzinfo=None).isoformat(" ", "minutes")
