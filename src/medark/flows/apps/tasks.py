"""Tasks that applications' rules raise over everyone: one open at a time for a person and rule, none within cooldown"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from medark.errors import MedarkError
from medark.flows.apps.loaded import Loaded
from medark.flows.apps.reading import answer
from medark.flows.apps.running import running
from medark.flows.gate.care_of import care_of
from medark.flows.workspace import Workspace
from medark.model.access import Reader
from medark.model.task import Task
from medark.sdk.app import TaskRule

_HOUR_MS = 3_600_000
_UNIT_SECONDS = {"seconds": 1, "days": 86_400, "months": 31 * 86_400}


class TaskBook(Protocol):
    """Where tasks are kept: a part of the ledger."""

    def raise_(self, told: Task, by: str = "") -> Task:
        """Raise a task; if the app has an open one of this key, that one comes back and nothing is raised."""

    def all(self, *, app: str | None = None) -> Sequence[Task]:
        """Tasks that fit."""


def raise_tasks(
    workspace: Workspace, reader: Reader, *, app: str = "", now: dt.datetime | None = None, book: TaskBook | None = None
) -> list[Task]:
    """Ask the task rules of the running applications (or of one) about everyone; the tasks that are raised by it."""
    moment = now or dt.datetime.now(ZoneInfo(workspace.settings.time_zone))
    kept: TaskBook = book or workspace.ledger.tasks
    raised: list[Task] = []
    with running(workspace).all() as loaded:
        for name, one in loaded.items():
            for rule in one.app.tasks if app in ("", name) else ():
                try:
                    raised += _of_rule(
                        workspace, replace(reader, app=name, purpose=one.manifest.purpose), one, rule, moment, kept
                    )
                except MedarkError as error:
                    running(workspace).note(name, one.manifest.version, error)
    return raised


def _of_rule(
    workspace: Workspace, reader: Reader, loaded: Loaded, rule: TaskRule, now: dt.datetime, book: TaskBook
) -> Iterator[Task]:
    found, _ = answer(workspace, reader, rule.asked, now.date())
    last = _last(book.all(app=loaded.name), f"{rule.name}:")
    now_ms = int(now.timestamp() * 1000)
    due_ms = None if rule.due_hours is None else now_ms + int(rule.due_hours * _HOUR_MS)
    title = rule.title.get(_language(workspace)) or rule.title["en"]
    for row in found.rows.filter(found.rows["fires"]).to_pylist():
        key = f"{rule.name}:{row['person_id']}"
        if not _is_due_again(last.get(key), rule, now_ms):
            continue
        person_id = int(row["person_id"])
        kind, whose = rule.rule.task or rule.name, care_of(workspace, person_id)
        yield book.raise_(Task(0, kind, title, loaded.name, key, person_id, whose, due_ms=due_ms), reader.user)


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
