"""The data map: sources, files, tables, columns; worked out once for each version of the lake, and kept with it"""

from medark.flows.data_map.profiling import profile
from medark.flows.data_map.seen import Kept, Seen, seen, work_out
from medark.flows.data_map.whole import data_map

__all__ = ["Kept", "Seen", "data_map", "profile", "seen", "work_out"]
