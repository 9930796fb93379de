"""Devices that were implanted or supplied: what they are, and their model; never which one"""

from __future__ import annotations

import re

from medark.standardise.formats.cda.document import Here
from medark.standardise.formats.cda.identifiers import identifiers
from medark.standardise.formats.cda.parse import Element
from medark.standardise.formats.cda.statements.events import add_event
from medark.standardise.formats.cda.times import Span
from medark.standardise.formats.cda.values import concept

_UDI = "2.16.840.1.113883.3.3719"  # FDA unique device identifiers
_GTIN = re.compile(r"\(01\)(\d{14})", re.ASCII)


def add_devices(statement: Element, here: Here, times: Span) -> bool:
    """File the devices that take part in a statement; true when there was one."""
    found = False
    for participant in statement.findall("participant"):
        role = participant.find("participantRole")
        if participant.get("typeCode") not in ("DEV", "PRD") or role is None:
            continue
        idea = concept(role.find("playingDevice/code"), here.document.passages)
        if idea.said:
            found = True
            there = here.within(role)
            add_event(statement, there, "device", idea, times, device_id=_model(role))
    return found


def _model(role: Element) -> str | None:
    """The device identifier of a UDI: the model's part of it. The rest (lot, serial) names the single device."""
    for identifier in identifiers(role.findall("id")):
        if identifier.root == _UDI and (model := _GTIN.search(identifier.extension)) is not None:
            return model[1]
    return None
