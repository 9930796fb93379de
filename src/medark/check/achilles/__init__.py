"""The analyses of OHDSI's Achilles, by its numbers and in the shape of its results, counted in few passes

Source: OHDSI Achilles 1.7 (github.com/OHDSI/Achilles, Apache-2.0), its list of analyses. Which there are is data in
`facts/analyses.csv`; how each is counted is said here in our own SQL. As there, records count that lie inside an
observation period of their person, but for analyses of what is invalid.
"""

from medark.check.achilles.analyses import STRATA, Analysis, analyses
from medark.check.achilles.counting import Made, Part, Sum, Values
from medark.check.achilles.plan import parts

__all__ = ["STRATA", "Analysis", "Made", "Part", "Sum", "Values", "analyses", "parts"]
