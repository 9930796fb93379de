"""What is unusual in counts over time and place: thresholds of thousands of series at once, clusters, late reports"""

from .nowcast import Completed, Nowcast, reporting_triangle
from .parameters import Parameter
from .registry import METHODS, Method, detect, method
from .scan import Cluster, PermutationScan, PoissonScan, great_circle
from .share import BinomialShare
from .signals import Detector, Signals

__all__ = [
    "METHODS",
    "BinomialShare",
    "Cluster",
    "Completed",
    "Detector",
    "Method",
    "Nowcast",
    "Parameter",
    "PermutationScan",
    "PoissonScan",
    "Signals",
    "detect",
    "great_circle",
    "method",
    "reporting_triangle",
]
