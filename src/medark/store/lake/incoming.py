"""Folders for files on their way in: a sweep can tell a working writer's from a dead one's"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from medark.store.durable import disk, make_folder

_MARK = "held"  # locked for as long as its writer lives: the system lets go of it when the process dies


@contextmanager
def held_folder(parent: Path) -> Iterator[Path]:
    """A new folder under `parent`, gone when the context is left."""
    with disk():
        folder, mark = _held(parent)
    try:
        with mark:
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(parent: Path) -> None:
    """Remove the folders whose writers are dead."""
    for folder in parent.glob("*"):
        try:
            with (folder / _MARK).open("rb") as mark:
                fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except FileNotFoundError:  # not yet marked, or its writer died before it could: nothing is in it
            _remove_empty(folder)
        except OSError:  # held by a writer at work
            continue


def _held(parent: Path) -> tuple[Path, BinaryIO]:
    """A folder with its mark locked. A sweep may take it in the moments before the lock: then another is made."""
    while True:
        folder = parent / uuid4().hex
        make_folder(folder)
        try:
            mark = (folder / _MARK).open("wb")
        except FileNotFoundError:
            continue
        fcntl.flock(mark, fcntl.LOCK_EX)
        if _is_at(mark, folder / _MARK):
            return folder, mark
        mark.close()


def _is_at(file: BinaryIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _remove_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:  # marked meanwhile, or gone
        return
