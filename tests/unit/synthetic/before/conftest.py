"""One city for all tests of a session, written once."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from medark.synthetic.before import City, Planted, make_city, write_city


@dataclass(frozen=True)
class Written:
    """A city's folder, and the errors planted in it."""

    root: Path
    planted: tuple[Planted, ...]

    def raw(self, name: str) -> bytes:
        return (self.root / "raw" / name).read_bytes()

    def truth(self, name: str) -> list[dict[str, str]]:
        with (self.root / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def city() -> City:
    return make_city()


@pytest.fixture(scope="session")
def written(city: City, tmp_path_factory: pytest.TempPathFactory) -> Written:
    root = tmp_path_factory.mktemp("city")
    return Written(root, write_city(city, root))


@pytest.fixture(scope="session")
def bytes_of() -> Callable[[Path], dict[str, bytes]]:
    """Every file under a folder, by its path there."""
    return lambda root: {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}
