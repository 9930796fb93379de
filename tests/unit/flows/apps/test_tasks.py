"""Tasks over everyone: one open at a time for a person and rule, none within the rule's cooldown."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

from app_folders import READS, write_app
from medark.flows.apps import life
from medark.flows.apps.tasks import raise_tasks
from medark.flows.workspace import Workspace
from medark.model.access import Reader
from medark.model.task import Task, TaskState
from unit.flows.apps.conftest import NOW, put_in

CALLS = """
from medark.define import *
from medark.sdk import *

K = measurements.of(codes("potassium", "LOINC", "2823-3")).last().value_in("mmol/L")
FAILS = "{card}{page}"


def app(settings):
    title = {{"en": "Call the patient", "zh": "联系患者"}}
    rule = Rule("high", K >= 6, Card("钾", "K"), task="call", cooldown=days(7), source="test")
    return App(tasks=(TaskRule("high", rule, title, due_hours=2),))
"""


def test_whom_a_task_is_raised_for(workspace: Workspace, owner: Reader, tmp_path: Path) -> None:
    folder = write_app(tmp_path, app=CALLS, reads=READS, more='person = ["person_id"]\n')
    text = (folder / "app.toml").read_text().replace('cards = ["high"]\ndatasets = ["tested"]', 'tasks = ["high"]')
    pages = text.index("[[pages]]"), text.index("[settings.limit]")
    (folder / "app.toml").write_text(text[: pages[0]] + text[pages[1] :])
    name = put_in(workspace, folder)
    raised = raised_at(workspace, owner)
    assert [(task.person_id, task.kind, task.title, task.app) for task in raised] == [
        (1, "call", "Call the patient", name), (3, "call", "Call the patient", name),
    ]  # fmt: skip
    assert [task.due_ms for task in raised] == [ms(2), ms(2)]
    assert raised_at(workspace, owner, 1) == []  # both are open
    workspace.ledger.tasks.close(raised[0].number, TaskState.DONE, "anna")
    assert raised_at(workspace, owner, 2) == []  # within the cooldown
    clock = raised[0].raised_ms / 1000 + 7 * 86_400
    later = (clock - NOW.replace(tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()) / 3600
    assert [task.person_id for task in raised_at(workspace, owner, later + 1)] == [1]
    life.disable(workspace, name)
    assert raised_at(workspace, owner, later + 2) == []


def raised_at(workspace: Workspace, owner: Reader, hours: float = 0) -> list[Task]:
    """What is raised so many hours later, in the order of people."""
    now = NOW.replace(tzinfo=ZoneInfo("Asia/Shanghai")) + dt.timedelta(hours=hours)
    return sorted(raise_tasks(workspace, owner, now=now), key=lambda task: task.person_id or 0)


def ms(hours: float) -> int:
    return int((NOW.replace(tzinfo=ZoneInfo("Asia/Shanghai")) + dt.timedelta(hours=hours)).timestamp() * 1000)
