"""Tasks: raised, assigned, closed with a reason; every step stays"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import ColumnElement, and_, func, not_, or_, select, update

from medark.errors import NotFoundError, UsageError
from medark.model.task import Task, TaskCount, TaskState, TaskStep, TasksWanted, Theirs
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
        (raised,) = self.raise_all((told,), by)
        return raised

    def raise_all(self, told: Sequence[Task], by: str = "") -> list[Task]:
        """The same of many, all of them or none."""
        now = int(self._clock() * 1000)
        with self._database.writing() as connection:
            self._database.alone(connection)
            return [self._raised(connection, one, by, now) for one in told]

    def _raised(self, connection: Connection, told: Task, by: str, now: int) -> Task:
        same = (_T.app == told.app, _T.key == told.key, _T.key != "", _T.closed_ms.is_(None))
        if there := connection.execute(select(task).where(*same)).first():
            return _task(there)
        row = {name: getattr(told, name) for name in _PLAIN} | {
            "state": TaskState.OPEN, "raised_ms": now, "closed_ms": None, "reason": "", "assignee": "",
            "evidence": orjson.dumps([dict(place) for place in told.evidence]).decode(),
        }  # fmt: skip
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
        """Tasks that fit: see `fitting`."""
        assignees = None if assignee is None else (assignee,)
        return self.fitting(TasksWanted(is_open, app=app, person_id=person_id, assignees=assignees), limit=limit)

    def fitting(self, wanted: TasksWanted, *, limit: int | None = None, skip: int = 0) -> list[Task]:
        """Tasks that fit: what is due first comes first, then what was raised first."""
        asked = select(task).where(*_conditions(wanted)).order_by(_T.due_ms.is_(None), _T.due_ms, _T.task_no)
        with self._database.reading() as connection:
            return [_task(row) for row in connection.execute(asked.limit(limit).offset(skip or None))]

    def counted(self, wanted: TasksWanted, user: str, now_ms: int) -> list[TaskCount]:
        """How many fit, of each application and kind. `user`: whose own are counted; late: open, and due before now."""
        late = and_(_T.closed_ms.is_(None), _T.due_ms < now_ms)
        mine, nobodys = _T.assignee == user, and_(_T.assignee == "", _T.closed_ms.is_(None))
        conditions = (late, mine, and_(mine, late), nobodys, and_(nobodys, late))
        numbers = [func.count(), *(func.count().filter(one) for one in conditions)]
        asked = select(_T.app, _T.kind, *numbers).where(*_conditions(wanted)).group_by(_T.app, _T.kind)
        with self._database.reading() as connection:
            return [TaskCount(*row) for row in connection.execute(asked.order_by(_T.app, _T.kind))]

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


def _conditions(wanted: TasksWanted) -> Iterator[ColumnElement[bool]]:
    for column, value in ((_T.app, wanted.app), (_T.kind, wanted.kind), (_T.person_id, wanted.person_id)):
        if value is not None:
            yield column == value
    for column, is_null in ((_T.closed_ms, wanted.is_open), (_T.person_id, _negated(wanted.about_people))):
        if is_null is not None:
            yield column.is_(None) if is_null else column.is_not(None)
    if wanted.assignees is not None:
        yield _T.assignee.in_(wanted.assignees)
    if wanted.late_at_ms is not None:
        yield and_(_T.closed_ms.is_(None), _T.due_ms < wanted.late_at_ms)
    if wanted.theirs is not None:
        yield _is_theirs(wanted.theirs)


def _negated(told: bool | None) -> bool | None:
    return None if told is None else not told


def _is_theirs(theirs: Theirs) -> ColumnElement[bool]:
    """As `Theirs.has` says it."""
    own, is_general = _T.assignee == theirs.user, _T.person_id.is_(None)
    anybodys = and_(_T.role == "", _T.organisation.in_(("", theirs.organisation)))
    of_role: ColumnElement[bool] = _T.role.in_(sorted(theirs.roles - {""}))
    if theirs.organisation:  # who has the role and is of no organisation has it for all
        of_role = and_(of_role, _T.organisation.in_(("", theirs.organisation)))
    general = and_(is_general, or_(own, anybodys, of_role))
    if not theirs.of_people:
        return general
    of_theirs = and_(_T.organisation != "", _T.organisation == theirs.organisation)
    return or_(general, and_(not_(is_general), or_(own, of_theirs)))


_PLAIN = ("kind", "title", "app", "key", "person_id", "organisation", "due_ms", "role")


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
