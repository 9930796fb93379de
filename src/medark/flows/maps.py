"""The maps that a workspace works with: those that ship with the platform, and its own in WS/maps"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from medark.flows.workspace import Workspace
from medark.standardise.maps import SourceMap, known_sources
from medark.standardise.maps.reading import read_source


def maps_of(workspace: Workspace) -> Mapping[str, SourceMap]:
    """Every map by name. A folder of WS/maps is a map of its own, or takes the place of the one it is called after.

    MappingError says what is wrong with a map, and where.
    """
    folders = tuple(sorted(file.parent for file in workspace.places.maps.glob("*/source.toml")))
    return _read(folders, tuple(_fingerprint(folder) for folder in folders))


@lru_cache(maxsize=4)
def _read(folders: tuple[Path, ...], _: tuple[str, ...]) -> Mapping[str, SourceMap]:
    own = {folder.name: read_source(folder) for folder in folders}
    return MappingProxyType({**known_sources(), **own})


def _fingerprint(folder: Path) -> str:
    """Changes when a file of the folder does."""
    return " ".join(f"{file.name}:{file.stat().st_mtime_ns}" for file in sorted(folder.glob("*.toml")))
