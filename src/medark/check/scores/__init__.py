"""Counts of checks told apart by source, and summed up: how many checks of each table and dimension passed"""

from medark.check.scores.apart import SOURCES, Apart
from medark.check.scores.scores import scores

__all__ = ["SOURCES", "Apart", "scores"]
