"""Under what a count is kept that is made again whole: the query, and the files of every table that it reads"""

from __future__ import annotations

import datetime as dt
import hashlib

from medark.check.counting import Scan
from medark.check.dqd import FACTS
from medark.store.lake import Snapshot


def key_of(scan: Scan, snapshot: Snapshot, vocabulary: str, today: dt.date) -> str:
    """What a scan's answer depends on; of the day only if it asks for it."""
    read = {FACTS[name].table if name in FACTS else name for name in scan.reads}
    files = [sorted(path.name for path in snapshot.files(table)) for table in sorted(read & set(snapshot.tables))]
    day = str(today) if ":today" in scan.sql else ""
    return hashlib.sha256(repr((scan.sql, files, vocabulary, day)).encode()).hexdigest()[:32]
