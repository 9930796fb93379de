"""Swapped under load: while others ask, a version takes over and goes back, and no request fails."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app_folders import write_app
from medark.bootstrap import open_workspace
from medark.flows.apps import life
from medark.flows.apps.running import Running, running
from medark.flows.workspace import Workspace
from medark.model.access import Reader
from unit.flows.apps.conftest import shown

ASKERS = 4


@contextmanager
def asked_all_the_time(workspace: Workspace, owner: Reader) -> Iterator[list[str]]:
    """Threads that ask for the card of person 1 without a pause: the version that answered, or what went wrong."""
    answers: list[str] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            try:
                (one,) = shown(workspace, owner, 1)
                answers.append(one.card.links[0].label)
            except Exception as error:
                answers.append(f"failed: {error!r}")

    threads = [threading.Thread(target=ask) for _ in range(ASKERS)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        over.set()
        for thread in threads:
            thread.join()


def until(answers: list[str], version: str, *, most: int = 4000) -> None:
    """Wait until this version answers."""
    seen = len(answers)
    for _ in range(most):
        if version in answers[seen:]:
            return
        threading.Event().wait(0.01)
    raise AssertionError(f"{version} never answered; the last was {answers[-1:]}")


def test_no_request_fails_while_versions_change(
    workspace: Workspace, owner: Reader, sound: str, tmp_path: Path
) -> None:
    life.install(workspace, write_app(tmp_path, "1.1.0"))
    with asked_all_the_time(workspace, owner) as answers:
        until(answers, "1.0.0")
        life.upgrade(workspace, sound, by="anna")
        until(answers, "1.1.0")
        life.rollback(workspace, sound, by="anna")
        until(answers, "1.0.0")
    assert set(answers) == {"1.0.0", "1.1.0"}
    first, last = answers.index("1.1.0"), len(answers) - answers[::-1].index("1.1.0")
    assert "1.0.0" in answers[:first]
    assert "1.0.0" in answers[last:]


def test_a_change_in_another_process_is_followed(
    workspace: Workspace, owner: Reader, sound: str, tmp_path: Path
) -> None:
    (before,) = shown(workspace, owner, 1)
    with open_workspace(workspace.path, {}) as other:
        life.install(other, write_app(tmp_path, "1.1.0"))
        life.upgrade(other, sound, by="anna")
    (after,) = shown(workspace, owner, 1)
    assert (before.card.links[0].label, after.card.links[0].label) == ("1.0.0", "1.1.0")


def test_the_old_process_ends_when_nobody_asks_it_any_more(
    workspace: Workspace, owner: Reader, sound: str, tmp_path: Path
) -> None:
    apps: Running = running(workspace)
    life.install(workspace, write_app(tmp_path, "1.1.0"))
    with apps.one(sound) as old:
        life.upgrade(workspace, sound, by="anna")
        with apps.one(sound) as new:
            assert (old.manifest.version, new.manifest.version) == ("1.0.0", "1.1.0")
            assert old.process is not None
            assert old.process.pid is not None
    assert old.process.pid is None
    assert new.process is not None
    assert new.process.pid is not None
    workspace.held.close()
    assert new.process.pid is None
