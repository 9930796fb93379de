"""What a report is made from"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from medark.flows.documents.nouns import DocumentForm
from medark.flows.workspace import Workspace
from medark.model.progress import Progress
from medark.store.lake import Snapshot


@dataclass(frozen=True, slots=True)
class Asked:
    """A report that somebody asked for: over which version of the lake, on which day, in which language and form."""

    workspace: Workspace = field(repr=False)
    by: str
    snapshot: Snapshot = field(repr=False)
    day: dt.date
    language: str
    form: DocumentForm
    progress: Progress = field(repr=False)
