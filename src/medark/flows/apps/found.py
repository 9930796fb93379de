"""Applications that were installed with Python's own tools: found by entry point, read without importing anything"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final

from medark.errors import MedarkError
from medark.flows.apps.files import AppFiles, app_files

GROUP: Final = "medark.apps"


@dataclass(frozen=True, slots=True)
class Packaged:
    """One application in a package: `module` is the package, `folder` where it lies."""

    name: str
    module: str
    folder: Path

    def files(self) -> AppFiles:
        """Its files, as they are now."""
        return app_files(self.folder)


def packaged() -> Mapping[str, Packaged]:
    """Every application of the entry points `medark.apps`, by name; one whose files are gone is left out."""
    found = {}
    for point in entry_points(group=GROUP):
        folder = _folder(point.value)
        if folder is not None:
            found[point.name] = Packaged(point.name, point.value, folder)
    return dict(sorted(found.items()))


def same_as(name: str, digest: str) -> Packaged | None:
    """The installed package that holds exactly these files, or None: whoever may install packages is trusted."""
    package = packaged().get(name)
    try:
        return package if package is not None and package.files().digest == digest else None
    except MedarkError:
        return None


def _folder(module: str) -> Path | None:
    """Where a package lies. Only the first part is looked up by Python, which runs nothing of it."""
    top, *rest = module.split(".")
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return None
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place, *rest)
        if folder.is_dir():
            return folder
    return None
