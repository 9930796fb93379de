"""What people have to do: the tasks that are a reader's own or their organisation's, given to somebody and closed"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from medark.errors import NotFoundError, UsageError
from medark.flows.gate.owner import OWNER
from medark.flows.workspace import Workspace
from medark.messages import N_, phrase
from medark.model.access import Purpose, Reader
from medark.model.task import Task, TaskState, TaskStep

LONGEST_REASON: Final = 1000  # characters
_OF_MANY: Final = (Purpose.RESEARCH, Purpose.PAYMENT)  # purposes for which nobody is looked after one by one
Which = Literal["open", "closed", "all"]


@dataclass(frozen=True, slots=True)
class Life:
    """A task and all that happened to it, in order."""

    task: Task
    steps: tuple[TaskStep, ...]


def is_for(reader: Reader, task: Task) -> bool:
    """Is it theirs, of their organisation, or nobody's? To an owner every task is shown.

    What is about a person is nobody's only where nobody knows them, and is no business of who reads for a study or a
    bill.
    """
    if OWNER in reader.roles:
        return True
    if task.person_id is None:
        return task.assignee == reader.user or task.organisation in ("", reader.organisation)
    of_theirs = task.organisation != "" and task.organisation == reader.organisation
    return reader.purpose not in _OF_MANY and (task.assignee == reader.user or of_theirs)


def title_of(task: Task) -> str:
    """Its title: the platform's own in the reader's language, an application's in the words that it gave."""
    return task.title if task.app else phrase(task.title)


def tasks_for(
    workspace: Workspace, reader: Reader, which: Which = "open", *, assignee: str | None = None, app: str | None = None
) -> list[Task]:
    """The tasks that are for a reader: what is due first comes first."""
    is_open = {"open": True, "closed": False}.get(which)
    there = workspace.ledger.tasks.all(is_open=is_open, assignee=assignee, app=app)
    return [one for one in there if is_for(reader, one)]


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
