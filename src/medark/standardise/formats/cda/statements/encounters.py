"""Encounters listed in a section: visits, and the diagnoses made in them"""

from __future__ import annotations

from collections.abc import Iterable

from medark.standardise.formats.cda.document import Here, own_key, performer
from medark.standardise.formats.cda.parse import SDTC, Element
from medark.standardise.formats.cda.statements.facts import related
from medark.standardise.formats.cda.times import first_span
from medark.standardise.formats.cda.visits import visit_class, visit_key
from medark.standardise.formats.staged import Visit


def encounter(statement: Element, here: Here) -> Iterable[tuple[Element, Here]]:
    """A visit; what was found in it comes next and belongs to it."""
    document, (start, end) = here.document, first_span(statement.findall("effectiveTime"))
    key = visit_key(statement, document.person_key, document.source) or own_key(statement, here, None, start)
    discharge = statement.find(SDTC + "dischargeDispositionCode")
    here.unit.add(
        Visit,
        visit_key=key,
        person_key=document.person_key,
        **visit_class(statement),
        start_time=start,
        end_time=end,
        provider_key=performer(statement, here),
        discharged_to=discharge.get("code") if discharge is not None else None,
        type="ehr_encounter",
    )
    parts = related(statement, "SUBJ", "COMP", "REFR", "RSON")
    return [(part, here.within(part, visit_key=key, since=start)) for part in parts if part.tag != "encounter"]
