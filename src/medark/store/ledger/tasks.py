"""Tasks: raised, assigned, closed with a reason; every step stays"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import select, update

from medark.errors import NotFoundError, UsageError
from medark.model.task import Task, TaskState, TaskStep
from medark.store.ledger.tables import task, task_step

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from medark.store.ledger.engine import Database

_T, _S = task.c, task_step.c


class Tasks:
    """Tasks by number. One that is closed stays closed."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database, self._clock = database, clock

    def raise_(self, told: Task, by: str = "") -> Task:
        """Raise a task now; if the app has an open one of this key, that one comes back and nothing is raised."""
        now = int(self._clock() * 1000)
        row = {name: getattr(told, name) for name in _PLAIN} | {
            "state": TaskState.OPEN, "raised_ms": now, "closed_ms": None, "reason": "", "assignee": "",
            "evidence": orjson.dumps([dict(place) for place in told.evidence]).decode(),
        }  # fmt: skip
        with self._database.writing() as connection:
            self._database.alone(connection)
            same = (_T.app == told.app, _T.key == told.key, _T.key != "", _T.closed_ms.is_(None))
            if there := connection.execute(select(task).where(*same)).first():
                return _task(there)
            (number,) = connection.execute(task.insert(), row).inserted_primary_key or (0,)
            self._note(connection, TaskStep(number, now, by, TaskState.OPEN))
        return replace(told, number=number, state=TaskState.OPEN, raised_ms=now, closed_ms=None, reason="", assignee="")

    def assign(self, number: int, assignee: str, by: str) -> Task:
        """Give an open task to somebody. NotFoundError, or UsageError if it is closed."""
        return self._step(number, by, TaskState.ASSIGNED, assignee=assignee)

    def close(self, number: int, state: TaskState, by: str, reason: str = "") -> Task:
        """Close a task as done or dismissed, the latter with a reason. NotFoundError; UsageError if it is closed."""
        if not state.is_closed or (state is TaskState.DISMISSED and not reason):
            raise UsageError("a task is closed as done, or dismissed with a reason", fix="say why", task=number)
        return self._step(number, by, state, reason=reason)

    def one(self, number: int) -> Task:
        """A task by number; NotFoundError."""
        with self._database.reading() as connection:
            return _found(connection, number)

    def all(
        self,
        *,
        is_open: bool | None = None,
        assignee: str | None = None,
        app: str | None = None,
        person_id: int | None = None,
        limit: int | None = None,
    ) -> list[Task]:
        """Tasks that fit: what is due first comes first, then what was raised first."""
        asked = select(task).order_by(_T.due_ms.is_(None), _T.due_ms, _T.task_no).limit(limit)
        for column, wanted in ((_T.assignee, assignee), (_T.app, app), (_T.person_id, person_id)):
            asked = asked if wanted is None else asked.where(column == wanted)
        if is_open is not None:
            asked = asked.where(_T.closed_ms.is_(None) if is_open else _T.closed_ms.is_not(None))
        with self._database.reading() as connection:
            return [_task(row) for row in connection.execute(asked)]

    def steps(self, number: int) -> list[TaskStep]:
        """A task's life, in order."""
        asked = select(_S.task_no, _S.at_ms, _S.by, _S.state, _S.assignee, _S.reason).where(_S.task_no == number)
        with self._database.reading() as connection:
            rows = connection.execute(asked.order_by(_S.step_no)).all()
        return [TaskStep(no, at, by, TaskState(state), *told) for no, at, by, state, *told in rows]

    def _step(self, number: int, by: str, state: TaskState, *, assignee: str | None = None, reason: str = "") -> Task:
        now = int(self._clock() * 1000)
        with self._database.writing() as connection:
            self._database.alone(connection)
            before = _found(connection, number)
            if before.state.is_closed:
                raise UsageError("the task is closed", fix="raise another one", task=number)
            who = before.assignee if assignee is None else assignee
            after = replace(
                before, state=state, assignee=who, reason=reason, closed_ms=now if state.is_closed else None
            )
            told = {name: getattr(after, name) for name in ("state", "assignee", "reason", "closed_ms")}
            connection.execute(update(task).where(_T.task_no == number).values(told))
            self._note(connection, TaskStep(number, now, by, state, who, reason))
        return after

    @staticmethod
    def _note(connection: Connection, step: TaskStep) -> None:
        connection.execute(task_step.insert(), {name: getattr(step, name) for name in TaskStep.__slots__})


_PLAIN = ("kind", "title", "app", "key", "person_id", "organisation", "due_ms")


def forget(connection: Connection, person_id: int) -> int:
    """Empty the tasks about an erased person of what they tell; that there was one, and how it ended, stays."""
    said = {"person_id": None, "title": "", "key": "", "evidence": "[]", "reason": ""}
    numbers = select(_T.task_no).where(_T.person_id == person_id)
    connection.execute(update(task_step).where(_S.task_no.in_(numbers)).values(reason=""))
    return int(connection.execute(update(task).where(_T.person_id == person_id).values(said)).rowcount)


def _found(connection: Connection, number: int) -> Task:
    row = connection.execute(select(task).where(_T.task_no == number)).first()
    if row is None:
        raise NotFoundError("no such task", task=number)
    return _task(row)


def _task(row: Any) -> Task:
    told = {name: getattr(row, name) for name in (*_PLAIN, "assignee", "reason", "raised_ms", "closed_ms")}
    return Task(
        number=row.task_no, state=TaskState(row.state), evidence=tuple(orjson.loads(row.evidence)), **told
    )  # fmt: skip
