"""Unpacked copies in a scratch folder: each is there while it is looked at, and no longer"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from medark.acquire.files.budget import Refusal

PIECE = 1 << 20  # bytes unpacked at a time
NO_ROOM = "no room in the scratch folder to unpack it"


@dataclass(frozen=True, slots=True)
class Copy:
    """An unpacked file, with what is wanted next, so that a small one need not be opened again."""

    path: Path
    size: int
    head: bytes


class Scratch:
    """A folder of our own under `parent`. Members get numbers for names: nothing of theirs reaches the file system."""

    def __init__(self, parent: Path) -> None:
        self._folder = parent / f"acquire-{uuid4().hex}"
        self._made = False
        self._numbers = count()

    @contextmanager
    def copy(self, pieces: Iterable[bytes], spend: Callable[[int], None], head_bytes: int) -> Iterator[Copy]:
        """A file of `pieces`, gone when the block is left. `spend` is told of every piece before it is written."""
        path = self._folder / f"{next(self._numbers)}"
        size, head = 0, b""
        try:
            with self._new(path) as file:
                for piece in pieces:
                    spend(len(piece))
                    _write(file, piece)
                    size += len(piece)
                    if len(head) < head_bytes:
                        head += piece[: head_bytes - len(head)]
            yield Copy(path, size, head)
        finally:
            path.unlink(missing_ok=True)

    def _new(self, path: Path) -> BinaryIO:
        try:
            if not self._made:
                self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._made = True
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
