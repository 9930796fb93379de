"""How good the lake is: checks counted over a version of it, kept, and judged when they are read"""

from medark.flows.quality.by_source import by_source, check_source
from medark.flows.quality.check import check
from medark.flows.quality.explain import Explained, explained
from medark.flows.quality.history import Since, history, newest, since_last
from medark.flows.quality.likely import Likely
from medark.flows.quality.lines import Line
from medark.flows.quality.site_rules import SiteJudged, site
from medark.flows.quality.tasks import Turned, bring_up_to_date

__all__ = [
    "Explained", "Likely", "Line", "Since", "SiteJudged", "Turned", "bring_up_to_date", "by_source", "check",
    "check_source", "explained", "history", "newest", "since_last", "site",
]  # fmt: skip
