"""Where the platform keeps which applications there are, which version runs, and who approved it"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from medark.errors import NotFoundError
from medark.model.app import App, AppVersion
from medark.sdk.app_toml import read_manifest
from medark.sdk.manifest import Manifest


class Register(Protocol):
    """The applications of a workspace."""

    def put(self, app: App) -> None:
        """Keep an application as it is now."""

    def app(self, name: str) -> App:
        """An application by name; NotFoundError."""

    def apps(self) -> Sequence[App]:
        """All of them, removed ones too, by name."""

    def put_version(self, version: AppVersion) -> None:
        """Keep a version; one that is there takes the new state."""

    def versions(self, name: str) -> Sequence[AppVersion]:
        """The versions of an application, in the order they came."""


def version_of(register: Register, name: str, version: str) -> AppVersion:
    """One version of an application. NotFoundError."""
    register.app(name)
    for one in register.versions(name):
        if one.version == version:
            return one
    raise NotFoundError("this version is not installed", fix=f"medark app install FOLDER, version {version}", app=name)


def manifest_of(version: AppVersion) -> Manifest:
    """The manifest of a version, as it was read when it was installed."""
    return read_manifest(str(version.manifest["toml"]))
