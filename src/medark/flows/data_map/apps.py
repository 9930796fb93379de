"""Which running applications read which columns, and what they publish"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from medark.flows.apps.place import register_of
from medark.flows.apps.publish import published
from medark.flows.apps.register import manifest_of, version_of
from medark.flows.workspace import Workspace
from medark.model.app import AppState
from medark.model.dataset import PublishedDataset


@dataclass(frozen=True, slots=True)
class AppReads:
    """One application that runs: what it may read, and the datasets that it publishes. Titles are by language."""

    name: str
    version: str
    title: Mapping[str, str]
    reads: Mapping[str, frozenset[str]]
    datasets: tuple[PublishedDataset, ...]


def apps_that_read(workspace: Workspace) -> list[AppReads]:
    """Every enabled application, by name. No code of it is run."""
    register, datasets = register_of(workspace), published(workspace)
    found = []
    for app in register.apps():
        if app.state is AppState.ENABLED:
            manifest = manifest_of(version_of(register, app.name, app.current))
            mine = tuple(one for one in datasets if one.app == app.name)
            found.append(AppReads(app.name, app.current, manifest.title, manifest.reads, mine))
    return found
