"""How good the lake is: checks counted over a version of it, kept, and judged when they are read"""

from medark.flows.quality.check import check

__all__ = ["check"]
