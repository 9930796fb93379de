"""The lake: OMOP tables as Delta tables, changed all at once or not at all"""

from medark.store.lake.change import Append, Change, Query, Replace, Upsert
from medark.store.lake.lake import BUCKETS, Lake
from medark.store.lake.manifest import Commit, DataFile, Snapshot

__all__ = ["BUCKETS", "Append", "Change", "Commit", "DataFile", "Lake", "Query", "Replace", "Snapshot", "Upsert"]
