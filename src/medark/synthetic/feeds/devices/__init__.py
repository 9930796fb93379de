"""Home devices: what their broker kept, a topic and a payload a line, bodies as Open mHealth shapes them"""

from medark.synthetic.feeds.desk import Desk
from medark.synthetic.feeds.system import Export, System
from medark.synthetic.feeds.written import sql

_READINGS = Export("readings_{part:03d}.jsonl", sql(__name__, "readings"))


def _write(desk: Desk) -> None:
    desk.facts("device_kinds")
    desk.lines(_READINGS)


SYSTEMS = (System("home/devices", _write),)
