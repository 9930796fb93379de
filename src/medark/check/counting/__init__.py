"""What every kind of check counts with: counts by check id, scans that fill them, aggregates that share a scan"""

from medark.check.counting.asked import Asked
from medark.check.counting.counts import Count, Counts
from medark.check.counting.scan import Row, Scan

__all__ = ["Asked", "Count", "Counts", "Row", "Scan"]
