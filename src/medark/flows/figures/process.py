"""The platform's end of a process that draws: asked with a deadline, killed past it, started again for the next"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from typing import Final

from medark.flows.pipe import end, receive, send

_LENGTH: Final = 4
_LARGEST: Final = 8 << 20
_STARTING_S: Final = 10.0  # until it may be asked: on a machine with much to do, reading the library takes a while


class Drawer:
    """One process that draws one figure at a time."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._turn = seconds, threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, content: bytes) -> bytes:
        """The drawing. TimeoutError, EOFError where it took too long or too much; then the process has ended."""
        with self._turn:
            fresh = self._process is None or self._process.poll() is not None
            process = self._start() if fresh else self._process
            assert process is not None
            seconds = self._seconds + (_STARTING_S if fresh else 0)
            try:
                return _exchange(process, content, time.monotonic() + seconds)
            except BaseException:
                self._kill()
                raise

    @property
    def pid(self) -> int | None:
        """The number of its process, if it has one now."""
        return self._process.pid if self._process is not None else None

    def close(self) -> None:
        """End the process."""
        with self._turn:
            self._kill()

    def _start(self) -> subprocess.Popen[bytes]:
        self._kill()
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-m", "medark.flows.figures.worker"],
            stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env={"LC_ALL": "C.UTF-8", "TZ": "UTC"}, cwd="/",
            bufsize=0,
        )  # fmt: skip
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            os.set_blocking(stream.fileno(), False)
        return self._process

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            end(process)


def _exchange(process: subprocess.Popen[bytes], content: bytes, deadline: float) -> bytes:
    assert process.stdin is not None
    assert process.stdout is not None
    source = process.stdout.fileno()
    send(process.stdin.fileno(), len(content).to_bytes(_LENGTH, "big") + content, deadline)
    length = int.from_bytes(receive(source, _LENGTH, deadline), "big")
    if length > _LARGEST:
        raise EOFError
    return receive(source, length, deadline)
