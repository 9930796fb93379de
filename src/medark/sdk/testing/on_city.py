"""An application run on a made-up city, through the whole platform"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final

from medark.errors import MissingExtraError

GROUP: Final = "medark.testing"  # under this entry point the platform says how: the kit itself knows no platform


@dataclass(frozen=True, slots=True)
class CityRun:
    """What an application did in the city: how often each card was shown, rows of each dataset, tasks, pages drawn."""

    people: int
    cards: Mapping[str, int] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    tasks: Mapping[str, int] = field(default_factory=dict)
    pages: Mapping[str, int] = field(default_factory=dict)  # how many blocks each has
    incidents: tuple[str, ...] = ()


def run_on_city(folder: Path | str) -> CityRun:
    """Install, approve and enable the application of a folder in a new workspace with a made-up city, and use it.

    It takes a minute. Errors are those that a hospital would see. MissingExtraError if there is no platform here.
    """
    found = list(entry_points(group=GROUP, name="city"))
    if not found:
        raise MissingExtraError("there is no platform to run it on", fix="pip install medark")
    run = found[0].load()
    answer = run(Path(folder))
    assert isinstance(answer, CityRun)
    return answer
