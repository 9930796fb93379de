"""Worker processes: one answer for one question; what hangs, says too much or has ended is begun again."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from medark.errors import BusyError
from medark.flows.worker import WorkerProcess, Workers

MODULE = "medark.flows.figures.worker"
DRAWN = json.dumps({"spec": {"data": {"values": [{"a": 1}]}, "mark": "bar"}, "form": "svg", "language": "en"}).encode()
ENDLESS = json.dumps(
    {"spec": {"data": {"sequence": {"start": 0, "stop": 30_000_000}}, "mark": "bar",
              "encoding": {"x": {"field": "data"}}}, "form": "svg", "language": "en"}
).encode()  # fmt: skip


@pytest.fixture
def worker() -> Iterator[WorkerProcess]:
    found = WorkerProcess(MODULE, 1 << 20)
    yield found
    found.end()


def test_one_answer_for_one_question(worker: WorkerProcess) -> None:
    with pytest.raises(EOFError):  # nobody is there yet
        worker.ask(DRAWN, 1)
    worker.start()
    first = worker.pid
    assert worker.ask(DRAWN, 15).startswith(b"<svg")
    assert worker.ask(b"{}", 15) == b""
    assert (worker.pid, worker.is_alive) == (first, True)


def test_past_its_deadline_it_is_ended_and_may_be_begun_again(worker: WorkerProcess) -> None:
    worker.start()
    assert worker.ask(DRAWN, 15)
    with pytest.raises(TimeoutError):
        worker.ask(ENDLESS, 0.3)
    assert (worker.pid, worker.is_alive) == (None, False)
    worker.start()
    assert worker.ask(DRAWN, 15).startswith(b"<svg")


def test_an_answer_that_is_too_large_is_not_read() -> None:
    worker = WorkerProcess(MODULE, 10)
    worker.start()
    with pytest.raises(ValueError):
        worker.ask(DRAWN, 15)
    assert not worker.is_alive


def test_who_waits_too_long_for_a_free_one_is_told() -> None:
    none = Workers(MODULE, processes=0, seconds=0.01, most=10, busy="too many figures are being drawn")
    with pytest.raises(BusyError, match="too many figures"):
        none.ask(DRAWN)


def test_several_begin_one_when_it_is_needed_and_again_after_it_ended() -> None:
    several = Workers(MODULE, processes=2, seconds=4, most=1 << 20, busy="busy")
    try:
        assert several.ask(DRAWN).startswith(b"<svg")
        several.close()
        assert several.ask(DRAWN).startswith(b"<svg")
    finally:
        several.close()


def test_one_that_was_told_much_gives_back_what_it_remembers() -> None:
    renewed = Workers(MODULE, processes=1, seconds=4, most=1 << 20, busy="busy", renewed_after=len(DRAWN) + 1)
    try:
        for is_alive in (True, False, True):
            assert renewed.ask(DRAWN).startswith(b"<svg")
            assert len(renewed.pids) == is_alive
    finally:
        renewed.close()
