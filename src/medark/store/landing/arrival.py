"""What is handed to the landing store, and what comes back"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from medark.model.record import Format, RawRecord


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file or message on its way in. A path is read before the next arrival is asked for."""

    name: str
    content: bytes | Path = field(repr=False)
    format: Format


@dataclass(frozen=True, slots=True)
class Landed:
    """A record that is on disk. `new`: false if the same content of the same source was there already."""

    record: RawRecord
    new: bool
