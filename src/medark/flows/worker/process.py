"""The platform's end of a worker process: one question, one answer, within a deadline"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from medark.flows.worker.pipe import end, receive, send

LENGTH: Final = 4  # bytes that say how long a message is
_ENVIRONMENT: Final[Mapping[str, str]] = MappingProxyType({"LC_ALL": "C.UTF-8", "TZ": "UTC"})


class WorkerProcess:
    """One process, of one thread at a time. `module`: what runs in it; `most`: bytes of an answer."""

    def __init__(self, module: str, most: int, environment: Mapping[str, str] = _ENVIRONMENT) -> None:
        self._module, self._most, self._environment = module, most, dict(environment)
        self._process: subprocess.Popen[bytes] | None = None
        self.told = 0  # bytes of questions since it began

    @property
    def is_alive(self) -> bool:
        """Is there a process that can be asked?"""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """The number of its process, if it has one now."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Begin a process, in the place of one that there may be."""
        self.end()
        self.told, pipe = 0, subprocess.PIPE
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-m", self._module],
            stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=self._environment, cwd="/", bufsize=0,
        )  # fmt: skip
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            os.set_blocking(stream.fileno(), False)

    def ask(self, content: bytes, seconds: float) -> bytes:
        """The answer. TimeoutError; EOFError, OSError where the process ended; ValueError for an answer that is too
        large: after each of them there is no process any more.
        """
        self.told += len(content)
        try:
            return self._exchange(content, time.monotonic() + seconds)
        except BaseException:
            self.end()
            raise

    def end(self) -> None:
        """Kill the process, if there is one."""
        process, self._process = self._process, None
        if process is not None:
            end(process)

    def _exchange(self, content: bytes, deadline: float) -> bytes:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise EOFError
        source = process.stdout.fileno()
        send(process.stdin.fileno(), len(content).to_bytes(LENGTH, "big") + content, deadline)
        length = int.from_bytes(receive(source, LENGTH, deadline), "big")
        if length > self._most:
            raise ValueError
        return receive(source, length, deadline)
