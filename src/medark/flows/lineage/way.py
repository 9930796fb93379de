"""The nouns of how one row came to be"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Came:
    """The raw record that a row came from: its number and id, and which message, resource or line of it (from 0).

    `wave` is what wrote it ("ingest 3", "compact"), `commit` the version of the lake since when it lies as it does; 0
    where that version is no longer kept. Times are ms since 1970, UTC.
    """

    record_no: int
    row_no: int
    id: str
    source: str
    format: str
    batch: int
    arrived_ms: int
    wave: str = ""
    commit: int = 0
    committed_ms: int = 0


@dataclass(frozen=True, slots=True)
class Looked:
    """What decided a concept: the coding that was tried, as the vocabulary spells it, and what it means there.

    `column`: of the row; `how`: "standard", "source", "unit", "decided", "own map" or "" where nothing was found.
    """

    column: str
    vocabulary: str
    code: str
    concept_id: int
    how: str


@dataclass(frozen=True, slots=True)
class Way:
    """How one row came to be. `made_by`: the file and line of the map, or the reader. `looked_up`, `staged`, `raw`:
    what the source said and how it was understood, for owners and data stewards alone; else empty.
    """

    table: str
    key: int
    came: Came | None
    made_by: tuple[str, ...] = ()
    looked_up: tuple[Looked, ...] = ()
    is_same: bool | None = None  # does the way, walked again, lead to the row that the lake holds?
    staged: Mapping[str, str] = field(default_factory=dict, repr=False)
    raw: str = field(default="", repr=False)
