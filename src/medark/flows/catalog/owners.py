"""Who answers for what: as the settings say, else as an application says of its own"""

from __future__ import annotations

from medark.flows.workspace import Workspace


def owner_of(workspace: Workspace, *names: str, otherwise: str = "") -> str:
    """The owner that the settings name for the first of some names that they know; a dataset's is `app/name`."""
    owners = workspace.settings.owners
    return next((owners[name] for name in names if name in owners), otherwise)
