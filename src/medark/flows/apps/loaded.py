"""One version of an application, loaded: its definitions here, its code in the platform or in a process of its own"""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from medark.define.attached import attach
from medark.flows.apps.failing import answering
from medark.flows.apps.files import AppFiles
from medark.flows.apps.found import same_as
from medark.flows.apps.process import AppProcess, Limits
from medark.flows.apps.worker import the_app
from medark.sdk import Finding, Settings, View
from medark.sdk.app import App
from medark.sdk.calling import answered
from medark.sdk.manifest import Manifest
from medark.sdk.wire import heard_app, told_app

_importing: Final = (
    threading.Lock()
)  # the files that definitions read by name are the process's, one application's at a time


@dataclass(slots=True)
class Loaded:
    """An application that can be asked. Close it to end its process."""

    manifest: Manifest
    digest: str
    settings: Settings
    app: App
    process: AppProcess | None = None  # None: it runs inside the platform
    leases: int = 0
    retired: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    kept: dict[object, object] = field(
        default_factory=dict, repr=False
    )  # what is compiled of it, for as long as it runs

    @property
    def name(self) -> str:
        """Its name."""
        return self.manifest.name

    @property
    def is_resting(self) -> bool:
        """Did it fail so often that its code is not asked for a while?"""
        return self.process is not None and self.process.is_resting

    def take(self) -> None:
        """Somebody asks it: it is not closed before they have let go."""
        with self.lock:
            self.leases += 1

    def let_go(self) -> None:
        """They have their answer."""
        with self.lock:
            self.leases -= 1
            over = self.retired and self.leases == 0
        if over:
            self.close()

    def retire(self) -> None:
        """Close it as soon as nobody asks it any more."""
        with self.lock:
            self.retired = True
            over = self.leases == 0
        if over:
            self.close()

    def close(self) -> None:
        """End its process."""
        if self.process is not None:
            self.process.close()


def load(files: AppFiles, settings: Settings, *, trusted: bool, limits: Limits | None = None) -> Loaded:
    """The application, ready to be asked. AppError if its code fails; what it hands over is checked by `trial`.

    `trusted`: it may run inside the platform, if the package that is installed holds exactly these files.
    """
    manifest = files.manifest
    package = same_as(manifest.name, files.digest) if trusted else None
    if package is not None:
        return Loaded(manifest, files.digest, settings, _inside(package.module, manifest, files, settings))
    process = AppProcess(manifest.name, manifest.version, files.texts, settings, limits)
    try:
        return Loaded(manifest, files.digest, settings, heard_app(process.load(), process.ask), process)
    except BaseException:
        process.close()
        raise


def _inside(module: str, manifest: Manifest, files: AppFiles, settings: Settings) -> App:
    """The application's own objects, asked through the same narrow door as one in a process."""
    with _importing, answering(manifest.name, manifest.version):
        attach(files.texts)
        try:
            app = the_app(importlib.import_module(f"{module}.app"), settings)
        finally:
            attach({})
        return heard_app(told_app(app), partial(_ask, app, manifest, _paths(module)))


def _ask(app: App, manifest: Manifest, paths: Mapping[str, str], kind: str, name: str, told: Finding | View) -> object:
    with answering(manifest.name, manifest.version, paths):
        return answered(app, kind, name, told)


def _paths(module: str) -> Mapping[str, str]:
    """The files of a package that is imported, by path: where its errors can be."""
    loaded = (found for name, found in sys.modules.items() if name == module or name.startswith(module + "."))
    return {file: "" for found in loaded if (file := getattr(found, "__file__", None))}
