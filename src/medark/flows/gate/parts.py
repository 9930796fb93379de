"""What the gate takes from a workspace: its book, the time, and what it keeps in mind between reads"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import TypeVar
from zoneinfo import ZoneInfo

from medark.errors import InternalError
from medark.flows.gate.book import Book
from medark.flows.workspace import Workspace

_T = TypeVar("_T")
Clock = Callable[[], int]


def book_of(workspace: Workspace) -> Book:
    """The book that the workspace's reads are decided by."""
    if workspace.book is None:
        raise InternalError("this workspace has no book of grants")
    return workspace.book


def now_ms() -> int:
    """Milliseconds since 1970, UTC."""
    return int(time.time() * 1000)


def day_of(workspace: Workspace, at_ms: int) -> dt.date:
    """The day of a moment, in the workspace's zone."""
    return dt.datetime.fromtimestamp(at_ms / 1000, ZoneInfo(workspace.settings.time_zone)).date()


def kept(workspace: Workspace, key: object, stamp: object, make: Callable[[], _T]) -> _T:
    """What was made for a key, made again once its stamp is another."""
    found = workspace.kept.get(key)
    if found is None or found[0] != stamp:
        found = workspace.kept[key] = (stamp, make())
    value: _T = found[1]
    return value
