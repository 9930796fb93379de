"""An application as the platform keeps it: its versions, who approved them, and which one runs"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class AppState(StrEnum):
    """Does an application run?"""

    INSTALLED = "installed"  # not approved yet
    ENABLED = "enabled"
    DISABLED = "disabled"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class App:
    """`current` is the version that runs or would; `previous` the one to roll back to, "" for none."""

    name: str
    state: AppState = AppState.INSTALLED
    current: str = ""
    previous: str = ""
    changed_ms: int = 0


@dataclass(frozen=True, slots=True)
class AppVersion:
    """One version: the manifest that was read and the digest of what was approved. Times in ms since 1970, UTC."""

    app: str
    version: str
    digest: str
    place: str  # where its code lies
    manifest: Mapping[str, Any] = field(default_factory=dict, repr=False)
    trusted: bool = False  # may run inside the platform's own process
    installed_by: str = ""
    installed_ms: int = 0
    approved_by: str = ""
    approved_ms: int | None = None
