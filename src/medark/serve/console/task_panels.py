"""The tasks that an application's page shows: the platform's own words of each, for a reader whose task it is"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from medark.errors import NotFoundError
from medark.flows import tasks
from medark.serve.console.screens import Visit
from medark.serve.console.worklist import lived


def with_tasks(visit: Visit, app: str, told: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Blocks as they are told, each panel with its task; none where the task is another's or another application's."""
    return [one | _lived(visit, app, one["task_no"]) if one["kind"] == "task" else one for one in told]


def _lived(visit: Visit, app: str, number: int) -> dict[str, Any]:
    try:
        life = tasks.task_for(visit.workspace, visit.reader, number)
    except NotFoundError:
        return {"task": None, "steps": []}
    return lived(visit, life) if life.task.app == app else {"task": None, "steps": []}
