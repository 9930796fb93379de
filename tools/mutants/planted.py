"""Planted bugs as they are written down, and the source with one of them in it"""

from __future__ import annotations

import os
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
CAUGHT = 3  # the exit status of a proof that found something wrong
SOURCE = HERE.parents[1] / "src" / "medark"


@dataclass(frozen=True)
class Mutant:
    """One bug: in `file`, `now` stands for `was`. `engine`: whose proof must catch it."""

    about: str
    engine: str
    file: str
    was: str
    now: str

    @property
    def applies(self) -> bool:
        """Is what it changes there, once?"""
        path = SOURCE / self.file
        return path.is_file() and path.read_text(encoding="utf-8").count(self.was) == 1


def mutants() -> list[Mutant]:
    """All planted bugs, in the order they are written down."""
    told = tomllib.loads((HERE / "mutants.toml").read_text(encoding="utf-8"))
    return [Mutant(**one) for one in told["mutant"]]


def plant(mutant: Mutant | None, folder: Path) -> None:
    """The package under `folder` with the bug in it. All other files are links, so that it takes no time."""
    shutil.copytree(SOURCE, folder / SOURCE.name, copy_function=os.symlink)
    if mutant is not None:
        path = folder / SOURCE.name / mutant.file
        text = path.read_text(encoding="utf-8").replace(mutant.was, mutant.now)
        path.unlink()
        path.write_text(text, encoding="utf-8")
