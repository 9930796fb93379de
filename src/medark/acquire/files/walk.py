"""Every file of a folder, archives opened: found and recognised, or refused with a reason; the rest goes on"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from medark.acquire.files import compressed, pg_dump, tar, zip  # noqa: A004  the format's own name
from medark.acquire.files.budget import Budget, Refusal
from medark.acquire.files.folder import UNREADABLE, Entry, entries
from medark.acquire.files.limits import Limits
from medark.acquire.files.names import file_name, member_path, shown
from medark.acquire.files.recognise import CONTAINERS, HEAD_BYTES, Recognised, recognise
from medark.acquire.files.unpacked import Copy, Scratch
from medark.errors import SourceError
from medark.model.record import Format

_LONG_HEAD_BYTES = 8 << 20  # for JSON whose first line does not end within the head
_DIRECTORY_NAMES = 10_000  # of a zip, looked at to tell a workbook from an archive


@dataclass(frozen=True, slots=True)
class Found:
    """A file. `path` is the file itself or an unpacked copy: it is there until the iterator advances."""

    name: str  # "north.zip!/lis/a.hl7"
    path: Path
    size: int
    recognised: Recognised

    @property
    def kind(self) -> str:
        """The hint within the format, such as "Patient"."""
        return self.recognised.kind


@dataclass(frozen=True, slots=True)
class Refused:
    """A file or member that is not used, and why: a fixed phrase."""

    name: str
    reason: str


def walk(root: Path, limits: Limits, scratch: Path) -> Iterator[Found | Refused]:
    """Every file under `root` (a folder or one file), in the order of names. SourceError if there is none.

    Whatever is hostile, damaged or unreadable is Refused and the rest goes on. Time is bounded by the limits,
    memory by a constant, scratch by one copy for each archive around the current file.
    """
    if not root.exists():
        raise SourceError("no such folder or file", fix="check its path")
    work = Scratch(scratch)
    try:
        for entry in _entries(root, scratch):
            yield from [Refused(entry.name, entry.refused)] if entry.refused else _top(entry, limits, work)
    finally:
        work.clear()


def _entries(root: Path, scratch: Path) -> Iterator[Entry]:
    if root.is_dir():
        return entries(root, scratch.resolve())
    return iter([Entry(file_name(root.name), root.resolve(), "" if root.is_file() else "not a file")])


def _top(entry: Entry, limits: Limits, work: Scratch) -> Iterator[Found | Refused]:
    """A file of the folder; told of once more if it changed under our hands."""
    before = _state(entry.path)
    if before is None:
        yield Refused(entry.name, UNREADABLE)
        return
    yield from _Opening(Budget(limits, before[1]), work).file(entry.name, entry.path, 0)
    if _state(entry.path) != before:
        yield Refused(entry.name, "changed while it was read: send it again")


def _state(path: Path) -> tuple[int, int, int] | None:
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_ino, told.st_size, told.st_mtime_ns


class _Opening:
    """One file of the folder with everything inside it."""

    def __init__(self, budget: Budget, work: Scratch) -> None:
        self._budget, self._work = budget, work

    def file(self, name: str, path: Path, depth: int) -> Iterator[Found | Refused]:
        """A file on disk, or what is inside if it is an archive."""
        try:
            size, recognised = look(path, name)
        except OSError:
            yield Refused(name, UNREADABLE)
            return
        yield from self._recognised(Found(name, path, size, recognised), depth)

    def _copy(self, name: str, copy: Copy, depth: int, known: Recognised | None = None) -> Iterator[Found | Refused]:
        return self._recognised(Found(name, copy.path, copy.size, known or look_at(copy, name)), depth)

    def _recognised(self, found: Found, depth: int) -> Iterator[Found | Refused]:
        if found.kind not in CONTAINERS:
            yield found
        elif depth >= self._budget.limits.depth:
            yield Refused(found.name, f"archives inside archives, more than {depth} deep")
        else:
            yield from self._archive(found.name, found.path, found.size, found.kind, depth)

    def _archive(self, name: str, path: Path, size: int, kind: str, depth: int) -> Iterator[Found | Refused]:
        try:
            with path.open("rb") as file:
                if kind == "zip":
                    yield from self._zip(name, file, size, depth)
                elif kind == "tar":
                    yield from self._tar(name, file, size, depth)
                elif kind == "pg-dump":
                    yield from self._dump(name, file, depth)
                else:
                    yield from self._stream(name, file, kind, depth)
        except Refusal as refusal:
            yield Refused(name, refusal.reason)
        except OSError:
            yield Refused(name, UNREADABLE)

    def _zip(self, name: str, file: BinaryIO, size: int, depth: int) -> Iterator[Found | Refused]:
        for member in zip.members(file, size, self._budget):
            yield from self._member(name, member.name, member.refused, zip.content(file, member), depth)

    def _tar(self, name: str, file: BinaryIO, size: int, depth: int) -> Iterator[Found | Refused]:
        for member in tar.members(file, size):
            yield from self._member(name, member.name, member.refused, tar.content(file, member), depth)

    def _dump(self, name: str, file: BinaryIO, depth: int) -> Iterator[Found | Refused]:
        dump = pg_dump.Dump(file)
        for table in dump.tables():
            yield from self._member(name, table.name, "", table.content, depth, Recognised(Format.DELIMITED, ","))
        if dump.is_cut_short:
            yield Refused(name, f"{compressed.CUT_SHORT}: what came before is read")
        statements = Recognised(Format.UNKNOWN, "sql")
        yield from self._member(name, pg_dump.STATEMENTS, "", dump.statements(), depth, statements)

    def _member(
        self,
        archive: str,
        name: str,
        refused: str,
        content: Iterator[bytes],
        depth: int,
        known: Recognised | None = None,
    ) -> Iterator[Found | Refused]:
        """One member of an archive; its refusal is told here, that of the whole archive is raised."""
        full_name = f"{archive}!/{shown(name)}"
        try:
            self._budget.entry()
            full_name = f"{archive}!/{member_path(name, self._budget.limits.name_bytes)}"
            if refused:
                raise Refusal(refused)
            with self._work.copy(content, self._budget.spend, HEAD_BYTES) as copy:
                yield from self._copy(full_name, copy, depth + 1, known)
        except Refusal as refusal:
            if refusal.whole:
                raise
            yield Refused(full_name, refusal.reason)

    def _stream(self, name: str, file: BinaryIO, kind: str, depth: int) -> Iterator[Found | Refused]:
        self._budget.entry()
        inside = f"{name}!/{_without_suffix(name)}"
        with self._work.copy(compressed.unpacked(kind, file), self._budget.spend, HEAD_BYTES) as copy:
            if look_at(copy, inside).kind == "tar":  # one archive to everyone but the two programs that made it
                yield from self._copy(name, copy, depth)
            else:
                yield from self._copy(inside, copy, depth + 1)


def look(path: Path, name: str) -> tuple[int, Recognised]:
    """A file's size and what it is. Never waits on what is no file. OSError."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(handle, "rb", buffering=0) as file:  # noqa: PTH123  from a handle, so that a FIFO can't block us
        told = os.fstat(handle)
        if not stat.S_ISREG(told.st_mode):
            raise OSError("not a file")
        head = file.read(HEAD_BYTES)
        return told.st_size, _recognised(file, head, name, told.st_size)


