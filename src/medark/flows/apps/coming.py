"""How applications come over the network: by the name of an installed package, or as a wheel that is sent"""

from __future__ import annotations

import tempfile
from pathlib import Path

from medark.errors import NotFoundError
from medark.flows.apps.found import packaged
from medark.flows.apps.life import Installed, install
from medark.flows.gate.owner import must_own
from medark.flows.workspace import Workspace
from medark.messages import N_


def install_package(workspace: Workspace, name: str, by: str) -> Installed:
    """Install the application of an installed package. NotFoundError for any other name: none is taken for a path."""
    if name not in packaged():
        raise NotFoundError(N_("no installed package has such an application"), fix="GET /admin/apps")
    return install(workspace, name, by)


def install_wheel(workspace: Workspace, content: bytes, by: str) -> Installed:
    """Install a wheel that an owner sent. Errors as of `install`."""
    must_own(workspace, by)
    with tempfile.TemporaryDirectory(dir=workspace.places.scratch) as folder:
        wheel = Path(folder) / "sent.whl"
        wheel.write_bytes(content)
        return install(workspace, wheel, by)
