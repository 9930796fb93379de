"""Who, what, how much: identity terminology units"""

from medark.standardise.lookups.data import data
from medark.standardise.lookups.links import PERSON_LINK, person_links
from medark.standardise.lookups.steps import STEPS

__all__ = ["PERSON_LINK", "STEPS", "data", "person_links"]
