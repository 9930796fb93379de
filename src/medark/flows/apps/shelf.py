"""All applications at a glance: those that are here, and those in installed packages that could be"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from medark.errors import MedarkError
from medark.flows.apps.found import packaged
from medark.flows.apps.place import register_of
from medark.flows.apps.register import manifest_of
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.app import AppState

AVAILABLE = N_("available")
_STATES = (N_("installed"), N_("enabled"), N_("disabled"), N_("removed"))  # AppState, as it is shown


@dataclass(frozen=True, slots=True)
class Shelved:
    """One application: its state, which version runs and which one before, and what it is."""

    name: str
    state: str
    current: str
    previous: str
    versions: tuple[str, ...]
    title: Mapping[str, str]
    purpose: str

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


def shelf(workspace: Workspace) -> list[Shelved]:
    """Every application that is here or could be, by name; removed ones only if they could come back from a package."""
    register = register_of(workspace)
    here = {app.name: app for app in register.apps() if app.state is not AppState.REMOVED}
    found = {}
    for name, app in here.items():
        versions = register.versions(name)
        manifest = manifest_of(versions[-1])
        found[name] = Shelved(
            name, app.state.value, app.current, app.previous, tuple(one.version for one in versions), manifest.title,
            manifest.purpose.value,
        )  # fmt: skip
    return [one for _name, one in sorted({**_packages(), **found}.items())]


def _packages() -> dict[str, Shelved]:
    found = {}
    for name, package in packaged().items():
        try:
            manifest = package.files().manifest
        except MedarkError:
            continue  # of one that is wrong `medark app install` says what
        found[name] = Shelved(name, AVAILABLE, "", "", (), manifest.title, manifest.purpose.value)
    return found
