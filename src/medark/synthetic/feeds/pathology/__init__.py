"""Both pathologies: reports as XML at north, as CSV with English names of columns at south"""

from __future__ import annotations

from medark.synthetic.feeds.desk import Desk
from medark.synthetic.feeds.system import Export, System
from medark.synthetic.feeds.tabular import csv_export, wording


def _write_north(desk: Desk) -> None:
    desk.facts("pathology")
    header, footer = '<?xml version="1.0" encoding="UTF-8"?>\n<病理报告集 医院="北城人民医院">\n', "</病理报告集>\n"
    desk.lines(Export("reports_{part:03d}.xml", wording("pathology", "north"), header, footer))


def _write_south(desk: Desk) -> None:
    desk.facts("pathology")
    desk.lines(csv_export(desk, "pathology_{part:03d}.csv", wording("pathology", "south")))


SYSTEMS = (
    System("north/pathology", _write_north, hospital="north"),
    System("south/pathology", _write_south, hospital="south"),
)

__all__ = ["SYSTEMS"]
