"""The checks of OHDSI's DataQualityDashboard for CDM 5.4, by its own ids and thresholds, counted in few scans

Source: OHDSI DataQualityDashboard 2 (github.com/OHDSI/DataQualityDashboard, Apache-2.0), tables for CDM 5.4; categories
of Kahn et al. 2016, EGEMS 4(1):1244. Which check is of what, and its threshold, are facts in `facts/instances.csv`; how
each is counted is said here in our own SQL.
"""

from medark.check.dqd.applicable import applicable
from medark.check.dqd.concepts import TOLD
from medark.check.dqd.instances import instance, instances
from medark.check.dqd.kinds import KINDS
from medark.check.dqd.plan import existing, plan
from medark.check.dqd.related import FACTS, Facts
from medark.check.dqd.violators import violating

__all__ = ["FACTS", "KINDS", "TOLD", "Facts", "applicable", "existing", "instance", "instances", "plan", "violating"]
