"""The tasks of alarms: one open at a time for a series, none again for an alarm that was answered"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from medark.flows.workspace import Workspace
from medark.model.access import Reader
from medark.model.signal import Signal, SignalState
from medark.model.task import Task
from medark.sdk.signals import PublishSignal, Response, Trigger

KIND: Final = "signal"
_HOUR_MS: Final = 3_600_000


def raise_alarms(
    workspace: Workspace, reader: Reader, one: PublishSignal | Trigger, found: Sequence[Signal]
) -> list[Task]:
    """The tasks of the series that are in alarm now and have no answer yet."""
    if one.response is None or not any(each.state is SignalState.ALARM for each in found):
        return []
    last = last_tasks(workspace, found[0].app)
    language = str(workspace.settings.language)
    wanted = _wanted(one, one.response, found, last, language)
    return [workspace.ledger.tasks.raise_(task, reader.user) for task in wanted]


def last_tasks(workspace: Workspace, app: str) -> Mapping[str, Task]:
    """The newest task of each series of an application, by `task_key`."""
    held = sorted(workspace.ledger.tasks.all(app=app), key=lambda task: (task.raised_ms, task.number))
    return {task.key: task for task in held if task.kind == KIND}


def task_key(signal: Signal) -> str:
    """The key of the tasks of a series.

    A key is kept as it is: `signal:visits:syndrome=influenza;district=Xihu`.
    """
    return f"{KIND}:{signal.name}:" + ";".join(f"{name}={value or ''}" for name, value in signal.group.items())


def _wanted(
    one: PublishSignal | Trigger, response: Response, found: Sequence[Signal], last: Mapping[str, Task], language: str
) -> Iterator[Task]:
    for each in found:
        key, newest = task_key(each), each.newest
        if newest is None or each.state is not SignalState.ALARM or not _is_new(each, last.get(key), response):
            continue
        title = response.title.get(language) or response.title["en"]
        values = [_called(one, name, value, language) for name, value in each.group.items() if value]
        evidence = {"signal": each.name, "period": newest.period, "since": each.since}
        evidence |= {name: value or "" for name, value in each.group.items()}
        due_ms = each.fresh_ms + int(response.due_hours * _HOUR_MS)
        yield Task(
            0, KIND, ": ".join([title, *([" · ".join(values)] if values else [])]), each.app, key, due_ms=due_ms,
            evidence=(evidence,),
        )  # fmt: skip


def _called(one: PublishSignal | Trigger, column: str, value: str, language: str) -> str:
    return one.called(column, value, language) if isinstance(one, PublishSignal) else value


def _is_new(signal: Signal, last: Task | None, response: Response) -> bool:
    """Was there no task, or one that is closed, of an earlier alarm, and long enough ago?"""
    if last is None:
        return True
    if not last.state.is_closed:
        return False
    answered = str(last.evidence[0].get("period", "")) if last.evidence else ""
    rests = dt.timedelta(days=response.cooldown_days)
    again = dt.date.fromisoformat(answered) + rests if answered else dt.date.min
    newest = signal.newest
    return newest is not None and signal.since > answered and dt.date.fromisoformat(newest.period) >= again
