"""The life of an application: installed, approved, enabled, swapped, rolled back, disabled, removed"""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from medark.errors import NotFoundError, UsageError
from medark.flows.apps.files import AppFiles, app_files, write
from medark.flows.apps.found import packaged
from medark.flows.apps.grants import Asked, AskedItems, asked_of, settle, writes_of
from medark.flows.apps.place import folder_of, published_folder, register_of, set_settings, settings_of
from medark.flows.apps.register import manifest_of, version_of
from medark.flows.apps.running import loaded_version
from medark.flows.apps.trial import needs, try_out
from medark.flows.gate.owner import must_own, note
from medark.flows.gate.reader import machine_user
from medark.flows.workspace import Workspace
from medark.model.app import App, AppState, AppVersion
from medark.sdk.manifest import FILE, Manifest
from medark.sdk.settings import settled
from medark.sdk.versions import version as numbers


@dataclass(frozen=True, slots=True)
class Installed:
    """A version that is here: what it asks to read and write, and whether a person has to say yes to it."""

    version: AppVersion
    manifest: Manifest
    asks: tuple[Asked, ...]
    needs_approval: bool
    writes: tuple[AskedItems, ...] = ()


def install(workspace: Workspace, source: Path | str, by: str = "") -> Installed:
    """Copy an application here: a folder, a wheel, or the name of one in an installed package. No code of it runs.

    UsageError for a manifest that is wrong, or a version that is here with other files; errors as of `app_files`.
    AccessError, here and below, for who is no owner; what was done is in the audit.
    """
    by = _owner(workspace, by)
    package = packaged().get(str(source))
    files = package.files() if package is not None else app_files(Path(source))
    manifest, register = files.manifest, register_of(workspace)
    known = {one.version: one for one in register.versions(manifest.name)}
    app = _known(workspace, manifest.name)
    if manifest.version in known and known[manifest.version].digest != files.digest and app.state is not _REMOVED:
        fix = f"raise version in {FILE}"
        raise UsageError("this version is here with other files", fix=fix, app=manifest.name, version=manifest.version)
    place = folder_of(workspace, manifest.name, manifest.version)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write(files, place)
    earlier = known.get(manifest.version)
    version = _version(files, place, trusted=package is not None, by=by)
    if earlier is not None and earlier.digest == files.digest and app.state is not _REMOVED:
        version = replace(version, approved_by=earlier.approved_by, approved_ms=earlier.approved_ms)
    register.put_version(version)
    note(workspace, by, "app installed", app=manifest.name, version=manifest.version, digest=files.digest)
    if app.state is _REMOVED:
        register.put(App(manifest.name, AppState.INSTALLED, changed_ms=_now_ms()))
    return installed(workspace, manifest.name, manifest.version)


def installed(workspace: Workspace, name: str, version: str) -> Installed:
    """A version, and what it asks for beyond what is approved. NotFoundError."""
    kept = version_of(register_of(workspace), name, version)
    manifest, approved = manifest_of(kept), _approved(workspace, name)
    writes = writes_of(manifest, approved)
    more = approved is None or bool(manifest.more_than(approved)) or any(one.is_new for one in writes)
    return Installed(kept, manifest, asked_of(manifest, approved), kept.approved_ms is None and more, writes)


def approve(workspace: Workspace, name: str, version: str = "", *, by: str) -> Installed:
    """A person says yes to what a version (the newest, unless named) reads and writes; with that it has its grant."""
    by = _owner(workspace, by)
    register, version = register_of(workspace), version or newest(workspace, name)
    kept = version_of(register, name, version)
    register.put_version(replace(kept, approved_by=by, approved_ms=_now_ms()))
    note(workspace, by, "app approved", app=name, version=version, digest=kept.digest)
    settle(workspace, name, _granted(workspace, name), by, _now_ms())
    return installed(workspace, name, version)


def enable(
    workspace: Workspace, name: str, version: str = "", *, by: str, settings: Mapping[str, Any] | None = None
) -> App:
    """Let an approved version run: it is loaded and tried first. UsageError if nobody approved it, or it can't run."""
    by, before = _owner(workspace, by), register_of(workspace).app(name)
    version = version or before.current or newest(workspace, name)
    if settings:
        specs = manifest_of(version_of(register_of(workspace), name, version)).setting_specs
        kept = {**settings_of(workspace, name), **settings}
        set_settings(workspace, name, dict(settled(specs, kept)))
        note(workspace, by, "app set", app=name, settings=", ".join(sorted(settings)))
    return _take_over(workspace, name, version, by)


def upgrade(workspace: Workspace, name: str, version: str = "", *, by: str) -> App:
    """Let another installed version (the newest) take over from the one that runs.

    It is loaded beside the old one and tried; only then does it take over, and the old one can be rolled back to. A
    version that reads no more than what was approved needs no new approval. Errors as of `enable`: the old one runs on.
    """
    by, before = _owner(workspace, by), register_of(workspace).app(name)
    version = version or newest(workspace, name)
    if before.state is AppState.ENABLED and before.current == version:
        raise UsageError("this version runs already", fix="medark app install a newer one", app=name, version=version)
    return _take_over(workspace, name, version, by)


