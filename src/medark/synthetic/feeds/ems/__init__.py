"""The 120 centre: one JSON object a call, one a line"""

from medark.synthetic.feeds.desk import Desk
from medark.synthetic.feeds.system import Export, System
from medark.synthetic.feeds.written import sql

_CALLS = Export("calls_{part:03d}.jsonl", sql(__name__, "calls"))


def _write(desk: Desk) -> None:
    desk.facts("organisations", "districts")
    desk.lines(_CALLS)


SYSTEMS = (System("ems/calls", _write),)
