"""Which files the vocabulary consists of now: one small JSON file, replaced as a whole"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import msgspec

from medark.errors import BusyError, WorkspaceError
from medark.store.durable import disk, locked, make_folder, sync

FORMAT = 1
_NAME = "vocabulary.json"
STORE = "the vocabulary"  # what errors of the disk call it


@dataclass(frozen=True, slots=True)
class Manifest:
    """`inputs`: SHA-256 of the files loaded, by table. `files`: names of the Parquet files served, by relation."""

    digest: str
    release: str
    inputs: Mapping[str, tuple[str, ...]]
    files: Mapping[str, tuple[str, ...]]
    codes: str
    rows: Mapping[str, int]
    left_out: Mapping[str, int] = field(default_factory=dict)
    unknown_targets: int = 0
    format: int = FORMAT

    @property
    def names(self) -> frozenset[str]:
        """Every file that it needs."""
        return frozenset({self.codes, *(name for names in self.files.values() for name in names)})


def read(root: Path) -> Manifest | None:
    """The manifest that holds now, or None if nothing was ever loaded."""
    with disk(STORE):
        if not (root / _NAME).exists():
            return None
        content = (root / _NAME).read_bytes()
    try:
        found = msgspec.json.decode(content, type=Manifest)
    except msgspec.MsgspecError:
        raise WorkspaceError("the vocabulary's manifest is not readable", fix="load the vocabulary again") from None
    if found.format != FORMAT:
        raise WorkspaceError(
            "the vocabulary was made by another version", fix="load it again", found=found.format, wanted=FORMAT
        )
    return found


def stamp(root: Path) -> tuple[int, int]:
    """Something that changes whenever the manifest is replaced, and costs a microsecond; (0, 0) if there is none."""
    try:
        found = os.stat(f"{root}/{_NAME}")  # noqa: PTH116  before each read: a Path takes longer than the question
    except FileNotFoundError:
        return 0, 0
    return found.st_ino, found.st_mtime_ns


def write(root: Path, manifest: Manifest) -> None:
    """Make `manifest` the one that holds, durably: its files first, then itself."""
    draft = root / f".{_NAME}.{uuid4().hex}"
    with disk(STORE):
        for name in manifest.names:
            sync(root / name)
        with draft.open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(manifest)))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(root / _NAME)
        sync(root)


def sweep(root: Path, keep: frozenset[str]) -> None:
    """Remove data files that no manifest in `keep` names."""
    with disk(STORE):
        for path in (*root.glob("*.parquet"), *root.glob("*.arrow"), *root.glob(f".{_NAME}.*")):
            if path.name not in keep:
                path.unlink(missing_ok=True)


@contextmanager
def alone(root: Path, patience: float) -> Iterator[None]:
    """Hold the vocabulary for a load; BusyError if another process does for longer than `patience` seconds."""
    with disk(STORE):
        make_folder(root)
    try:
        with locked(root / "lock", patience):
            yield
    except BusyError:
        raise BusyError("another process is loading a vocabulary", fix="try again") from None
