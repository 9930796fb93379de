"""Versions of the lake that are not forgotten, because something that was released can be made again from them"""

from __future__ import annotations

import msgspec

from medark.flows.workspace import Workspace


class _Made(msgspec.Struct):
    lake_version: int


def held_versions(workspace: Workspace) -> frozenset[int]:
    """The versions that releases of datasets are of: see `flows/apps/releases`."""
    paths = (workspace.path / "published").glob("*/releases/*/*.json")
    return frozenset(msgspec.json.decode(path.read_bytes(), type=_Made).lake_version for path in paths)
