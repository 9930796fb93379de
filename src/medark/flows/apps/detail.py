"""One application as whoever decides on it needs to know it: its versions, what they read, how it fares"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from medark.errors import MedarkError, NotFoundError
from medark.flows.apps.found import packaged
from medark.flows.apps.grants import Asked, AskedItems, asked_of, writes_of
from medark.flows.apps.life import installed
from medark.flows.apps.place import folder_of, register_of, settings_of
from medark.flows.apps.publish import published
from medark.flows.apps.register import manifest_of
from medark.flows.apps.running import Incident, running
from medark.flows.apps.shelf import AVAILABLE
from medark.flows.workspace import Workspace
from medark.model.app import App, AppState, AppVersion
from medark.model.dataset import PublishedDataset
from medark.sdk.manifest import Manifest
from medark.sdk.settings import Setting, Settings, SettingSpec, settled
from medark.sdk.versions import version as numbers


@dataclass(frozen=True, slots=True)
class OfVersion:
    """One version that is here. `asks`: all that it reads; what no approved version reads is marked."""

    version: AppVersion
    manifest: Manifest
    asks: tuple[Asked, ...]
    needs_approval: bool
    writes: tuple[AskedItems, ...] = ()


@dataclass(frozen=True, slots=True)
class Health:
    """Does its code answer here? `incident`: what went wrong last in this process; `rests`: it failed too often."""

    runs: bool
    rests: bool
    incident: Incident | None


@dataclass(frozen=True, slots=True)
class Detail:
    """One application. `versions`: the newest first; `manifest`: of the one that runs, else of the newest."""

    app: App
    state: str
    manifest: Manifest
    asks: tuple[Asked, ...]
    versions: tuple[OfVersion, ...]
    settings: tuple[tuple[SettingSpec, Setting], ...]
    published: tuple[PublishedDataset, ...]
    health: Health
    writes: tuple[AskedItems, ...] = ()

    @property
    def newest(self) -> OfVersion | None:
        """The highest version that is here."""
        return self.versions[0] if self.versions else None

    @property
    def has_newer(self) -> bool:
        """Is a version here that is higher than the one that runs?"""
        newest, current = self.newest, self.app.current
        return newest is not None and bool(current) and numbers(newest.version.version) > numbers(current)


def detail(workspace: Workspace, name: str) -> Detail:
    """An application that is here, or that a package has. NotFoundError."""
    register = register_of(workspace)
    app = next((one for one in register.apps() if one.name == name and one.state is not AppState.REMOVED), None)
    if app is None:
        return _in_package(name)
    versions = _versions(workspace, name)
    shown = next((one for one in versions if one.version.version == app.current), versions[0] if versions else None)
    manifest = shown.manifest if shown else manifest_of(register.versions(name)[-1])
    return Detail(
        app, app.state.value, manifest, shown.asks if shown else asked_of(manifest, manifest), versions,
        _settings(manifest, settings_of(workspace, name)), tuple(published(workspace, name)), health(workspace, name),
        shown.writes if shown else writes_of(manifest, manifest),
    )  # fmt: skip


def health(workspace: Workspace, name: str) -> Health:
    """How it fares in this process."""
    now = running(workspace)
    with now.all() as loaded:
        one = loaded.get(name)
        return Health(one is not None, one is not None and one.is_resting, now.incidents.get(name))


def _in_package(name: str) -> Detail:
    package = packaged().get(name)
    if package is None:
        raise NotFoundError("there is no such application", fix="medark app list", app=name)
    manifest = package.files().manifest
    settings = _settings(manifest, {})
    return Detail(
        App(name), AVAILABLE, manifest, asked_of(manifest), (), settings, (), Health(False, False, None),
        writes_of(manifest),
    )  # fmt: skip


def _versions(workspace: Workspace, name: str) -> tuple[OfVersion, ...]:
    there = [one.version for one in register_of(workspace).versions(name)]
    here = [version for version in there if folder_of(workspace, name, version).is_dir()]
    found = [installed(workspace, name, version) for version in sorted(here, key=numbers, reverse=True)]
    return tuple(OfVersion(one.version, one.manifest, one.asks, one.needs_approval, one.writes) for one in found)


def _settings(manifest: Manifest, given: Mapping[str, object]) -> tuple[tuple[SettingSpec, Setting], ...]:
    """Every setting with its value; the defaults where what was set once is no longer a setting."""
    specs = manifest.setting_specs
    try:
        values = settled(specs, given)
    except MedarkError:
        values = Settings({name: spec.default for name, spec in specs.items()})
    return tuple((spec, values[name]) for name, spec in specs.items())
