"""The 120 centre: one JSON object a call, one a line"""

from medark.synthetic.feeds.desk import Desk
from medark.synthetic.feeds.system import Export, System
from medark.synthetic.feeds.tabular import wording

_CALLS = Export("calls_{part:03d}.jsonl", wording("ems", "calls"))


def _write(desk: Desk) -> None:
    desk.facts("organisations", "districts")
    desk.lines(_CALLS)


SYSTEMS = (System("ems/calls", _write),)
