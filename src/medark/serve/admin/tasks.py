"""Tasks over HTTP: one life cycle for all of them, and nothing of it is ever deleted"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from fastapi import APIRouter, Query, Response
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field

from medark.flows import tasks
from medark.model.task import Task, TaskState
from medark.serve.auth.who import Known
from medark.serve.http.openapi import gives
from medark.serve.http.parts import Parts
from medark.serve.http.problems import SIGNED_IN, described

JSON: Final = "application/json"
_MOST: Final = 500
_ENDS: Final = described(*SIGNED_IN, 404, 422)
_Number = Annotated[int, InPath(ge=1, lt=2**53)]


class Told(msgspec.Struct):
    """A task. `person_id` as text: it has more digits than JavaScript's numbers. Times in ms since 1970, UTC."""

    number: int
    kind: str
    title: str
    app: str
    person_id: str | None
    organisation: str
    state: str
    assignee: str
    reason: str
    raised_ms: int
    due_ms: int | None
    closed_ms: int | None
    evidence: list[dict[str, str | int]]


class Step(msgspec.Struct):
    """One step of its life."""

    at_ms: int
    by: str
    state: str
    assignee: str
    reason: str


class Life(msgspec.Struct):
    """A task and all that happened to it."""

    task: Told
    steps: list[Step]


class ToAssign(BaseModel):
    """Whom it is given to."""

    model_config = ConfigDict(extra="forbid")
    assignee: Annotated[str, Field(min_length=1, max_length=250)]


class ToClose(BaseModel):
    """How it ended, and why."""

    model_config = ConfigDict(extra="forbid")
    state: Literal["done", "dismissed"]
    reason: Annotated[str, Field(max_length=tasks.LONGEST_REASON)] = ""


def router(parts: Parts) -> APIRouter:
    """Tasks: those of one's own organisation and those that are nobody's; an owner sees all."""
    found = APIRouter(prefix="/tasks", tags=["tasks"])
    workspace = parts.workspace

    @found.get("", responses=gives(list[Told]) | described(*SIGNED_IN, 422), summary="What is to be done")
    def list_(
        caller: Known,
        state: tasks.Which = "open",
        assignee: Annotated[str | None, Query(max_length=250)] = None,
        app: Annotated[str | None, Query(max_length=40)] = None,
    ) -> Response:
        caller.needs_resource("Task", "s")
        there = tasks.tasks_for(workspace, caller.reader, state, assignee=assignee, app=app, limit=_MOST)
        return Response(msgspec.json.encode([_told(one) for one in there]), media_type=JSON)

    @found.get("/{number}", responses=gives(Life) | _ENDS, summary="One, with its life")
    def one(caller: Known, number: _Number) -> Response:
        caller.needs_resource("Task", "r")
        return _life(tasks.task_for(workspace, caller.reader, number))

    @found.post("/{number}/assign", responses=gives(Life) | _ENDS, summary="Give it to somebody")
    def assign(caller: Known, number: _Number, told: ToAssign) -> Response:
        caller.needs_resource("Task", "u")
        return _life(tasks.assign(workspace, caller.reader, number, told.assignee))

    @found.post("/{number}/close", responses=gives(Life) | _ENDS, summary="Close it, with a reason")
    def close(caller: Known, number: _Number, told: ToClose) -> Response:
        caller.needs_resource("Task", "u")
        return _life(tasks.close(workspace, caller.reader, number, TaskState(told.state), told.reason))

    return found


def _told(task: Task) -> Told:
    return Told(
        task.number, task.kind, task.title, task.app, None if task.person_id is None else str(task.person_id),
        task.organisation, task.state.value, task.assignee, task.reason, task.raised_ms, task.due_ms, task.closed_ms,
        [dict(one) for one in task.evidence],
    )  # fmt: skip


def _life(life: tasks.Life) -> Response:
    told = [Step(one.at_ms, one.by, one.state.value, one.assignee, one.reason) for one in life.steps]
    return Response(msgspec.json.encode(Life(_told(life.task), told)), media_type=JSON)
