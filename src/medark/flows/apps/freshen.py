"""An application's datasets and tasks brought up to the lake because an owner wants them now; in the audit"""

from __future__ import annotations

from medark.flows.apps.publish import Freshened, publish
from medark.flows.apps.reading import platform
from medark.flows.apps.running import running
from medark.flows.apps.tasks import raise_tasks
from medark.flows.gate.owner import must_own, note
from medark.flows.workspace import Workspace


def freshen(workspace: Workspace, name: str, by: str) -> list[Freshened]:
    """What it publishes, as it is now; its tasks are raised, and closed, by it. NotFoundError if it does not run;
    AccessError for who is no owner.
    """
    must_own(workspace, by)
    with running(workspace).one(name):
        note(workspace, by, "app published", app=name)
    found = publish(workspace, platform(workspace), app=name)
    raise_tasks(workspace, platform(workspace), app=name)
    return found
