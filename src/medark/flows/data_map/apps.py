"""Which running applications read which columns, and what they publish"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from medark.flows.apps.place import register_of
from medark.flows.apps.publish import published
from medark.flows.apps.register import manifest_of, version_of
from medark.flows.gate.parts import kept
from medark.flows.workspace import Workspace
from medark.model.app import App, AppState
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
    """Every enabled application, by name. No code of it is run. Read again only where one of them has changed."""
    apps = tuple(one for one in register_of(workspace).apps() if one.state is AppState.ENABLED)
    stamp = (apps, publications(workspace))
    return kept(workspace, "applications that read", stamp, lambda: list(_read(workspace, apps)))


def publications(workspace: Workspace) -> tuple[tuple[str, int], ...]:
    """What changes when an application publishes something: each has a folder, in which files are put in place."""
    folders = sorted((workspace.path / "published").glob("*/"))
    return tuple((folder.name, folder.stat().st_mtime_ns) for folder in folders)


def _read(workspace: Workspace, apps: Sequence[App]) -> Iterator[AppReads]:
    register, datasets = register_of(workspace), published(workspace)
    for app in apps:
        manifest = manifest_of(version_of(register, app.name, app.current))
        mine = tuple(one for one in datasets if one.app == app.name)
        yield AppReads(app.name, app.current, manifest.title, manifest.reads, mine)
