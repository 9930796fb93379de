"""Who may change what in a workspace: one process at a time; others wait, readers never do"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from medark.flows.workspace import Workspace
from medark.store.durable import disk, locked, make_folder

PATIENCE = 3600.0  # seconds; another process at work on this workspace may take its time


@contextmanager
def working(workspace: Workspace, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the workspace for changing its lake. BusyError if another process does so for longer than `patience`."""
    with locked(workspace.places.root / "work.lock", patience):
        yield


@contextmanager
def landing_of(workspace: Workspace, source: str) -> Iterator[None]:
    """Hold a source for landing files of it. Whoever holds it knows that a batch without an end was cut off."""
    folder = workspace.places.root / "locks"
    with disk("the workspace"):
        make_folder(folder)
    with locked(folder / hashlib.blake2b(source.encode(), digest_size=8).hexdigest(), PATIENCE):
        yield
