"""Files of a folder and its sub-folders: what is no file, leads out or goes round is told, never followed"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from medark.acquire.files.names import file_name

UNREADABLE = "can't be read"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file to read, or why it is not read."""

    name: str
    path: Path
    refused: str = ""


def entries(root: Path, leave_out: Path) -> Iterator[Entry]:
    """Everything under `root`, folder by folder, each in the order of names; `leave_out` is our own folder."""
    real = root.resolve()
    waiting = [(real, "")]
    while waiting:
        folder, prefix = waiting.pop()
        if folder == leave_out:
            continue
        try:
            with os.scandir(folder) as found:
                listed = sorted(found, key=lambda item: os.fsencode(item.name))
        except OSError:
            yield Entry(prefix.rstrip("/") or ".", folder, UNREADABLE)
            continue
        below = []
        for item in listed:
            name = prefix + file_name(item.name)
            if item.is_dir(follow_symlinks=False):
                below.append((Path(item.path), f"{name}/"))
            else:
                yield _entry(Path(item.path), name, real)
        waiting += reversed(below)


def _entry(path: Path, name: str, root: Path) -> Entry:
    if path.is_symlink():
        return _link(path, name, root)
    try:
        kind = stat.S_IFMT(path.lstat().st_mode)
    except OSError:
        return Entry(name, path, UNREADABLE)
    return Entry(name, path, "" if kind == stat.S_IFREG else "not a file")


def _link(path: Path, name: str, root: Path) -> Entry:
    try:
        target = path.resolve(strict=True)
    except OSError as error:
        return Entry(name, path, "a link to nothing" if isinstance(error, FileNotFoundError) else "a link in a circle")
    except RuntimeError:  # Python < 3.13 on a circle
        return Entry(name, path, "a link in a circle")
    if not target.is_relative_to(root):
        return Entry(name, path, "a link that leads out of the folder")
    if not target.is_file():
        return Entry(name, path, "a link to a folder, which is read under its own name")
    return Entry(name, target)
