"""Acts: concerns and diagnoses around observations, coverage, notes, and acts that were done"""

from __future__ import annotations

from collections.abc import Iterable

from medark.standardise.formats.cda.document import Here, recorded
from medark.standardise.formats.cda.parse import Element
from medark.standardise.formats.cda.statements.coverage import add_coverage
from medark.standardise.formats.cda.statements.facts import related, templates
from medark.standardise.formats.cda.statements.notes import add_note_activity
from medark.standardise.formats.cda.statements.procedures import procedure
from medark.standardise.formats.cda.times import span

_C_CDA = "2.16.840.1.113883.10.20.22.4."
_POLICY, _NOTE, _PROCEDURE, _COVERAGE = (_C_CDA + n for n in ("61", "202", "12", "60"))


def act(statement: Element, here: Here) -> Iterable[tuple[Element, Here]]:
    """An act says little itself but for a few kinds; what it holds is staged next."""
    claimed = templates(statement)
    if _POLICY in claimed:
        add_coverage(statement, here)
        return ()
    if _NOTE in claimed:
        add_note_activity(statement, here)
        return ()
    if _PROCEDURE in claimed or (here.rule.kind == "procedure" and not related(statement, "SUBJ", "COMP")):
        return procedure(statement, here)
    since = here.since if _COVERAGE in claimed else _began(statement) or here.since
    return [(part, here.within(part, since=since)) for part in related(statement, "SUBJ", "COMP", "REFR")]


def _began(statement: Element) -> str | None:
    return span(statement.find("effectiveTime"))[0] or recorded(statement)
