"""Something that a person must close: an alert, a mapping to confirm, two patients that may be one"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class TaskState(StrEnum):
    """Where a task is in its one life cycle."""

    OPEN = "open"
    ASSIGNED = "assigned"
    DONE = "done"
    DISMISSED = "dismissed"

    @property
    def is_closed(self) -> bool:
        """Is there nothing left to do?"""
        return self in (TaskState.DONE, TaskState.DISMISSED)


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done, and why. `key` is the raiser's own name of it: one open task at most has it. `role`: of its
    organisation, only who has this role is shown it; "" for everybody of it.

    `evidence` points at rows that decided it (table, key, …), as the definition's evidence does. Times are
    milliseconds since 1970, UTC.
    """

    number: int
    kind: str
    title: str = field(repr=False)
    app: str = ""
    key: str = ""
    person_id: int | None = field(default=None, repr=False)
    organisation: str = ""
    state: TaskState = TaskState.OPEN
    assignee: str = ""
    reason: str = ""  # why it was closed so
    raised_ms: int = 0
    due_ms: int | None = None
    closed_ms: int | None = None
    evidence: tuple[Mapping[str, str | int], ...] = field(default=(), repr=False)
    role: str = ""


@dataclass(frozen=True, slots=True)
class TaskStep:
    """One step of a task's life: nothing of it is ever deleted."""

    task_no: int
    at_ms: int
    by: str
    state: TaskState
    assignee: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Theirs:
    """Whose tasks are shown to somebody: their own, those of their organisation, and nobody's.

    What is about a person is nobody's only where nobody knows them. `of_people`: is it theirs to look after people one
    by one, so that tasks about a person are shown to them at all? `roles`: what is a role's is shown to who has it, in
    their organisation, or in every one if they are of none.
    """

    user: str
    organisation: str = ""
    of_people: bool = True
    roles: frozenset[str] = frozenset()

    def has(self, task: Task) -> bool:
        """Is it one of them?"""
        if task.person_id is None:
            return task.assignee == self.user or self._is_of(task)
        of_theirs = task.organisation != "" and task.organisation == self.organisation
        return self.of_people and (task.assignee == self.user or of_theirs)

    def _is_of(self, task: Task) -> bool:
        is_near = task.organisation in ("", self.organisation)
        return (task.role in self.roles and (is_near or not self.organisation)) if task.role else is_near


@dataclass(frozen=True, slots=True)
class TasksWanted:
    """Which tasks are asked for: those that fit all of it, None for whatever it is.

    `assignees`: "" among them for those that are given to nobody; `late_at_ms`: open, and due before this moment.
    """

    is_open: bool | None = None
    app: str | None = None
    kind: str | None = None
    person_id: int | None = field(default=None, repr=False)
    assignees: tuple[str, ...] | None = None
    about_people: bool | None = None
    late_at_ms: int | None = None
    theirs: Theirs | None = None


@dataclass(frozen=True, slots=True)
class TaskCount:
    """How many tasks of one application and kind there are; of them, that are late, one's own, and given to nobody."""

    app: str
    kind: str
    count: int
    late: int
    mine: int
    mine_late: int
    nobodys: int
    nobodys_late: int
