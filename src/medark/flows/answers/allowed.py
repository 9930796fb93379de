"""Who may keep a form: decided by what the ledger says now, refused with the reason, and in the audit either way"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from medark.errors import AccessError
from medark.flows.gate import About, person
from medark.flows.gate.parts import book_of
from medark.flows.gate.reader import as_of_now
from medark.flows.workspace import Workspace
from medark.govern.writing import NO_WRITER, NOT_APPROVED, NOT_SEEN, OTHER_PURPOSE, why_not
from medark.messages import N_
from medark.model.access import Reader
from medark.model.audit import Act, Outcome, Verdict
from medark.sdk.manifest import Manifest
from medark.sdk.writes import may_write

ACTION: Final = "answers"
_SEEN: Final = About(ACTION, detail={"asked": "is there such a person"})
_PERSON: Final = {"person": frozenset({"person_id"})}
_FIXES: Final = {
    NO_WRITER: N_("an owner gives the role, or names it in the setting access.writers"),
    OTHER_PURPOSE: N_("read for its purpose, if it is yours"),
    NOT_SEEN: N_("ask whoever looks after the person"),
}


def must_be_allowed(workspace: Workspace, reader: Reader, manifest: Manifest, person_id: int) -> None:
    """AccessError with the reason unless the reader may write through this application about this person."""
    now = as_of_now(book_of(workspace), reader) or replace(reader, roles=frozenset())
    reason = why_not(now, manifest.purpose, workspace.settings.access.writers)
    if not reason and not _is_seen(workspace, reader, person_id):
        reason = NOT_SEEN
    if reason:
        _refuse(workspace, reader, manifest, person_id, reason)


def must_be_approved(
    workspace: Workspace, reader: Reader, manifest: Manifest, person_id: int, items: Collection[str]
) -> None:
    """AccessError if one of these items is none that the application says it writes."""
    if any(not may_write(manifest.writes, one) for one in items):
        _refuse(workspace, reader, manifest, person_id, NOT_APPROVED)


def note(workspace: Workspace, reader: Reader, manifest: Manifest, person_id: int, told: dict[str, str | int]) -> None:
    """Write to the audit who wrote which items about whom; never a value. StorageError, and then nothing is kept."""
    act = Act(
        ACTION, reader.user, reader.organisation, reader.purpose, manifest.name, verdict=Verdict.ALLOWED,
        outcome=Outcome.DONE, detail={"version": manifest.version, **told},
    )  # fmt: skip
    book_of(workspace).write(act, [person_id])


def _is_seen(workspace: Workspace, reader: Reader, person_id: int) -> bool:
    """Does the reader, for themselves, see that there is such a person? Not there and not shown are one answer."""
    try:
        return bool(person(workspace, replace(reader, app=""), person_id, _PERSON, _SEEN))
    except AccessError:
        return False


def _refuse(workspace: Workspace, reader: Reader, manifest: Manifest, person_id: int, reason: str) -> None:
    act = Act(
        ACTION, reader.user, reader.organisation, reader.purpose, manifest.name, verdict=Verdict.REFUSED,
        reason=reason, detail={"version": manifest.version},
    )  # fmt: skip
    book_of(workspace).write(act, [person_id])
    fix = _FIXES.get(reason, f"medark app approve {manifest.name}")
    raise AccessError(reason, fix=fix, app=manifest.name, user=reader.user, purpose=reader.purpose.value)
