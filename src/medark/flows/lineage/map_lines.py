"""Where in a map's files something is said: the file and the line"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path

_HEADING = re.compile(r"^\s*\[+\s*([^\]]+?)\s*\]+")
_KEY = re.compile(r"^\s*([A-Za-z0-9_.]+)\s*=")


@dataclass(frozen=True, slots=True)
class MapFile:
    """One table's file of a map. `targets`: by staging table, the line of each of its headings; lines count from 1."""

    name: str
    targets: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    keys: Mapping[int, Mapping[str, int]] = field(default_factory=dict)  # by line of a heading, its keys' lines

    def line(self, staging: str, part_no: int, column: str = "") -> int:
        """The line that says what a column of a target is made of; of one said in common, the target's own."""
        lines = self.targets.get(staging, ())
        heading = lines[part_no] if part_no < len(lines) else 0
        return self.keys.get(heading, {}).get(column, heading)


def map_file(folder: Path, own: str, table: str) -> MapFile:
    """The file of a table of a map, of the workspace's `folder` of maps or of those that ship with the platform."""
    path = folder / own / f"{table}.toml"
    name = f"{own}/{table}.toml"
    if path.is_file():
        return _read(name, path.read_text(encoding="utf-8"))
    shipped = files("medark.standardise.maps").joinpath(own, f"{table}.toml")
    return _read(name, shipped.read_text(encoding="utf-8")) if shipped.is_file() else MapFile(name)


@cache
def _read(name: str, text: str) -> MapFile:
    targets: dict[str, list[int]] = {}
    keys: dict[int, dict[str, int]] = {}
    heading = 0
    for number, line in enumerate(text.splitlines(), 1):
        if found := _HEADING.match(line):
            title, _, part = found[1].partition(".")
            if not part:
                heading = number
                targets.setdefault(title, []).append(number)
        elif heading and (found := _KEY.match(line)):
            keys.setdefault(heading, {}).setdefault(found[1], number)
    return MapFile(name, {title: tuple(lines) for title, lines in targets.items()}, keys)
