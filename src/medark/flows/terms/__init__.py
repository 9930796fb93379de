"""What sources' own codes mean: which nobody knows, what they may mean, what was decided, and the rows that follow"""

from medark.flows.terms.candidates import Proposed, proposed
from medark.flows.terms.decide import decide
from medark.flows.terms.unmapped import Coverage, Unmapped, coverage, unmapped

__all__ = ["Coverage", "Proposed", "Unmapped", "coverage", "decide", "proposed", "unmapped"]
