"""Column lineage, worked out of what is run: maps, readers, the steps to OMOP, definitions"""

from medark.flows.lineage.ask import asset, downstream, impact, upstream
from medark.flows.lineage.whole import graph

__all__ = ["asset", "downstream", "graph", "impact", "upstream"]
