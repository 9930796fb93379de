"""Procedures that were done, the devices they used, and the specimens they took"""

from __future__ import annotations

from collections.abc import Iterable

from medark.standardise.formats.cda.document import Here
from medark.standardise.formats.cda.parse import Element
from medark.standardise.formats.cda.statements.devices import add_devices
from medark.standardise.formats.cda.statements.events import add_event, when
from medark.standardise.formats.cda.statements.facts import status_code
from medark.standardise.formats.cda.values import concept


def procedure(statement: Element, here: Here) -> Iterable[tuple[Element, Here]]:
    """A procedure and its devices. An implant that is only listed has a device and a procedure of no code."""
    times = when(statement, here)
    idea = concept(statement.find("code"), here.document.passages)
    has_device = add_devices(statement, here, times)
    if not idea.said and has_device:
        return ()
    stopped = "aborted" if status_code(statement) == "aborted" else None
    add_event(statement, here, "procedure", idea, times, stop_reason=stopped)
    return ()
