"""Reports for internal review: live numbers of the lake in the shape of evaluations, each with the rule behind it"""

from medark.flows.evidence.reporting import REPORTS, report

__all__ = ["REPORTS", "report"]
