"""An erasure under way: noted on disk until all of it is done, so that whoever comes next can finish it"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from medark.flows.workspace import Workspace
from medark.store.durable import disk, sync


@dataclass(frozen=True, slots=True)
class Pending:
    """What a killed erasure needs to be finished, and to be told of as if it had never stopped.

    `name`: a keyed hash of what the person was called by, so that the same command finds it when the crosswalk has
    forgotten already.
    """

    person_id: int
    name: str
    tables: Mapping[str, int]
    versions: int
    records_removed: int = 0
    records_rewritten: int = 0
    units: int = 0

    def counted(self, *, removed: int = 0, rewritten: int = 0, units: int = 0) -> Pending:
        """With more records and units."""
        return replace(
            self,
            records_removed=self.records_removed + removed,
            records_rewritten=self.records_rewritten + rewritten,
            units=self.units + units,
        )


def hashed(workspace: Workspace, name: str) -> str:
    """A name as it may lie on disk."""
    return hashlib.blake2b(name.encode(), key=bytes.fromhex(workspace.salt)[:64]).hexdigest()


def noted(workspace: Workspace) -> Pending | None:
    """The erasure that a killed process left, if any."""
    with disk("the workspace"):
        try:
            return Pending(**orjson.loads(_path(workspace).read_bytes()))
        except FileNotFoundError:
            return None


def note(workspace: Workspace, pending: Pending) -> None:
    """Put it on disk, in the place of an earlier word on the same erasure."""
    path, draft = _path(workspace), _path(workspace).with_suffix(".draft")
    with disk("the workspace"):
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(orjson.dumps(pending))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        sync(path.parent)


def clear(workspace: Workspace) -> None:
    """All of it is done."""
    with disk("the workspace"):
        _path(workspace).with_suffix(".draft").unlink(missing_ok=True)
        _path(workspace).unlink(missing_ok=True)
        sync(_path(workspace).parent)


def _path(workspace: Workspace) -> Path:
    return workspace.places.root / "erasing"
