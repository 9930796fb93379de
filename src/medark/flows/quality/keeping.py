"""Counts on disk, each under what it depends on: the query, and the files of every table that it reads"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping

from medark.check.counting import Counts, Scan
from medark.check.dqd import FACTS
from medark.flows.data_map.keeping import Keeping
from medark.flows.workspace import Workspace
from medark.store.lake import Snapshot

_FOLDER, _NAME = "quality", "counts-1.json"


def key_of(scan: Scan, snapshot: Snapshot, vocabulary: str, today: dt.date) -> str:
    """What a scan's answer depends on; of the day only if it asks for it."""
    read = {FACTS[name].table if name in FACTS else name for name in scan.reads}
    files = [sorted(path.name for path in snapshot.files(table)) for table in sorted(read & set(snapshot.tables))]
    day = str(today) if ":today" in scan.sql else ""
    return hashlib.sha256(repr((scan.sql, files, vocabulary, day)).encode()).hexdigest()[:32]


def kept(workspace: Workspace) -> Mapping[str, Counts]:
    """The counts that were kept, by key."""
    return Keeping(workspace, _FOLDER).told(_NAME, dict[str, Counts]) or {}


def put(workspace: Workspace, counts: Mapping[str, Counts]) -> None:
    """Keep counts in the place of those before."""
    Keeping(workspace, _FOLDER).put(_NAME, dict(counts))
