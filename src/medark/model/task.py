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
    """What is to be done, and why. `key` is the raiser's own name of it: one open task at most has it.

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


@dataclass(frozen=True, slots=True)
class TaskStep:
    """One step of a task's life: nothing of it is ever deleted."""

    task_no: int
    at_ms: int
    by: str
    state: TaskState
    assignee: str = ""
    reason: str = ""
