"""Why somebody may or may not read a column: how sensitive it is and why, and what each of their grants says of it"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from medark.flows.gate.decide import columns_of, standing
from medark.flows.gate.parts import book_of, now_ms
from medark.flows.gate.refused import granting
from medark.flows.workspace import Workspace
from medark.govern.authorise import ALLOWED, authorise
from medark.govern.levels import Sensitivity
from medark.messages import N_
from medark.model.access import Decision, Grant, Reader

NOT_HELD = N_("it is another's")
NOT_IN_FORCE = N_("it is not in force")
OTHER_PURPOSE = N_("it is for another purpose")


@dataclass(frozen=True, slots=True)
class OfGrant:
    """What one grant says: whether it opens what is asked for, and if not, why not."""

    grant: Grant
    opens: bool
    why: str  # a fixed phrase


@dataclass(frozen=True, slots=True)
class Why:
    """The decision, the sensitivity of the column (None: of a whole table), each grant, and the line to type."""

    decision: Decision
    sensitivity: Sensitivity | None
    grants: tuple[OfGrant, ...]
    fix: str


def why(workspace: Workspace, reader: Reader, table: str, column: str = "") -> Why:
    """Why a reader may or may not read a column, or a table."""
    reads = {table: frozenset({column}) if column else None}
    moment = now_ms()
    found = standing(workspace, reader, reads, moment)

    def each() -> Iterator[OfGrant]:
        for grant in book_of(workspace).grants(found.reader):
            if not (grant.is_held_by(found.reader) or grant.holder == found.reader.app):
                yield OfGrant(grant, False, NOT_HELD)
            elif not grant.in_force(moment):
                yield OfGrant(grant, False, NOT_IN_FORCE)
            elif grant.purpose is not reader.purpose:
                yield OfGrant(grant, False, OTHER_PURPOSE)
            else:
                alone = authorise(found.reader, reads, [grant], columns_of, found.level_of, moment)
                yield OfGrant(grant, alone.allowed, ALLOWED if alone.allowed else alone.reason)

    decision = found.decision
    fix = "" if decision.allowed else granting(reader, found)
    return Why(decision, found.level_of(table, column) if column else None, tuple(each()), fix)
