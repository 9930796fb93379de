"""A worker process's own end: asked for one thing at a time, within so much memory, until nobody asks any more"""

from __future__ import annotations

import os
import resource
from collections.abc import Callable

from medark.flows.worker.process import LENGTH


class Asker:
    """Whoever began this process. What is printed meanwhile is no answer."""

    def __init__(self) -> None:
        self._ask, self._answer = os.dup(0), os.dup(1)
        os.dup2(2, 1)

    def heard(self) -> bytes | None:
        """One message; None when there will be no more."""
        length = _exactly(self._ask, LENGTH)
        return None if length is None else _exactly(self._ask, int.from_bytes(length, "big"))

    def say(self, content: bytes) -> None:
        """Send one message."""
        content = len(content).to_bytes(LENGTH, "big") + content
        while content:
            content = content[os.write(self._answer, content) :]


def answer_all(work: Callable[[bytes], bytes], *, memory_bytes: int) -> None:
    """Answer with what `work` makes of each question. `memory_bytes`: what it may write to."""
    asker = Asker()
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while (content := asker.heard()) is not None:
        asker.say(work(content))


def _exactly(source: int, length: int) -> bytes | None:
    content = bytearray()
    while len(content) < length:
        piece = os.read(source, min(length - len(content), 1 << 20))
        if not piece:
            return None
        content += piece
    return bytes(content)
