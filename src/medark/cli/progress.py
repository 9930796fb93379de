"""Progress on standard error: bars on a terminal, a line now and then in a log"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from medark.cli.console import err, say
from medark.cli.text import duration, number, size
from medark.messages import _, phrase
from medark.model.progress import Progress, Silent

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

_BETWEEN = 10.0  # seconds between two lines of a log


@contextmanager
def watched(quiet: bool = False) -> Iterator[Progress]:
    """Progress for as long as the context is open."""
    if quiet:
        yield Silent()
    elif sys.stderr.isatty():
        with _bars() as bars:
            yield Drawn(bars)
    else:
        yield Logged()


def _bars() -> Bars:
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    return Bars(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=30),
        TextColumn("{task.fields[amount]}", markup=False),
        TimeElapsedColumn(),
        console=err(),
    )


def amount(done: float, total: float | None, unit: str) -> str:
    """How much of how much.

    >>> amount(120, 617, "files"), amount(5_000_000, 720_000_000, "bytes"), amount(3, None, "")
    ('120/617 files', '5.0 MB/720.0 MB', '3')
    """
    write = size if unit == "bytes" else lambda value: number(int(value))
    of = f"/{write(total)}" if total is not None else ""
    return f"{write(done)}{of}" + (f" {phrase(unit)}" if unit and unit != "bytes" else "")


class Drawn:
    """A bar a stage; it stays when the stage is over."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars

    @contextmanager
    def stage(self, name: str, total: int | None = None, unit: str = "") -> Iterator[_Bar]:
        task = self._bars.add_task(phrase(name), total=total, amount=amount(0, total, unit))
        bar = _Bar(self._bars, task, total, unit)
        try:
            yield bar
        finally:
            self._bars.update(task, total=total if total is not None else bar.done, refresh=True)
            self._bars.stop_task(task)


class _Bar:
    def __init__(self, bars: Bars, task: TaskID, total: int | None, unit: str) -> None:
        self._bars, self._task, self._total, self._unit = bars, task, total, unit
        self.done = 0

    def advance(self, n: int = 1) -> None:
        self.done += n
        self._bars.update(self._task, advance=n, amount=amount(self.done, self._total, self._unit))


class Logged:
    """A line every ten seconds and one at the end, for those stages that took more than a second."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, write: Callable[[str], None] = say) -> None:
        self._clock, self._write = clock, write

    @contextmanager
    def stage(self, name: str, total: int | None = None, unit: str = "") -> Iterator[_Lines]:
        lines = _Lines(phrase(name), total, unit, self._clock, self._write)
        yield lines
        lines.finish()


class _Lines:
    def __init__(
        self, name: str, total: int | None, unit: str, clock: Callable[[], float], write: Callable[[str], None]
    ) -> None:
        self._name, self._total, self._unit, self._clock, self._write = name, total, unit, clock, write
        self._done, self._began = 0, clock()
        self._said = self._began

    def advance(self, n: int = 1) -> None:
        self._done += n
        if self._clock() - self._said >= _BETWEEN:
            self._said = self._clock()
            self._write(self._line())

    def finish(self) -> None:
        """The last line, if the stage was long enough to be worth one."""
        took = self._clock() - self._began
        if took >= 1:
            self._write(f"{self._line()} ({_('done in {time}', time=duration(took))})")

    def _line(self) -> str:
        return f"{self._name}: {amount(self._done, self._total, self._unit)}"
