"""What a source calls something, and the standard concepts that it may mean: ranked, each with its evidence"""

from medark.standardise.terms.match import Matcher, Weighing
from medark.standardise.terms.sense import Sense
from medark.standardise.terms.term import Candidate, Named, Term

__all__ = ["Candidate", "Matcher", "Named", "Sense", "Term", "Weighing"]
