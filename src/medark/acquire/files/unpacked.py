"""Unpacked copies in a scratch folder: each is there while it is looked at, and no longer"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from medark.acquire.files.budget import Refusal

PIECE = 1 << 20  # bytes unpacked at a time
NO_ROOM = "no room in the scratch folder to unpack it"


class Scratch:
    """A folder of our own under `parent`. Members get numbers for names: nothing of theirs reaches the file system."""

    def __init__(self, parent: Path) -> None:
        self._folder = parent / f"acquire-{uuid4().hex}"
        self._numbers = count()

    @contextmanager
    def copy(self, pieces: Iterable[bytes], spend: Callable[[int], None]) -> Iterator[Path]:
        """A file of `pieces`, gone when the block is left. `spend` is told of every piece before it is written."""
        path = self._folder / f"{next(self._numbers)}"
        try:
            with self._new(path) as file:
                for piece in pieces:
                    spend(len(piece))
                    _write(file, piece)
            yield path
        finally:
            path.unlink(missing_ok=True)

    def _new(self, path: Path) -> BinaryIO:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            return path.open("wb", buffering=0)
        except OSError:
            raise Refusal(NO_ROOM) from None

    def clear(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _write(file: BinaryIO, piece: bytes) -> None:
    rest = memoryview(piece)
    try:
        while rest:
            rest = rest[file.write(rest) :]
    except OSError:
        raise Refusal(NO_ROOM) from None
