"""Processes that sessions live in: so many at once, one of them ready before it is asked for"""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from medark.errors import BusyError, StorageError
from medark.store.apart.session import ApartSession, Bounds, StoppedError

_ENVIRONMENT: Final = {"LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
_BESIDE: Final = 384 << 20  # bytes beside what the engine counts as its own: code, threads, rows on their way out
_WAIT_S: Final = 2.0  # until somebody else's has ended


@dataclass(frozen=True, slots=True)
class Limits:
    """What one session may take, and how many there may be at once."""

    memory_bytes: int = 512 << 20
    spill_bytes: int = 4 << 30
    seconds: float = 120.0
    threads: int = 2
    at_once: int = 4


class Apart:
    """Gives sessions that are processes."""

    def __init__(self, scratch: Path, limits: Limits | None = None) -> None:
        self._scratch, self._limits = scratch, limits or Limits()
        self._room = threading.BoundedSemaphore(self._limits.at_once)
        self._lock = threading.Lock()
        self._ready: subprocess.Popen[bytes] | None = None
        self._closed = False

    def turn(self) -> Turn:
        """An engine for one query, which can be stopped before it has begun."""
        return Turn(self)

    def session(self, threads: int | None = None) -> ApartSession:
        """A session in a process of its own, of as many `threads` as its limits say. BusyError where there are too
        many.
        """
        if not self._room.acquire(timeout=_WAIT_S):
            raise BusyError("too many queries are running", fix="try again", at_once=self._limits.at_once)
        folder = self._scratch / f"apart-{uuid4().hex}"
        try:
            folder.mkdir(mode=0o700, parents=True)
            bounds = Bounds(self._limits.seconds, self._limits.memory_bytes + _BESIDE)
            return ApartSession(self._process(), self._opening(folder), folder, bounds, self._room.release)
        except OSError as error:
            self._room.release()
            raise StorageError("a process can't be started", fix="free memory", errno=error.errno or 0) from None

    def close(self) -> None:
        """End what waits; sessions that run end with their own owners."""
        with self._lock:
            self._closed = True
            process, self._ready = self._ready, None
        if process is not None:
            process.kill()
            process.wait()

    def _opening(self, folder: Path) -> bytes:
        limits = self._limits
        return pickle.dumps(
            {
                "scratch": str(folder), "memory": limits.memory_bytes, "spill": f"{limits.spill_bytes // 1_000_000}MB",
                "threads": limits.threads, "cpu_seconds": int(limits.seconds * limits.threads) + 5,
            }
        )  # fmt: skip

    def _process(self) -> subprocess.Popen[bytes]:
        """The one that is ready, if it still lives; and the next is started."""
        with self._lock:
            ready, self._ready = self._ready, None
            if not self._closed:
                self._ready = _started()
        if ready is not None and ready.poll() is None:
            return ready
        return _started()


class Turn:
    """One query's engine: `stop` ends its session, or keeps it from beginning."""

    def __init__(self, apart: Apart) -> None:
        self._apart, self._lock = apart, threading.Lock()
        self._session: ApartSession | None = None
        self._stopped = False

    def session(self, threads: int | None = None) -> ApartSession:
        """See `Apart.session`. StoppedError if it was stopped before."""
        made = self._apart.session(threads)
        with self._lock:
            self._session = made
            if not self._stopped:
                return made
        made.close()
        raise StoppedError("the query was stopped", fix="ask again")

    def stop(self) -> None:
        """From any thread, any number of times."""
        with self._lock:
            self._stopped = True
            if self._session is not None:
                self._session.stop()


def _started() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-I", "-m", "medark.store.apart.worker"]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=_ENVIRONMENT, cwd="/", bufsize=0
    )
