"""What people have to do: the tasks that are a reader's own or their organisation's, given to somebody and closed"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from medark.errors import NotFoundError, UsageError
from medark.flows.gate.owner import OWNER
from medark.flows.workspace import Workspace
from medark.messages import N_, phrase
from medark.model.access import Purpose, Reader
from medark.model.task import Task, TaskCount, TaskState, TaskStep, TasksWanted, Theirs

LONGEST_REASON: Final = 1000  # characters
_OF_MANY: Final = (Purpose.RESEARCH, Purpose.PAYMENT)  # purposes for which nobody is looked after one by one
Which = Literal["open", "closed", "all"]
_IS_OPEN: Final[Mapping[Which, bool | None]] = {"open": True, "closed": False, "all": None}


@dataclass(frozen=True, slots=True)
class Life:
    """A task and all that happened to it, in order."""

    task: Task
    steps: tuple[TaskStep, ...]


def is_for(reader: Reader, task: Task) -> bool:
    """Is it theirs, of their organisation, or nobody's? To an owner every task is shown.

    What is about a person is no business of who reads for a study or a bill.
    """
    theirs = _theirs(reader)
    return theirs is None or theirs.has(task)


def _theirs(reader: Reader) -> Theirs | None:
    is_owner = OWNER in reader.roles
    return None if is_owner else Theirs(reader.user, reader.organisation, reader.purpose not in _OF_MANY, reader.roles)


def title_of(task: Task) -> str:
    """Its title: the platform's own in the reader's language, an application's in the words that it gave. After a colon
    comes what it is about, which is a name.
    """
    if task.app:
        return task.title
    words, colon, about = task.title.partition(": ")
    return phrase(task.title) if phrase(task.title) != task.title else phrase(words) + colon + about


def tasks_for(
    workspace: Workspace,
    reader: Reader,
    which: Which = "open",
    *,
    assignee: str | None = None,
    app: str | None = None,
    kind: str | None = None,
    person_id: int | None = None,
    late_at_ms: int | None = None,
    limit: int | None = None,
    skip: int = 0,
) -> list[Task]:
    """The tasks that are for a reader: what is due first comes first. `late_at_ms`: only what is open and was due."""
    assignees = None if assignee is None else (assignee,)
    wanted = TasksWanted(
        _IS_OPEN[which], app, kind, person_id, assignees, late_at_ms=late_at_ms, theirs=_theirs(reader)
    )  # fmt: skip
    found: list[Task] = workspace.ledger.tasks.fitting(wanted, limit=limit, skip=skip)
    return found


def tasks_counted(workspace: Workspace, reader: Reader, which: Which, now_ms: int) -> list[TaskCount]:
    """How many tasks are for a reader, of each application and kind."""
    wanted = TasksWanted(_IS_OPEN[which], theirs=_theirs(reader))
    found: list[TaskCount] = workspace.ledger.tasks.counted(wanted, reader.user, now_ms)
    return found


def to_do(
    workspace: Workspace, reader: Reader, now_ms: int, most: int, *, about_people: bool | None = None
) -> list[Task]:
    """Open tasks that a reader does or may take: overdue ones first, then their own; of each, what is due first."""
    wanted = TasksWanted(is_open=True, about_people=about_people, theirs=_theirs(reader))
    own, free = (
        workspace.ledger.tasks.fitting(replace(wanted, assignees=(one,)), limit=most) for one in (reader.user, "")
    )
    return sorted([*own, *free], key=lambda one: (not is_late(one, now_ms), not one.assignee))[:most]


def is_late(task: Task, now_ms: int) -> bool:
    """Is it open, and was it due before now?"""
    return not task.state.is_closed and task.due_ms is not None and task.due_ms < now_ms


def task_for(workspace: Workspace, reader: Reader, number: int) -> Life:
    """One task with its life. NotFoundError for none, and for one that is another's: what is not one's own is not
    there.
    """
    try:
        task: Task | None = workspace.ledger.tasks.one(number)
    except NotFoundError:
        task = None
    if task is None or not is_for(reader, task):  # one answer for both: who asks learns nothing of others' tasks
        raise NotFoundError(N_("there is no such task"), fix="GET /tasks")
    return Life(task, tuple(workspace.ledger.tasks.steps(number)))


def assignees(workspace: Workspace, reader: Reader) -> list[str]:
    """To whom a reader may think of giving a task, by name: who is of their organisation; an owner, to anybody."""
    there = [one for one in workspace.ledger.users.all() if not one.disabled]
    is_owner = OWNER in reader.roles
    return [one.name for one in there if is_owner or one.organisation == reader.organisation]


def assign(workspace: Workspace, reader: Reader, number: int, assignee: str) -> Life:
    """Give it to somebody. NotFoundError for no such task or user; UsageError if it is closed, or they are kept out."""
    task_for(workspace, reader, number)
    if workspace.ledger.users.one(assignee).disabled:
        raise UsageError(N_("this user is kept out"), fix="choose another user", user=assignee)
    return _life(workspace, workspace.ledger.tasks.assign(number, assignee, reader.user))


def close(workspace: Workspace, reader: Reader, number: int, state: TaskState, reason: str) -> Life:
    """Close it as done, or as dismissed with a reason. NotFoundError; UsageError if it is closed, or says not why."""
    task_for(workspace, reader, number)
    return _life(workspace, workspace.ledger.tasks.close(number, state, reader.user, reason.strip()))


def _life(workspace: Workspace, task: Task) -> Life:
    return Life(task, tuple(workspace.ledger.tasks.steps(task.number)))