def look_at(copy: Copy, name: str) -> Recognised:
    """What an unpacked copy is; opened again only where its head does not say."""
    if _says_enough(copy.head, copy.size):
        return recognise(copy.head, name, copy.size)
    with copy.path.open("rb", buffering=0) as file:
        return _recognised(file, copy.head, name, copy.size)


def _says_enough(head: bytes, size: int) -> bool:
    return not head.startswith(b"PK") and (len(head) >= size or head.lstrip()[:1] != b"{" or b"\n" in head)


def _recognised(file: BinaryIO, head: bytes, name: str, size: int) -> Recognised:
    recognised = recognise(head, name, size, _directory(file, head, size))
    if not _says_enough(head, size) and not head.startswith(b"PK") and recognised.kind != "Bundle":
        file.seek(0)
        recognised = recognise(file.read(_LONG_HEAD_BYTES), name, size)
    return recognised


def _directory(file: BinaryIO, head: bytes, size: int) -> list[str]:
    if not head.startswith(b"PK"):
        return []
    try:
        return zip.names(file, size, _DIRECTORY_NAMES)
    except Refusal:
        return []  # told when it is opened


def _without_suffix(name: str) -> str:
    path = PurePosixPath(name.rpartition("!/")[2])
    return path.stem if path.suffix.lower() in (".gz", ".zst", ".zstd", ".bz2", ".xz", ".tgz") else path.name
