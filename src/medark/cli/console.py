"""Where output goes: results on standard output, everything else on standard error, JSON in one stable form"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def out() -> Console:
    """The console for results."""
    return _console(sys.stdout.isatty(), stderr=False)


def err() -> Console:
    """The console for progress, hints and errors."""
    return _console(sys.stderr.isatty(), stderr=True)


def say(text: str) -> None:
    """One line to the person, not to a program that reads our output."""
    print(text, file=sys.stderr, flush=True)


def emit(value: object) -> None:
    """A value as JSON on standard output: keys in the order given, text as it is, dates in ISO 8601."""
    import orjson

    sys.stdout.write(orjson.dumps(value, default=_plain, option=orjson.OPT_INDENT_2).decode())
    sys.stdout.write("\n")
    sys.stdout.flush()


def show(value: object, as_json: bool, draw: Callable[[], object]) -> None:
    """The result as JSON, or as `draw` gives it to the terminal (None: it has drawn by itself)."""
    if as_json:
        emit(value)
        return
    drawn = draw()
    if drawn is not None:
        out().print(drawn, soft_wrap=False, highlight=False)


@cache
def _console(terminal: bool, *, stderr: bool) -> Console:
    from rich.console import Console

    # Not a terminal: a program or a file reads it, and lines are not cut to a width that nobody has.
    return Console(stderr=stderr, highlight=False, width=None if terminal else 160)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(type(value).__name__)


def say_rules(rules: Iterable[str]) -> None:
    """Which rows an answer leaves out, so that nobody counts on what is not there."""
    from medark.messages import phrase

    for rule in rules:
        say(f"  {phrase(rule)}")
