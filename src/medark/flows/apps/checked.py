"""What an application in a folder says of itself, before it is installed anywhere"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from medark.flows.apps.files import app_files
from medark.flows.apps.grants import Asked, AskedItems, asked_of, writes_of
from medark.flows.apps.loaded import load
from medark.flows.apps.trial import faults, needs
from medark.sdk.contract import Fault, as_toml, reads_of
from medark.sdk.manifest import Manifest
from medark.sdk.settings import settled


@dataclass(frozen=True, slots=True)
class Checked:
    """Its manifest, what it asks for, the promises it does not keep, and the [reads] that its definitions need."""

    manifest: Manifest
    asks: tuple[Asked, ...]
    faults: tuple[Fault, ...]
    reads: str
    writes: tuple[AskedItems, ...] = ()


def check(folder: Path) -> Checked:
    """Read an application and try it, in a process that reaches nothing. Errors as of `app_files`; AppError."""
    files = app_files(folder)
    loaded = load(files, settled(files.manifest.setting_specs, {}), trusted=False)
    try:
        found = (*needs(files.manifest), *faults(loaded))
        reads, writes = as_toml(reads_of(loaded.app)), writes_of(files.manifest)
        return Checked(files.manifest, asked_of(files.manifest), found, reads, writes)
    finally:
        loaded.close()
