"""A small city, and what systems export of it"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pytest

from medark.synthetic.city import City, found
from medark.synthetic.dirt import soil
from medark.synthetic.feeds.desk import Desk
from medark.synthetic.settings import CitySettings, Part
from medark.synthetic.write import live

PEOPLE = 300
FIRST = Part(1, 1, PEOPLE)


def content(path: Path) -> bytes:
    """What is in a file, compressed or not."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


@dataclass(frozen=True)
class Exported:
    """What systems wrote of a part: files under root/raw, the tables as recorded, and the truth of every record."""

    root: Path
    recorded: Mapping[str, pa.Table]
    records: list[dict[str, object]]
    planted: list[dict[str, object]]

    def files(self, source: str) -> dict[str, bytes]:
        """A system's files by name; what is in those that are compressed."""
        folder = self.root / "raw" / source
        paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        return {str(path.relative_to(folder)): content(path) for path in paths}

    def ids(self, file: str, source: str = "") -> list[str]:
        """What the records of a file (of a source, if two have a file of that name) are called, in their order."""
        found = (record for record in self.records if record["file"] == file and source in ("", record["source"]))
        return [str(record["record_id"]) for record in found]

    def rows(self, table: str, organisation: str) -> list[dict[str, object]]:
        """Rows of a table of the organisation, by the encounter where the table does not say."""
        held = self.recorded[table].to_pylist()
        if "organisation" in self.recorded[table].column_names:
            return [row for row in held if row["organisation"] == organisation]
        there = {row["encounter"] for row in self.rows("encounter", organisation)}
        return [row for row in held if row["encounter"] in there]


@cache
def _lived(dirt: str, part: Part) -> tuple[City, Mapping[str, pa.Table]]:
    city = found(CitySettings(people=PEOPLE, dirt=dirt, pictures=0))
    return city, soil(city, part, live(city, part))


@pytest.fixture(scope="session")
def export(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Exported]:
    """Let the systems of some packages write a part of a city."""

    def written(*packages: ModuleType, dirt: str = "none", part: Part = FIRST) -> Exported:
        city, recorded = _lived(dirt, part)
        root = tmp_path_factory.mktemp("city")
        desk = Desk(city, part, recorded, root)
        for system in (system for package in packages for system in package.SYSTEMS):
            desk.system = system.name
            system.write(desk)
        made = Exported(root, recorded, desk.records().to_pylist(), desk.planted().to_pylist())
        desk.close()
        return made

    return written
