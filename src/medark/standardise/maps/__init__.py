"""Known sources as data: how each is recognised, and what its tables say in staging terms."""

from medark.standardise.maps.known import known_sources, recognise
from medark.standardise.maps.source_map import SourceMap
from medark.standardise.maps.staging_sql import StagingQuery
from medark.standardise.maps.table_map import TableMap

__all__ = ["SourceMap", "StagingQuery", "TableMap", "known_sources", "recognise"]
