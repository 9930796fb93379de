"""Where a workspace keeps its applications: their files, what was set of them, what they publish; and their register"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli_w

from medark.errors import SettingsError, StorageError
from medark.flows.apps.register import Register
from medark.flows.workspace import Workspace


def register_of(workspace: Workspace) -> Register:
    """The register of a workspace: a part of its ledger."""
    return workspace.ledger.apps


def folder_of(workspace: Workspace, name: str, version: str = "") -> Path:
    """Where an application's files lie."""
    return workspace.path / "apps" / name / version


def published_folder(workspace: Workspace, name: str) -> Path:
    """Where what an application publishes lies."""
    return workspace.path / "published" / name


def write_whole(path: Path, content: object) -> None:
    """A file whole or not at all, for its owner's eyes. OSError."""
    part = path.with_name(f".{path.name}.part")
    handle = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)  # type: ignore[arg-type]
        file.flush()
        os.fsync(handle)
    part.replace(path)


def settings_of(workspace: Workspace, name: str) -> Mapping[str, Any]:
    """What was set of an application. SettingsError if the file can't be read."""
    try:
        return tomllib.loads(_settings(workspace, name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError):
        raise SettingsError(
            "the settings of the application can't be read", fix='write key = "value"', at=f"apps/{name}/settings.toml"
        ) from None


def set_settings(workspace: Workspace, name: str, values: Mapping[str, Any]) -> None:
    """Keep what is set of an application. StorageError."""
    path = _settings(workspace, name)
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as file:
            tomli_w.dump(dict(values), file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise StorageError("the settings can't be kept", fix="check rights and space", errno=error.errno or 0) from None


def _settings(workspace: Workspace, name: str) -> Path:
    return folder_of(workspace, name) / "settings.toml"
