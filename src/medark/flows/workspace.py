"""A workspace: the parts that every flow works on, and where they lie"""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from medark.settings import Settings
from medark.store.crosswalk import Crosswalk
from medark.store.engine import Engine
from medark.store.lake import Lake
from medark.store.landing import Landing
from medark.store.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable

    from medark.flows.gate.book import Book
    from medark.model.progress import Progress
    from medark.store.ledger.ledger import Ledger

    Following = Callable[["Workspace", Progress], None]


@dataclass(frozen=True, slots=True)
class Places:
    """The paths of a workspace under `root`. `session` names what this process alone works in."""

    root: Path
    session: str = ""

    @property
    def settings(self) -> Path:
        """The workspace's settings; their presence makes a folder a workspace."""
        return self.root / "medark.toml"

    @property
    def salt(self) -> Path:
        """The secret that surrogate keys are made with."""
        return self.root / "keys" / "salt"

    @property
    def crosswalk(self) -> Path:
        """Who is who: apart from everything else, and readable by its owner only."""
        return self.root / "crosswalk.db"

    @property
    def ledger(self) -> Path:
        """How everything ended, and the audit."""
        return self.root / "ledger.db"

    @property
    def audit_head(self) -> Path:
        """The audit's newest entry, signed: beside the ledger, so that who changes one does not change the other."""
        return self.root / "keys" / "audit-head"

    @property
    def landing(self) -> Path:
        """Raw records."""
        return self.root / "landing"

    @property
    def lake(self) -> Path:
        """OMOP tables."""
        return self.root / "lake"

    @property
    def vocabulary(self) -> Path:
        """OMOP vocabularies."""
        return self.root / "vocabulary"

    @property
    def maps(self) -> Path:
        """Maps of this workspace's own, one folder a source."""
        return self.root / "maps"

    @property
    def kept(self) -> Path:
        """What can be made again, and is kept because that takes long."""
        return self.root / "kept"

    @property
    def scratch(self) -> Path:
        """What this process works on; gone when it ends, and swept by the next one if it was killed."""
        return self.root / "scratch" / self.session


@dataclass(frozen=True, slots=True)
class Workspace:
    """One workspace, open. Close it (or use `with`) to release its files."""

    places: Places
    settings: Settings
    engine: Engine
    landing: Landing
    ledger: Ledger
    crosswalk: Crosswalk
    lake: Lake
    vocabulary: Vocabulary
    salt: str
    follows: tuple[Following, ...] = ()  # what is done when the lake has what came; the caller holds the workspace
    book: Book | None = field(default=None, repr=False)  # what reads are decided by; see flows.gate
    kept: dict[object, Any] = field(default_factory=dict, repr=False)  # what is true for as long as its stamp is
    held: ExitStack = field(default_factory=ExitStack, repr=False)  # what else is to be released

    @property
    def path(self) -> Path:
        """The workspace's folder."""
        return self.places.root

    def today(self) -> dt.date:
        """The day it is where the workspace is."""
        return dt.datetime.now(ZoneInfo(self.settings.time_zone)).date()

    def close(self) -> None:
        """Release its files."""
        self.held.close()  # first: what works on in the background asks the parts
        for part in (self.landing, self.ledger, self.crosswalk):
            part.close()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
