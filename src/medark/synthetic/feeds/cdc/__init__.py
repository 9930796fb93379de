"""The centre for disease control: report cards of notifiable diseases as XML"""

from medark.synthetic.feeds.desk import Desk
from medark.synthetic.feeds.system import Export, System
from medark.synthetic.feeds.tabular import wording

_CARDS = Export(
    "cards_{part:03d}.xml",
    wording("cdc", "cards"),
    header='<?xml version="1.0" encoding="UTF-8"?>\n<ReportCards system="传染病报告" version="2.0">\n',
    footer="</ReportCards>\n",
)


def _write(desk: Desk) -> None:
    desk.facts("organisations", "districts", "diseases", "occupations")
    desk.lines(_CARDS)


SYSTEMS = (System("cdc/cards", _write),)
