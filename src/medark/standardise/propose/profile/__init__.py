"""A table that nobody has described, read once: what its columns hold, and how tables hang together."""

from medark.standardise.propose.profile.column import ColumnProfile, profile_of
from medark.standardise.propose.profile.drift import Drift, drift
from medark.standardise.propose.profile.orders import Order, orders
from medark.standardise.propose.profile.scan import TableScan
from medark.standardise.propose.profile.table import Link, TableProfile, links

__all__ = [
    "ColumnProfile",
    "Drift",
    "Link",
    "Order",
    "TableProfile",
    "TableScan",
    "drift",
    "links",
    "orders",
    "profile_of",
]
