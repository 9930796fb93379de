"""The data map: what there is, where it came from, where it went, how it is filled; values shown only where harmless"""

from medark.catalog.data_map import ColumnProfile, DataMap, FileEntry, Flow, SourceEntry, TableEntry, TopValue

__all__ = ["ColumnProfile", "DataMap", "FileEntry", "Flow", "SourceEntry", "TableEntry", "TopValue"]
