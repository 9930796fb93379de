"""Home devices: accounts, and what their broker kept, a topic and a payload a line, bodies as Open mHealth has them"""

from medark.synthetic.feeds.desk import Desk
from medark.synthetic.feeds.system import Export, System
from medark.synthetic.feeds.tabular import wording

_READINGS = Export("readings_{part:03d}.jsonl", wording("devices", "readings"))
_ACCOUNTS = Export("accounts_{part:03d}.jsonl", wording("devices", "accounts"))


def _write(desk: Desk) -> None:
    desk.facts("device_kinds")
    desk.lines(_READINGS)
    desk.lines(_ACCOUNTS)


SYSTEMS = (System("home/devices", _write),)