def rollback(workspace: Workspace, name: str, *, by: str) -> App:
    """Back to the version that ran before. UsageError if there is none."""
    by, before = _owner(workspace, by), register_of(workspace).app(name)
    if not before.previous:
        raise UsageError("no version ran before this one", fix="medark app list", app=name)
    return _take_over(workspace, name, before.previous, by)


def disable(workspace: Workspace, name: str, *, by: str = "") -> App:
    """Let it run no more; its files, approval and what it published stay. `by`: without one, this machine's user."""
    by = _owner(workspace, by)
    note(workspace, by, "app disabled", app=name)
    return _put(workspace, replace(_there(workspace, name), state=AppState.DISABLED))


def remove(workspace: Workspace, name: str, *, by: str) -> App:
    """Take it out: its files, its grants and what it published go. That it was here, and who approved it, stays."""
    by = _owner(workspace, by)
    _there(workspace, name)
    note(workspace, by, "app removed", app=name)
    register = register_of(workspace)
    after = _put(workspace, App(name, AppState.REMOVED))  # first: from now on nobody asks it
    settle(workspace, name, [], by, _now_ms())
    for version in register.versions(name):
        register.put_version(replace(version, approved_by="", approved_ms=None))
    for folder in (folder_of(workspace, name), published_folder(workspace, name)):
        shutil.rmtree(folder, ignore_errors=True)
    return after


def newest(workspace: Workspace, name: str) -> str:
    """The highest version that is installed. NotFoundError."""
    _there(workspace, name)
    versions = [one.version for one in register_of(workspace).versions(name)]
    here = [one for one in versions if folder_of(workspace, name, one).is_dir()]
    if not here:
        raise NotFoundError("no version of it is installed", fix="medark app install FOLDER", app=name)
    return max(here, key=numbers)


def _take_over(workspace: Workspace, name: str, version: str, by: str) -> App:
    before, register = _there(workspace, name), register_of(workspace)
    found = installed(workspace, name, version)
    if found.needs_approval:
        raise UsageError(
            "nobody has approved what it reads", fix=f"medark app approve {name}", app=name, version=version
        )
    for fault in needs(found.manifest, {app.name: app for app in register.apps()}):
        raise UsageError(fault.what, fix=fault.fix, app=name)
    candidate = loaded_version(workspace, name, version)
    try:
        try_out(workspace, candidate, workspace.today())
    finally:
        candidate.close()
    if found.version.approved_ms is None:  # it reads no more than the one that a person approved
        by_whom = _approver(workspace, name)
        register.put_version(replace(found.version, approved_by=by_whom, approved_ms=_now_ms()))
    note(workspace, by, "app enabled", app=name, version=version, before=before.current, digest=found.version.digest)
    settle(workspace, name, [*_granted(workspace, name), found.manifest], by, _now_ms())
    previous = before.current if before.current not in ("", version) else before.previous
    after = _put(workspace, App(name, AppState.ENABLED, version, previous if previous != version else ""))
    settle(workspace, name, _granted(workspace, name), by, _now_ms())
    return after


def _owner(workspace: Workspace, by: str) -> str:
    """Who does it. AccessError unless they are an owner."""
    who = by or machine_user()
    must_own(workspace, who)
    return who


def _put(workspace: Workspace, app: App) -> App:
    """Keep it. The time of its change is what those that run follow: two changes never have the same."""
    register = register_of(workspace)
    changed = max(_now_ms(), register.app(app.name).changed_ms + 1)
    register.put(replace(app, changed_ms=changed))
    return register.app(app.name)


def _there(workspace: Workspace, name: str) -> App:
    app = register_of(workspace).app(name)
    if app.state is AppState.REMOVED:
        raise NotFoundError("the application was taken out", fix="medark app install FOLDER", app=name)
    return app


def _known(workspace: Workspace, name: str) -> App:
    try:
        return register_of(workspace).app(name)
    except NotFoundError:
        return App(name, AppState.REMOVED)


def _approved(workspace: Workspace, name: str) -> Manifest | None:
    """The manifest of the version that was approved last."""
    approved = [one for one in register_of(workspace).versions(name) if one.approved_ms is not None]
    return manifest_of(max(approved, key=lambda one: one.approved_ms or 0)) if approved else None


def _granted(workspace: Workspace, name: str) -> list[Manifest]:
    """What it has grants for: the version that runs, the one before it (questions to it may still be open, and it can
    be rolled back to at once), and the one that was approved last.
    """
    register = register_of(workspace)
    app, last = register.app(name), _approved(workspace, name)
    run = [manifest_of(one) for one in register.versions(name) if one.version in (app.current, app.previous)]
    return [*run, *([last] if last is not None else [])]


def _approver(workspace: Workspace, name: str) -> str:
    approved = [one for one in register_of(workspace).versions(name) if one.approved_ms is not None]
    return max(approved, key=lambda one: one.approved_ms or 0).approved_by


def _version(files: AppFiles, place: Path, *, trusted: bool, by: str) -> AppVersion:
    manifest = files.manifest
    return AppVersion(
        app=manifest.name,
        version=manifest.version,
        digest=files.digest,
        place=place.name,
        manifest={"toml": files.texts[FILE]},
        trusted=trusted,
        installed_by=by,
        installed_ms=_now_ms(),
    )


def _now_ms() -> int:
    return int(time.time() * 1000)


_REMOVED = AppState.REMOVED
