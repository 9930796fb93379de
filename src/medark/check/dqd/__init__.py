"""The checks of OHDSI's DataQualityDashboard for CDM 5.4, by its own ids and thresholds, counted in few scans

Source: OHDSI DataQualityDashboard 2 (github.com/OHDSI/DataQualityDashboard, Apache-2.0), tables for CDM 5.4; categories
of Kahn et al. 2016, EGEMS 4(1):1244. Which check is of what, and its threshold, are facts in `facts/instances.csv`; how
each is counted is said here in our own SQL.
"""

from medark.check.dqd.counts import Count, Counts
from medark.check.dqd.instances import Instance, instances
from medark.check.dqd.judge import Outcome, Verdict, judged
from medark.check.dqd.kinds import KINDS, Kind
from medark.check.dqd.plan import existing, plan
from medark.check.dqd.scan import Row, Scan
from medark.check.dqd.scores import scores
from medark.check.dqd.violators import violating

__all__ = [
    "KINDS", "Count", "Counts", "Instance", "Kind", "Outcome", "Row", "Scan", "Verdict", "existing", "instances",
    "judged", "plan", "scores", "violating",
]  # fmt: skip
