"""The audit's newest entry, kept beside the ledger and signed: what is cut off its end is missed"""

from __future__ import annotations

import fcntl
import hmac
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from medark.errors import StorageError
from medark.model.audit import FORGED, START, Head, signature


class HeadFile:
    """One line of fixed length at `path`, written in place. It may be behind after a crash, never ahead.

    It moves only from an entry that the chain still holds, so that nothing can be written over a break.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self._path, self._key = path, key

    def read(self) -> Head | None:
        """The entry it tells of; None if there is no such file, FORGED if its signature is not the workspace's."""
        with _disk():
            try:
                return self._told(self._path.read_bytes())
            except FileNotFoundError:
                return None

    def begin(self, head: Head) -> None:
        """Tell of an entry where nothing is told yet: once, when a ledger is made or taken over."""
        if self.read() is None:
            self.vouch(head)

    def move(self, previous: Head, to: Head, hash_of: Callable[[int], str | None]) -> None:
        """Tell of `to`, which follows `previous`; `hash_of` says what hash the chain has of a number."""
        if not self._path.exists():  # it is not made again: that it is gone must show
            return
        with self._held() as file:
            told = self._told(os.pread(file, 1024, 0))
            behind = START.entry_no <= told.entry_no < previous.entry_no
            if told == previous or (behind and (told == START or hash_of(told.entry_no) == told.hash)):
                self._write(file, to)

    def vouch(self, head: Head) -> None:
        """Tell of an entry whatever was told before."""
        with self._held() as file:
            self._write(file, head)

    def _write(self, file: int, head: Head) -> None:
        os.pwrite(file, f"{head.entry_no:020d} {head.hash} {signature(self._key, head)}\n".encode(), 0)

    def _told(self, content: bytes) -> Head:
        number, _, rest = content.decode("ascii", "replace").partition(" ")
        hash_, _, signed = rest.partition(" ")
        head = Head(int(number) if number.isdecimal() else 0, hash_)
        genuine = hmac.compare_digest(signature(self._key, head).encode(), signed.rstrip("\n").encode())
        return head if genuine else FORGED

    @contextmanager
    def _held(self) -> Iterator[int]:
        with _disk():
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield file
            finally:
                os.close(file)


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            "the audit's head can't be read or written",
            fix="check space and rights of the workspace's keys folder",
            errno=error.errno or 0,
        ) from None
