"""A folder becomes rows of the lake: land, stage, standardise, check, commit"""

from medark.flows.ingest.ingest import ingest

__all__ = ["ingest"]
