"""The city written: each system's files under raw/, everything true under truth/"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from medark.model.progress import Progress, Silent
from medark.synthetic.before import truth
from medark.synthetic.before.city import City
from medark.synthetic.before.output import Output, Planted
from medark.synthetic.before.writers import emr, fhir, his_north, his_south, lis, pacs

WRITERS: tuple[Callable[[City, Output], None], ...] = (
    his_north.write, his_south.write, lis.write, pacs.write, emr.write, fhir.write, truth.write,
)  # fmt: skip
_SILENT = Silent()


def write_city(city: City, root: Path, progress: Progress = _SILENT) -> tuple[Planted, ...]:
    """Write a city in a new folder: the same city gives the same bytes. Returns the errors that were planted."""
    out = Output(root)
    with progress.stage("writing what its systems export", len(WRITERS), "systems") as stage:
        for write in WRITERS:
            write(city, out)
            stage.advance(1)
    return tuple(out.planted)
