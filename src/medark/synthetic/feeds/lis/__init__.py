"""Both laboratories and the front desks beside them: HL7 v2, 2.4 in GB 18030 at north, 2.5.1 in MLLP frames at south"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Template
from types import MappingProxyType

from medark.synthetic.feeds.desk import Desk
from medark.synthetic.feeds.system import Export, System
from medark.synthetic.feeds.tabular import wording


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one hospital's messages are said: `conventional` units, Chinese or English names, framed or not."""

    organisation: str
    version: str
    character_set: str  # of MSH-18
    encoding: str
    opens: str  # before a message, as an SQL text
    closes: str
    conventional: bool
    authority: str  # who numbers the patients, in PID-3.4


NORTH = Dialect("north", "2.4", "GB 18030-2000", "gb18030", "''", "''", False, "NORTH")
SOUTH = Dialect("south", "2.5.1", "UNICODE UTF-8", "utf-8", "chr(11)", "chr(28) || chr(13)", True, "SBGH")
KINDS = ("admissions", "merges")  # each is a query of its own, and a file


def _write(desk: Desk, dialect: Dialect) -> None:
    desk.facts("tests", "panels", f"local_{dialect.organisation}_test", f"local_{dialect.organisation}_department")
    desk.run(Template(wording("lis", "views")).substitute(_said(dialect)))
    for year in desk.city.settings.years:  # a file a year: reports of all years at once would be the peak of memory
        _export(desk, dialect, "results", f"results_{year}", {"year": str(year)})
    for kind in KINDS:
        _export(desk, dialect, kind, kind)


def _export(
    desk: Desk, dialect: Dialect, query: str, file: str, names: Mapping[str, str] = MappingProxyType({})
) -> None:
    sql = Template(wording("lis", query)).substitute(_said(dialect) | names)
    desk.lines(Export(file + "_{part:03d}.hl7.gz", sql, encoding=dialect.encoding))


def _said(dialect: Dialect) -> dict[str, str]:
    """What the queries' `$names` stand for."""
    return {
        "organisation": dialect.organisation,
        "version": dialect.version,
        "character_set": dialect.character_set,
        "opens": dialect.opens,
        "closes": dialect.closes,
        "authority": dialect.authority,
        "conventional": str(dialect.conventional).lower(),
    }


SYSTEMS = tuple(
    System(f"{one.organisation}/lis", lambda desk, one=one: _write(desk, one), hospital=one.organisation)
    for one in (NORTH, SOUTH)
)
