"""Pipes to a process that may hang: bytes sent and received before a deadline"""

from __future__ import annotations

import os
import select
import subprocess
import time


def send(target: int, content: bytes, deadline: float) -> None:
    """Send all of it. `deadline`: of the monotonic clock, in seconds; TimeoutError past it, OSError if nobody reads."""
    view = memoryview(content)
    while view:
        _wait(target, select.POLLOUT, deadline)
        view = view[os.write(target, view[: 1 << 16]) :]


def receive(source: int, length: int, deadline: float) -> bytes:
    """So many bytes. TimeoutError past the deadline, EOFError if the other end is gone."""
    content = bytearray()
    while len(content) < length:
        _wait(source, select.POLLIN, deadline)
        piece = os.read(source, min(length - len(content), 1 << 20))
        if not piece:
            raise EOFError
        content += piece
    return bytes(content)


def _wait(number: int, for_what: int, deadline: float) -> None:
    waiter = select.poll()
    waiter.register(number, for_what)
    left = deadline - time.monotonic()
    if left <= 0 or not waiter.poll(max(1, int(left * 1000))):
        raise TimeoutError


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and close the pipes to it."""
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
