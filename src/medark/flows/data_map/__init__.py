"""The data map: sources, files, tables, columns; worked out once for each version of the lake, and kept with it"""

from medark.flows.data_map.apps import AppReads, apps_that_read
from medark.flows.data_map.background import freshen, wait
from medark.flows.data_map.profiling import profile
from medark.flows.data_map.seen import Kept, Seen, hand_out, seen, work_out
from medark.flows.data_map.sources import all_sources, are_current, kept_sources, work_out_sources
from medark.flows.data_map.whole import data_map

__all__ = [
    "AppReads", "Kept", "Seen", "all_sources", "apps_that_read", "are_current", "data_map", "freshen", "hand_out",
    "kept_sources", "profile", "seen", "wait", "work_out", "work_out_sources",
]  # fmt: skip
