"""Writes that survive power loss, and the lock that lets one process commit at a time"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from medark.errors import BusyError, StorageError

_PAUSE = 0.01  # seconds between two tries for the lock
_TOGETHER = 16  # threads that do nothing but wait for the disk


def sync(path: Path) -> None:
    """Force a file or a folder's entries to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_all(paths: Iterable[Path]) -> None:
    """Force many files and folders to disk: those that wait together share one write of the file system's journal."""
    with ThreadPoolExecutor(_TOGETHER) as threads:
        list(threads.map(sync, paths))


def make_folder(path: Path) -> None:
    """Make a folder so that it is still there after power loss."""
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir(exist_ok=True)
    sync(path.parent)


def put_if_absent(path: Path, content: bytes) -> bool:
    """Write a whole file or nothing; False if there is one already. On return it is on disk."""
    draft = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    sync(path.parent)
    return True


@contextmanager
def locked(path: Path, timeout: float) -> Iterator[None]:
    """Hold `path`'s lock; the system frees it when the process dies. BusyError after `timeout` seconds."""
    with path.open("ab") as file:
        _wait(file.fileno(), timeout)
        yield


def _wait(handle: int, timeout: float) -> None:
    until = time.monotonic() + timeout
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= until:
                raise BusyError("another process is writing", fix="try again") from None
            time.sleep(_PAUSE)


@contextmanager
def disk(store: str = "the lake") -> Iterator[None]:
    """What the disk refuses, as an error of ours that names the store."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"{store} could not be written or read", fix="check space and rights of its disk", errno=error.errno or 0
        ) from None
