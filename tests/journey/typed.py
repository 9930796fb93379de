"""A command at a terminal of its own, and somebody who types: its screens, an answer to each"""

from __future__ import annotations

import os
import pty
import re
import select
import sys
import time
from collections.abc import Callable

_STYLE = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")
_PROMPT = re.compile(r"([^\n(]+) \(\? helps\) > $")
_PATIENCE = 300.0  # seconds for a screen


def typed(arguments: list[str], answer: Callable[[str, str], str]) -> tuple[str, int]:
    """Run `medark` and type until it ends. `answer`: by a table's name and the screen that asks of it, what is typed.
    Returns all that was shown, and the exit status.
    """
    process, terminal = pty.fork()
    if process == 0:
        environ = {**os.environ, "LANG": "en_US.UTF-8", "COLUMNS": "160", "TERM": "dumb"}
        os.execve(sys.executable, [sys.executable, "-m", "medark", *arguments], environ)
    shown = ""
    while asked := _screen(terminal):
        shown += asked
        prompt = _PROMPT.search(asked)
        if prompt is None:
            break
        os.write(terminal, answer(prompt[1].strip(), asked).encode() + b"\n")
    os.close(terminal)
    return shown, os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def _screen(terminal: int) -> str:
    """What is written until somebody is asked, or until the end."""
    got, until = b"", time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        ready, _, _ = select.select([terminal], [], [], 0.2)
        if ready and not (more := _read(terminal)):
            break
        got += more if ready else b""
        if not ready and _PROMPT.search(_plain(got)):
            break
    return _plain(got)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so of a terminal whose other side has ended
        return b""


def _plain(text: bytes) -> str:
    return _STYLE.sub(b"", text).decode("utf-8", "replace").replace("\r\n", "\n")
