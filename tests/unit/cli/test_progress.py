"""Progress: lines for a log, bars for a terminal."""

from __future__ import annotations

import io

from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bars

from medark import messages
from medark.cli.progress import Drawn, Logged, watched
from medark.model.progress import Silent


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_log_gets_a_line_now_and_then_and_one_at_the_end():
    clock, lines = Clock(), []
    with Logged(clock, lines.append).stage("landing", 617, "files") as stage:
        for _ in range(617):
            clock.now += 0.05
            stage.advance()
    assert lines[0] == "landing: 200/617 files"
    assert len(lines) == 4
    assert lines[-1] == "landing: 617/617 files (done in 30.9 s)"


def test_a_stage_under_a_second_says_nothing():
    clock, lines = Clock(), []
    with Logged(clock, lines.append).stage("landing") as stage:
        stage.advance()
    assert lines == []


def test_bytes_are_said_in_a_unit_that_fits_and_names_in_the_language():
    messages.use("zh")
    clock, lines = Clock(), []
    with Logged(clock, lines.append).stage("landing", 5_000_000, "bytes") as stage:
        clock.now = 2
        stage.advance(5_000_000)
    assert lines == ["入库: 5.0 MB/5.0 MB (用时 2.0 s)"]


def test_bars_show_how_much_of_how_much():
    page = io.StringIO()
    bars = Bars(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[amount]}"), console=Console(file=page)
    )
    with bars, Drawn(bars).stage("landing", 3, "files") as stage:
        stage.advance(2)
    assert bars.tasks[0].completed == 2
    assert bars.tasks[0].fields["amount"] == "2/3 files"


def test_a_stage_of_unknown_length_ends_full():
    bars = Bars(console=Console(file=io.StringIO()))
    with Drawn(bars).stage("landing") as stage:
        stage.advance(7)
    assert (bars.tasks[0].total, bars.tasks[0].finished) == (7, True)


def test_who_does_not_want_to_watch_sees_nothing():
    with watched(quiet=True) as progress:
        assert isinstance(progress, Silent)
