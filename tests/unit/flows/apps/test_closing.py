"""Tasks that the record closes: where the rule says no, with the reason; where it can't tell, a person closes them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from app_folders import READS, write_app
from medark.flows.apps.tasks import BY_RECORD, raise_tasks
from medark.flows.workspace import Workspace
from medark.model.access import Reader
from medark.model.task import TaskState
from unit.flows.apps.conftest import NOW, potassium, put_in, write
from unit.flows.apps.test_tasks import CALLS

LATER = NOW + dt.timedelta(hours=5)


@pytest.mark.parametrize("closes", [True, False])
def test_a_task_ends_with_what_asked_for_it(
    workspace: Workspace, owner: Reader, tmp_path: object, closes: bool
) -> None:
    code = CALLS.replace("due_hours=2", f"due_hours=2, closes={closes}")
    folder = write_app(tmp_path, app=code, reads=READS, more='person = ["person_id"]\n')  # type: ignore[arg-type]
    text = (folder / "app.toml").read_text().replace('cards = ["high"]\ndatasets = ["tested"]', 'tasks = ["high"]')
    (folder / "app.toml").write_text(text[: text.index("[[pages]]")] + text[text.index("[settings.limit]") :])
    put_in(workspace, folder)
    zone = ZoneInfo("Asia/Shanghai")
    assert len(raise_tasks(workspace, owner, now=NOW.replace(tzinfo=zone))) == 2
    write(workspace, measurement=[potassium(1, 4.4, NOW.date(), key=900)])
    assert raise_tasks(workspace, owner, now=LATER.replace(tzinfo=zone)) == []
    ended = {task.person_id: (task.state, task.reason) for task in workspace.ledger.tasks.all(app="potassium")}
    still = (TaskState.OPEN, "")
    assert ended == {1: (TaskState.DONE, BY_RECORD) if closes else still, 3: still}
