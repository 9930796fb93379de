"""A task that a page shows, on paper: how it stands and what happened to it, for a reader whose task it is"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final
from zoneinfo import ZoneInfo

from medark.errors import NotFoundError
from medark.flows.tasks import Life, task_for, title_of
from medark.flows.workspace import Workspace
from medark.messages import N_, _
from medark.model.access import Reader
from medark.model.page import Block, DataTable, KeyFigure, KeyFigures, TableColumn, TaskPanel
from medark.model.task import TaskState

STATES: Final = {
    TaskState.OPEN: N_("open"), TaskState.ASSIGNED: N_("given to somebody"), TaskState.DONE: N_("done"),
    TaskState.DISMISSED: N_("dismissed"),
}  # fmt: skip


def with_tasks(workspace: Workspace, reader: Reader, app: str, blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks of an application's page, with what there is to say of each of its tasks in the place of its panel;
    of a task that is another's, nothing.
    """
    zone = ZoneInfo(workspace.settings.time_zone)
    for one in blocks:
        if not isinstance(one, TaskPanel):
            yield one
            continue
        with suppress(NotFoundError):
            life = task_for(workspace, reader, one.number)
            if life.task.app == app:
                yield from _told(life, zone)


def _told(life: Life, zone: ZoneInfo) -> Iterator[Block]:
    task = life.task
    yield KeyFigures((
        KeyFigure(_("Task"), f"{task.number}", note=title_of(task)),
        KeyFigure(_("State"), _(STATES[task.state])),
        KeyFigure(_("Due"), _moment(task.due_ms, zone)),
        KeyFigure(_("Given to"), task.assignee or None, note="" if task.assignee else _("nobody yet")),
    ))  # fmt: skip
    columns = [_("when"), _("who"), _("state"), _("reason")]
    rows = tuple((_moment(one.at_ms, zone), one.by, _(STATES[one.state]), one.reason) for one in life.steps)
    yield DataTable(tuple(TableColumn(f"c{at}", title) for at, title in enumerate(columns)), rows, _("What happened"))


def _moment(at_ms: int | None, zone: ZoneInfo) -> str | None:
    return None if at_ms is None else dt.datetime.fromtimestamp(at_ms / 1000, zone).strftime("%Y-%m-%d %H:%M")
