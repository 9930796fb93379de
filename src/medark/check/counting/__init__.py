"""What every kind of check counts with: counts by check id, scans that fill them, aggregates that share a scan"""

from medark.check.counting.asked import Asked
from medark.check.counting.counts import Count, Counts
from medark.check.counting.scan import FILE_NO, Link, Linked, Piece, Rest, Row, Scan, is_sum, of_one_file

__all__ = [
    "FILE_NO", "Asked", "Count", "Counts", "Link", "Linked", "Piece", "Rest", "Row", "Scan", "is_sum", "of_one_file",
]  # fmt: skip
