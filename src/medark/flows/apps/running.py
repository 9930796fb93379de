"""The applications that run now: loaded once, swapped while others are asking, none of them ever waiting for it"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from medark.errors import MedarkError, NotFoundError
from medark.flows.apps.files import app_files
from medark.flows.apps.loaded import Loaded, load
from medark.flows.apps.place import folder_of, register_of, settings_of
from medark.flows.apps.process import Limits
from medark.flows.apps.register import Register, version_of
from medark.flows.workspace import Workspace
from medark.model.app import App, AppState
from medark.sdk.settings import settled

_State = tuple[tuple[str, str, int], ...]  # name, version, when it was changed


@dataclass(frozen=True, slots=True)
class Incident:
    """What went wrong with an application the last time: fixed words and places, never what it was told."""

    app: str
    version: str
    what: str


class Running:
    """The enabled applications of one workspace, for all threads of this process.

    Whoever asks gets what the register says now. A version that takes over is loaded beside the old one, which is
    ended when the last one that asks it has its answer. One that can't be loaded leaves the old one where it is.
    """

    def __init__(self, workspace: Workspace, *, limits: Limits | None = None) -> None:
        self._workspace, self._limits = workspace, limits
        self._loading, self._lock = threading.Lock(), threading.Lock()
        self._state: _State | None = None
        self._loaded: Mapping[str, Loaded] = {}
        self.incidents: dict[str, Incident] = {}  # by application, its last

    @contextmanager
    def all(self) -> Iterator[Mapping[str, Loaded]]:
        """All that run, by name, for as long as they are asked."""
        self._follow()
        with self._lock:
            taken = self._loaded
            for one in taken.values():
                one.take()
        try:
            yield taken
        finally:
            for one in taken.values():
                one.let_go()

    @contextmanager
    def one(self, name: str) -> Iterator[Loaded]:
        """One that runs. NotFoundError."""
        with self.all() as found:
            if name not in found:
                raise NotFoundError("no such application runs", fix="medark app list", app=name)
            yield found[name]

    @contextmanager
    def at_hand(self, name: str) -> Iterator[Loaded | None]:
        """One that runs, if nothing has to be loaded first."""
        with self._lock:
            found = self._loaded.get(name) if _state(register_of(self._workspace)) == self._state else None
            if found is not None:
                found.take()
        try:
            yield found
        finally:
            if found is not None:
                found.let_go()

    def note(self, app: str, version: str, error: MedarkError) -> None:
        """Remember what went wrong."""
        self.incidents[app] = Incident(app, version, error.what)

    def close(self) -> None:
        """End all of them."""
        with self._loading, self._lock:
            loaded, self._loaded, self._state = self._loaded, {}, None
        for one in loaded.values():
            one.retire()

    def _follow(self) -> None:
        """Load what the register says, if it says something new. While one thread does, others go on with the old."""
        state = _state(register_of(self._workspace))
        if state == self._state or not self._loading.acquire(blocking=self._state is None):
            return
        try:
            if state != self._state:
                self._swap(state)
        finally:
            self._loading.release()

    def _swap(self, state: _State) -> None:
        before, known = self._loaded, dict.fromkeys(self._state or ())
        after: dict[str, Loaded] = {}
        for name, version, changed_ms in state:
            if (name, version, changed_ms) in known and name in before:
                after[name] = before[name]
                continue
            try:
                after[name] = loaded_version(self._workspace, name, version, limits=self._limits)
            except MedarkError as error:
                self.note(name, version, error)
                if name in before:
                    after[name] = before[name]
        with self._lock:
            self._loaded, self._state = after, state
        for name, one in before.items():
            if after.get(name) is not one:
                one.retire()


def loaded_version(workspace: Workspace, name: str, version: str, *, limits: Limits | None = None) -> Loaded:
    """One installed version, loaded with what is set of it. AppError, NotFoundError, UsageError."""
    kept = version_of(register_of(workspace), name, version)
    files = app_files(folder_of(workspace, name, version))
    if files.digest != kept.digest:
        raise NotFoundError("the application's files are not those that were approved", fix=_AGAIN, app=name)
    settings = settled(files.manifest.setting_specs, settings_of(workspace, name))
    return load(files, settings, trusted=kept.trusted, limits=limits)


_AGAIN: Final = "medark app remove NAME, then install it again"
_running: Final[dict[str, Running]] = {}  # by workspace, until it is closed
_guard: Final = threading.Lock()


def running(workspace: Workspace) -> Running:
    """The applications that run in a workspace. They end with it."""
    key = str(workspace.places.scratch)  # of this opening of it alone
    with _guard:
        if key not in _running:
            found = _running[key] = Running(workspace)
            workspace.held.callback(_end, key, found)
        return _running[key]


def _end(key: str, found: Running) -> None:
    with _guard:
        _running.pop(key, None)
    found.close()


def _state(register: Register) -> _State:
    enabled: list[App] = [app for app in register.apps() if app.state is AppState.ENABLED]
    return tuple((app.name, app.current, app.changed_ms) for app in enabled)
