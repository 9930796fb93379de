"""How good the lake is: checks counted over a version of it, kept, and judged when they are read"""

from medark.flows.quality.check import check
from medark.flows.quality.explain import Came, Explained, explained
from medark.flows.quality.history import history

__all__ = ["Came", "Explained", "check", "explained", "history"]
