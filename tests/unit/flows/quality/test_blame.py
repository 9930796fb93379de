"""An error in one line of one map: the checks that fail name its source and that very line before any other."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path

import pytest

from medark.bootstrap import open_workspace
from medark.check.judge import Outcome
from medark.flows.quality import check, explained
from support.two_maps import NORTH, SOUTH, deliver, errors, plant, workspace_in

Planted = tuple[str, str, str, int]


@pytest.fixture(scope="module")
def north(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The north has sent; nothing is wrong with it."""
    root = tmp_path_factory.mktemp("blame")
    with workspace_in(root / "ws") as workspace:
        deliver(workspace, root / "north", NORTH)
    return root / "ws"


def failing(
    place: Path, folder: Path, planted: Planted | None, but: Collection[str] = (), words: Collection[str] = ()
) -> tuple[str, dict[str, str]]:
    """The line that is wrong, and the first source and line that each check with these words names which fails then."""
    shutil.copytree(place, folder / "ws")
    with open_workspace(folder / "ws", {}) as workspace:
        line = plant(workspace, *planted) if planted else ""
        deliver(workspace, folder / "south", SOUTH)
        failed = {one.check.id for one in check(workspace, "olga") if one.outcome is Outcome.FAILED} - {*but}
        told = dict.fromkeys(failed, "")
        for name in sorted(failed if words else ()):
            if not all(word in name for word in words):
                continue
            found = explained(workspace, "olga", name)
            first = next(iter(found.suspects), None)
            lines = [one.place for one in first.lines] if first else []
            told[name] = f"{first.suspect.source} {lines[0] if lines else ''}" if first else ""
    return line, told


@pytest.fixture(scope="module")
def anyway(north: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What fails although nothing is wrong: what such small hospitals do not send."""
    return set(failing(north, tmp_path_factory.mktemp("right"), None)[1])


@pytest.mark.parametrize(
    ("what", "planted", "kind", "about"), list(errors()), ids=lambda one: one if isinstance(one, str) else ""
)
def test_the_line_that_is_wrong_is_named_first(
    north: Path, anyway: set[str], tmp_path: Path, what: str, planted: Planted, kind: str, about: str
) -> None:
    line, told = failing(north, tmp_path, planted, anyway, (kind, about))
    of_south = {name: first for name, first in told.items() if first and "north.his" not in name}
    assert of_south and set(of_south.values()) == {f"{SOUTH} {line}"}, (what, line, told)
