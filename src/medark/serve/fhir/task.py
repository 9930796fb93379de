"""Task: what somebody has to do, from the ledger"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from medark.errors import NotFoundError, UsageError
from medark.flows.gate import About, person
from medark.flows.tasks import is_for, tasks_for
from medark.model.task import Task, TaskState
from medark.serve.auth.caller import Caller
from medark.serve.fhir.edge import Edge
from medark.serve.fhir.find import NOT_THERE, own_patient
from medark.serve.fhir.resources import Resource
from medark.serve.fhir.resources.elements import with_

_STATUS: Final = {
    TaskState.OPEN: "requested", TaskState.ASSIGNED: "accepted", TaskState.DONE: "completed",
    TaskState.DISMISSED: "cancelled",
}  # fmt: skip
_MOST: Final = 1000


def read_task(edge: Edge, caller: Caller, resource_id: str) -> Resource:
    """One task. NotFoundError where there is none, or none for the caller."""
    caller.needs_resource("Task", "r")
    if not resource_id.isdecimal() or len(resource_id) > 15:
        raise NotFoundError(NOT_THERE, fix="GET /fhir/Task", type="Task")
    found = _shown(edge, caller, [edge.workspace.ledger.tasks.one(int(resource_id))])
    if not found:
        raise NotFoundError(NOT_THERE, fix="GET /fhir/Task", type="Task")
    return found[0]


def search_tasks(edge: Edge, caller: Caller, asked: Sequence[tuple[str, str]]) -> list[Resource]:
    """Tasks by status and patient."""
    caller.needs_resource("Task", "s")
    wanted = {}
    for name, text in asked:
        if name not in ("_id", "status", "patient", "_format", "_count"):
            raise UsageError(
                "this resource can't be searched by this", fix="GET /fhir/metadata says by what", parameter=name[:60]
            )
        wanted[name] = text.removeprefix("Patient/").split(",")
    tasks = [
        one for one in tasks_for(edge.workspace, caller.reader, "all")
        if ("_id" not in wanted or str(one.number) in wanted["_id"])
        and ("status" not in wanted or _STATUS[one.state] in wanted["status"])
        and ("patient" not in wanted or str(one.person_id) in wanted["patient"])
    ]  # fmt: skip
    return _shown(edge, caller, tasks[:_MOST])


def _shown(edge: Edge, caller: Caller, tasks: Sequence[Task]) -> list[Resource]:
    """Those of the caller's organisation or their own; who they are about is said where the gate shows that person."""
    reader = caller.reader
    launched = own_patient(caller)
    own = [one for one in tasks if is_for(reader, one)]
    own = [one for one in own if launched is None or one.person_id == launched]
    people = {one.person_id for one in own if one.person_id is not None}
    seen = {one for one in people if _is_seen(edge, caller, one)}
    return [_made(edge, one) for one in own if one.person_id is None or one.person_id in seen]


def _is_seen(edge: Edge, caller: Caller, person_id: int) -> bool:
    reads = {"person": frozenset({"person_id"})}
    return bool(person(edge.workspace, caller.reader, person_id, reads, About("fhir", detail={"type": "Task"})))


def _made(edge: Edge, task: Task) -> Resource:
    return with_(
        {"resourceType": "Task", "id": str(task.number)},
        status=_STATUS[task.state],
        intent="order",
        description=task.title,
        for_=None if task.person_id is None else {"reference": f"Patient/{task.person_id}"},
        authoredOn=_time(edge, task.raised_ms),
        owner={"display": task.assignee} if task.assignee else None,
        restriction={"period": {"end": _time(edge, task.due_ms)}} if task.due_ms else None,
        statusReason={"text": task.reason} if task.reason else None,
    )


def _time(edge: Edge, at_ms: int) -> str:
    return dt.datetime.fromtimestamp(at_ms / 1000, edge.zone).isoformat(timespec="seconds")
