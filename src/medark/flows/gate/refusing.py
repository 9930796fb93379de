"""Refusals: a person's no, said at the desk or in a FHIR Consent; by an owner, and in the audit"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from medark.flows.gate.owner import must_own, note
from medark.flows.gate.parts import now_ms
from medark.flows.workspace import Workspace
from medark.govern.consent import Consent
from medark.model.access import Refusal


@dataclass(frozen=True, slots=True)
class Heard:
    """What some consents came to: how many were read, how many refusals they are, of how many nobody is known."""

    consents: int
    refusals: int
    unknown: int


def refuse(workspace: Workspace, by: str, refusal: Refusal) -> None:
    """A person's no, from when it says on."""
    must_own(workspace, by)
    workspace.ledger.refusals.add([refusal], "desk")
    purpose = refusal.purpose.value if refusal.purpose else ""
    note(workspace, by, "refusal noted", [refusal.person_id], purpose=purpose, organisation=refusal.organisation or "")


def end_refusals(workspace: Workspace, by: str, person_id: int) -> int:
    """All that a person refused is over from now on; how many refusals that were."""
    must_own(workspace, by)
    ended = workspace.ledger.refusals.end(person_id, now_ms())
    note(workspace, by, "refusals ended", [person_id], refusals=ended)
    return int(ended)


def hear(workspace: Workspace, by: str, consents: list[Consent], who: Callable[[str], int | None]) -> Heard:
    """What FHIR consents refuse, each in the place of what the same Consent said before. `who`: the person of a key."""
    must_own(workspace, by)
    refusals = unknown = 0
    for consent in consents:
        person_id = who(consent.person_key)
        if person_id is None:
            unknown += 1
            continue
        said: Any = consent.refusals(person_id)
        workspace.ledger.refusals.replace(consent.origin, said)
        note(workspace, by, "consent heard", [person_id], refusals=len(said))
        refusals += len(said)
    return Heard(len(consents), refusals, unknown)
