"""Tasks that applications' rules raise: one open at a time for a person and rule, none within cooldown; and close"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from medark.errors import MedarkError
from medark.flows.apps.loaded import Loaded
from medark.flows.apps.of_person import lines
from medark.flows.apps.of_person import task as called
from medark.flows.apps.reading import answer
from medark.flows.apps.running import running
from medark.flows.gate.care_of import cares_of
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.access import Reader
from medark.model.task import Task, TaskState
from medark.sdk.app import TaskRule

BY_RECORD: Final = N_("closed by the record: what asked for it is no longer so")
_AT_ONCE: Final = 500  # tasks that are kept in one go
_HOUR_MS = 3_600_000
_UNIT_SECONDS = {"seconds": 1, "days": 86_400, "months": 31 * 86_400}
Fires = Mapping[int, bool | None]  # by person_id; None: it can't be told


class TaskBook(Protocol):
    """Where tasks are kept: a part of the ledger."""

    def raise_(self, told: Task, by: str = "") -> Task:
        """Raise a task; if the app has an open one of this key, that one comes back and nothing is raised."""

    def raise_all(self, told: Sequence[Task], by: str = "") -> list[Task]:
        """The same of many, all of them or none."""

    def close(self, number: int, state: TaskState, by: str, reason: str = "") -> Task:
        """Close an open task."""

    def all(self, *, app: str | None = None, person_id: int | None = None) -> Sequence[Task]:
        """Tasks that fit."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The tasks that were raised, and those that the record closed."""

    raised: tuple[Task, ...] = ()
    closed: tuple[Task, ...] = ()


def raise_tasks(
    workspace: Workspace, reader: Reader, *, app: str = "", now: dt.datetime | None = None, book: TaskBook | None = None
) -> list[Task]:
    """Ask the task rules of the running applications (or of one) about everyone; the tasks that are raised by it.

    What the record closes by itself is closed, too.
    """
    moment = now or dt.datetime.now(ZoneInfo(workspace.settings.time_zone))
    raised: list[Task] = []
    with running(workspace).all() as loaded:
        for name, one in loaded.items():
            asking = replace(reader, app=name, purpose=one.manifest.purpose)
            for rule in one.app.tasks if app in ("", name) else ():
                try:
                    found, _ = answer(workspace, asking, rule.asked, moment.date())
                    columns = (found.rows[column].to_pylist() for column in ("person_id", "fires"))
                    fires = dict(zip(*columns, strict=True))
                    book_ = book or workspace.ledger.tasks
                    raised += moved(workspace, one, rule, fires, moment, book_, reader.user).raised
                except MedarkError as error:
                    running(workspace).note(name, one.manifest.version, error)
    return raised


def tasks_of_person(
    workspace: Workspace, reader: Reader, loaded: Loaded, person_id: int, now: dt.datetime, by: str
) -> Moved:
    """Ask an application's task rules about one person: raised and closed `by` whoever changed their record."""
    rules = {called(rule.name): rule for rule in loaded.app.tasks}
    told = lines(workspace, reader, loaded, tuple(rules), person_id, now.date()) if rules else {}
    done = [
        moved(workspace, loaded, rules[name], {person_id: rows[0]["fires"]}, now, workspace.ledger.tasks, by)
        for name, rows in told.items()
        if rows
    ]
    return Moved(tuple(task for one in done for task in one.raised), tuple(task for one in done for task in one.closed))


def moved(
    workspace: Workspace, loaded: Loaded, rule: TaskRule, fires: Fires, now: dt.datetime, book: TaskBook, by: str
) -> Moved:
    """What a rule says of some people, as tasks: raised where it fires; where it says no, closed if it closes."""
    (person_id,) = fires if len(fires) == 1 else (None,)
    last = _last(book.all(app=loaded.name, person_id=person_id), f"{rule.name}:")
    due = tuple(_due(workspace, loaded, rule, fires, now, last))
    new = tuple(
        one for first in range(0, len(due), _AT_ONCE) for one in book.raise_all(due[first : first + _AT_ONCE], by)
    )
    return Moved(new, tuple(_closed(rule, fires, book, by, last)) if rule.closes else ())


def _due(
    workspace: Workspace, loaded: Loaded, rule: TaskRule, fires: Fires, now: dt.datetime, last: Mapping[str, Task]
) -> Iterator[Task]:
    """The tasks that are to be raised."""
    now_ms = int(now.timestamp() * 1000)
    due_ms = None if rule.due_hours is None else now_ms + int(rule.due_hours * _HOUR_MS)
    title = rule.title.get(_language(workspace)) or rule.title["en"]
    keys = {person_id: f"{rule.name}:{person_id}" for person_id, does in fires.items() if does}
    wanted = [person_id for person_id, key in keys.items() if _is_due_again(last.get(key), rule, now_ms)]
    whose = cares_of(workspace, wanted)
    for person_id in wanted:
        kind, where = rule.rule.task or rule.name, whose.get(person_id, "")
        yield Task(0, kind, title, loaded.name, keys[person_id], person_id, where, due_ms=due_ms)


def _closed(rule: TaskRule, fires: Fires, book: TaskBook, by: str, last: Mapping[str, Task]) -> Iterator[Task]:
    """The open tasks of people of whom the rule says no; where it can't tell, a person closes them."""
    for person_id, does in fires.items():
        task = last.get(f"{rule.name}:{person_id}")
        if does is False and task is not None and not task.state.is_closed:
            yield book.close(task.number, TaskState.DONE, by, BY_RECORD)


def _is_due_again(last: Task | None, rule: TaskRule, now_ms: int) -> bool:
    """Was there none, or one that is closed and was raised before the rule's cooldown?"""
    if last is None:
        return True
    if not last.state.is_closed or rule.rule.cooldown is None:
        return last.state.is_closed
    wait = rule.rule.cooldown.fixed() * _UNIT_SECONDS[rule.rule.cooldown.unit] * 1000
    return now_ms - last.raised_ms >= wait


def _last(tasks: Sequence[Task], prefix: str) -> Mapping[str, Task]:
    """The newest task of each key."""
    found: dict[str, Task] = {}
    for task in sorted(tasks, key=lambda one: (one.raised_ms, one.number)):
        if task.key.startswith(prefix):
            found[task.key] = task
    return found


def _language(workspace: Workspace) -> Any:
    return workspace.settings.language
