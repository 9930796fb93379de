"""A small city, written once for all tests of a process."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest

from medark.synthetic.settings import CitySettings
from medark.synthetic.write import write_city

SETTINGS = CitySettings(people=600, start=dt.date(2024, 1, 1), end=dt.date(2025, 1, 1), seed=3, pictures=4)
_KEPT = TemporaryDirectory(prefix="city-")


@dataclass(frozen=True)
class Written:
    """A city on disk, and its truth as relations."""

    root: Path
    settings: CitySettings

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query over truth: {name} stands for a table of it."""
        with duckdb.connect() as session:
            for folder in (self.root / "truth").iterdir():
                if folder.name != "facts":
                    session.execute(f"create view {folder.name} as select * from '{folder}/*.parquet'")
            for file in (self.root / "truth" / "facts").iterdir():
                session.execute(f"create view fact_{file.stem} as select * from '{file}'")
            return session.execute(sql).fetchall()


@cache
def written(settings: CitySettings = SETTINGS, name: str = "city") -> Written:
    """A city of these settings; made when it is first asked for."""
    root = Path(_KEPT.name) / name
    root.mkdir()
    write_city(settings, root)
    return Written(root, settings)


@pytest.fixture(scope="session")
def city() -> Written:
    """The city of most tests."""
    return written()


@pytest.fixture(scope="session")
def clean_city() -> Written:
    """The same without errors."""
    return written(replace(SETTINGS, people=300, dirt="none"), "clean")
