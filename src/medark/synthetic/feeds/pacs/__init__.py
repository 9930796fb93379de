"""Both radiologies: reports as HL7 v2 (2.3.1 with formatted text, 2.5.1 line by line), pictures as DICOM"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from string import Template

from medark.synthetic.feeds.desk import Desk
from medark.synthetic.feeds.pacs.pictures import write_pictures
from medark.synthetic.feeds.system import Export, System
from medark.synthetic.feeds.tabular import wording


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one hospital's radiology speaks."""

    organisation: str
    version: str
    character_set: str  # of MSH-18
    encoding: str
    authority: str  # who numbers the patients, in PID-3.4
    dicom_characters: str  # (0008,0005) of pictures


NORTH = Dialect("north", "2.3.1", "GB 18030-2000", "gb18030", "NORTH", "GB18030")
SOUTH = Dialect("south", "2.5.1", "UNICODE UTF-8", "utf-8", "SBGH", "ISO_IR 192")


def _write(desk: Desk, dialect: Dialect) -> None:
    desk.facts("studies", f"local_{dialect.organisation}_study", f"local_{dialect.organisation}_department")
    names = {
        "organisation": dialect.organisation,
        "version": dialect.version,
        "character_set": dialect.character_set,
        "authority": dialect.authority,
    }
    desk.run(Template(wording("pacs", "studies")).substitute(names))
    query = Template(wording("pacs", f"reports_{dialect.organisation}")).substitute(names)
    desk.lines(Export("reports_{part:03d}.hl7", query, encoding=dialect.encoding))
    write_pictures(desk, dialect.organisation, dialect.dicom_characters)


SYSTEMS = tuple(
    System(f"{one.organisation}/pacs", partial(_write, dialect=one), hospital=one.organisation)
    for one in (NORTH, SOUTH)
)

__all__ = ["SYSTEMS"]
