"""Kulldorff's space–time scan: where and since when there are more cases than chance would put there"""

from .find import Cluster, PermutationScan, PoissonScan
from .zones import great_circle

__all__ = ["Cluster", "PermutationScan", "PoissonScan", "great_circle"]
