"""Whoever comes while a commit runs shares the next one"""

from __future__ import annotations

import threading

import pytest

from medark.errors import StorageError
from medark.store.group_commit import GroupCommit


def test_waiting_callers_share_one_commit_and_get_their_own_results() -> None:
    commits: list[list[int]] = []
    started, go = threading.Event(), threading.Event()

    def commit(items: list[int]) -> list[int]:
        commits.append(items)
        started.set()
        go.wait(5)
        return [10 * item for item in items]

    group = GroupCommit[int, int](commit)
    results: dict[int, list[int]] = {}
    threads = [threading.Thread(target=lambda n=n: results.update({n: group.submit([n, n + 100])})) for n in range(9)]
    threads[0].start()
    assert started.wait(5)
    for thread in threads[1:]:
        thread.start()
    while len(group._waiting) < 8:
        pass
    go.set()
    for thread in threads:
        thread.join()
    assert [len(items) for items in commits] == [2, 16]
    assert results == {n: [10 * n, 10 * n + 1000] for n in range(9)}


def test_a_failure_is_told_to_everyone_in_it_and_to_nobody_else() -> None:
    def commit(items: list[int]) -> list[int]:
        if 13 in items:
            raise StorageError("full")
        return items

    group = GroupCommit[int, int](commit)
    with pytest.raises(StorageError):
        group.submit([13])
    assert group.submit([1]) == [1]


def test_an_interrupt_reaches_the_one_who_was_interrupted() -> None:
    def commit(items: list[int]) -> list[int]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        GroupCommit[int, int](commit).submit([1])
