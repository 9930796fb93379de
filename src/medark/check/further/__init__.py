"""Checks beyond the dashboard: over time, between deliveries and places, across tables, of people, of how soon

Each is judged from tallies: small tables of counts that are kept, so that another threshold or another rule over the
same counts needs no new scan. `docs/reference/quality.md` says what each kind finds and by which method.
"""

from medark.check.further.checks import Family, Found, Tallied, Tally, check_of
from medark.check.further.families import FAMILIES, found, tallies
from medark.check.further.kinds import FAMILY_OF, KINDS

__all__ = ["FAMILIES", "FAMILY_OF", "KINDS", "Family", "Found", "Tallied", "Tally", "check_of", "found", "tallies"]
