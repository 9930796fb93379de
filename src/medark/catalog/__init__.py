"""The data map: what there is, where it came from, where it went, how it is filled; values shown only where harmless"""

from medark.catalog.data_map import (
    Arrived,
    ColumnProfile,
    DataMap,
    FileEntry,
    Flow,
    SourceEntry,
    TableEntry,
    TableProfile,
    TopValue,
)

__all__ = [
    "Arrived", "ColumnProfile", "DataMap", "FileEntry", "Flow", "SourceEntry", "TableEntry", "TableProfile", "TopValue",
]  # fmt: skip
