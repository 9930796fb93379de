"""A text whose lines are still coming: a document, a report, a comment"""

from __future__ import annotations

from dataclasses import dataclass, field

from medark.standardise.formats.hl7v2.reading import Coding


@dataclass(slots=True)
class Text:
    """Whose text it is and what it is about stands with the unit; `lines` grow as OBX and NTE are read."""

    key: str
    time: str | None
    coding: Coding
    type: str
    provider_key: str | None
    title: str | None = None
    lines: list[str] = field(default_factory=list)
    fields: list[str] | None = None  # of the first OBX, for a text that may turn out to be a finding
    wanted: bool = True
