"""The checks beyond the dashboard that the newest run judged, each with the columns that it is made of"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from medark.check.checks import Check
from medark.flows.data_map.keeping import Keeping
from medark.flows.workspace import Workspace

_FOLDER: Final = "quality"
NAME: Final = "beyond-1.json"


@dataclass(frozen=True, slots=True)
class Judged:
    """A check, and the columns of the lake (table, column; "" for its rows) that decide what it finds."""

    check: Check
    made_of: tuple[tuple[str, str], ...]


def keep_judged(workspace: Workspace, checks: Iterable[Judged]) -> None:
    """Keep them in the place of those before, if they are others."""
    found = sorted(checks, key=lambda one: one.check.id)
    if found != judged_checks(workspace):
        Keeping(workspace, _FOLDER).put(NAME, found)


def judged_checks(workspace: Workspace) -> list[Judged]:
    """Those of the newest run, by id; none where nothing was checked yet."""
    return Keeping(workspace, _FOLDER).told(NAME, list[Judged]) or []
