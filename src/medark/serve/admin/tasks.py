"""Tasks over HTTP: one life cycle for all of them, and nothing of it is ever deleted"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from fastapi import APIRouter, Query, Response
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field

from medark.errors import NotFoundError
from medark.messages import N_
from medark.model.task import Task, TaskState, TaskStep
from medark.serve.admin.apps import OWNER
from medark.serve.auth.caller import Caller
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
    reason: Annotated[str, Field(max_length=1000)] = ""


def router(parts: Parts) -> APIRouter:
    """Tasks: those of one's own organisation and those that are nobody's; an owner sees all."""
    found = APIRouter(prefix="/tasks", tags=["tasks"])
    tasks = parts.workspace.ledger.tasks

    def mine(caller: Caller, number: int) -> Task:
        task: Task = tasks.one(number)
        if not _is_for(caller, task):  # what is not one's own is not there
            raise NotFoundError(N_("there is no such task"), fix="GET /tasks")
        return task

    @found.get("", responses=gives(list[Told]) | described(*SIGNED_IN, 422), summary="What is to be done")
    def list_(
        caller: Known,
        state: Literal["open", "closed", "all"] = "open",
        assignee: Annotated[str | None, Query(max_length=250)] = None,
        app: Annotated[str | None, Query(max_length=40)] = None,
    ) -> Response:
        caller.needs_resource("Task", "s")
        is_open = {"open": True, "closed": False}.get(state)
        there = [one for one in tasks.all(is_open=is_open, assignee=assignee, app=app) if _is_for(caller, one)]
        return Response(msgspec.json.encode([_told(one) for one in there[:_MOST]]), media_type=JSON)

    @found.get("/{number}", responses=gives(Life) | _ENDS, summary="One, with its life")
    def one(caller: Known, number: _Number) -> Response:
        caller.needs_resource("Task", "r")
        return _life(mine(caller, number), tasks.steps(number))

    @found.post("/{number}/assign", responses=gives(Life) | _ENDS, summary="Give it to somebody")
    def assign(caller: Known, number: _Number, told: ToAssign) -> Response:
        caller.needs_resource("Task", "u")
        mine(caller, number)
        parts.workspace.ledger.users.one(told.assignee)
        return _life(tasks.assign(number, told.assignee, caller.name), tasks.steps(number))

    @found.post("/{number}/close", responses=gives(Life) | _ENDS, summary="Close it, with a reason")
    def close(caller: Known, number: _Number, told: ToClose) -> Response:
        caller.needs_resource("Task", "u")
        mine(caller, number)
        closed = tasks.close(number, TaskState(told.state), caller.name, told.reason)
        return _life(closed, tasks.steps(number))

    return found


def _is_for(caller: Caller, task: Task) -> bool:
    reader = caller.reader
    own = task.assignee == reader.user or task.organisation in ("", reader.organisation)
    return own or OWNER in reader.roles


def _told(task: Task) -> Told:
    return Told(
        task.number, task.kind, task.title, task.app, None if task.person_id is None else str(task.person_id),
        task.organisation, task.state.value, task.assignee, task.reason, task.raised_ms, task.due_ms, task.closed_ms,
        [dict(one) for one in task.evidence],
    )  # fmt: skip


def _life(task: Task, steps: list[TaskStep]) -> Response:
    told = [Step(one.at_ms, one.by, one.state.value, one.assignee, one.reason) for one in steps]
    return Response(msgspec.json.encode(Life(_told(task), told)), media_type=JSON)
