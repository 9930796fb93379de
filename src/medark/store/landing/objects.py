"""Large contents: one compressed file each, on disk under their final name before the journal counts them"""

from __future__ import annotations

import fcntl
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from pathlib import Path
from uuid import uuid4

from medark.store.durable import disk, locked, make_folder, sync

STORE = "the landing store"
_HELD = "held"


class Objects:
    """Files under `objects/ab/<name>`, and drafts on their way there in a folder of this process under `incoming/`.

    A draft is called `<object>.<n>`: what a killed process leaves says by its name which object may lack a record.
    """

    def __init__(self, root: Path, patience: float) -> None:
        self._root, self._patience = root, patience
        self._own: Path | None = None
        self._mark: int | None = None
        self._numbers, self._making = count(), threading.Lock()

    def path(self, name: str) -> Path:
        """Where an object lies."""
        return self._root / "objects" / name[:2] / name

    def draft(self) -> Path:
        """A new path to write to; `named` gives it its object's name."""
        return self._incoming() / f"draft.{next(self._numbers)}"

    def named(self, draft: Path, name: str) -> Path:
        """The finished, synced draft of an object."""
        target = draft.with_name(f"{name}{draft.suffix}")
        draft.rename(target)
        return target

    def place(self, drafts: Iterable[Path]) -> None:
        """Drafts to their final names, there after power loss. Call it within a transaction of the journal."""
        folders = set()
        for draft in drafts:
            target = self.path(object_name(draft))
            if target.parent not in folders:
                make_folder(target.parent)
                folders.add(target.parent)
                sync(draft.parent)  # so that a sweep finds the draft's name even if power fails now
            target.unlink(missing_ok=True)  # left by a process that was killed before its journal row
            os.link(draft, target)
        for folder in folders:
            sync(folder)

    def remove(self, name: str) -> None:
        """Take an object off the disk."""
        path = self.path(name)
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            sync(path.parent)

    def close(self) -> None:
        """Give up this process's drafts."""
        if self._own is not None and self._mark is not None:
            if not [path for path in self._own.iterdir() if path.name != _HELD]:
                shutil.rmtree(self._own, ignore_errors=True)  # else a sweep has something to settle
            os.close(self._mark)
            self._own = self._mark = None

    def sweep(self, settle: Callable[[str], None]) -> None:
        """Clear up after processes that died: `settle` is called with the name of each object of theirs."""
        with disk(STORE), locked(self._root / "lock", self._patience):
            for folder in self._abandoned():
                for draft in folder.iterdir():
                    if draft.name != _HELD and not draft.name.startswith("draft."):
                        settle(object_name(draft))
                    if draft.name != _HELD:
                        draft.unlink(missing_ok=True)
                shutil.rmtree(folder, ignore_errors=True)

    def _abandoned(self) -> Iterator[Path]:
        for folder in (self._root / "incoming").glob("*"):
            if not (folder / _HELD).exists():
                yield folder
                continue
            with (folder / _HELD).open("rb") as mark:
                try:
                    fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue  # its process is at work
                yield folder

    def _incoming(self) -> Path:
        with self._making:
            if self._own is None:
                folder = self._root / "incoming" / uuid4().hex
                with locked(self._root / "lock", self._patience):
                    make_folder(folder)
                    self._mark = os.open(folder / _HELD, os.O_CREAT | os.O_RDWR, 0o600)
                    fcntl.flock(self._mark, fcntl.LOCK_EX)
                self._own = folder
            return self._own


def object_name(draft: Path) -> str:
    """The object that a draft is for."""
    return draft.stem
