"""The audit, asked: what was done, whether anybody changed it, and who has looked at whose record"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from medark.errors import AccessError, UsageError
from medark.flows.gate.owner import OWNER, must_own
from medark.flows.gate.parts import book_of
from medark.flows.who import the_person
from medark.flows.workspace import Workspace
from medark.govern.chain import Verified, verified
from medark.messages import N_
from medark.model.audit import Act, AuditEntry, Verdict, signing_key

NEWEST_SIGNED = "audit signed again"
AUDITOR: Final = "auditor"
AUDITORS: Final = frozenset({OWNER, AUDITOR})  # the roles that may read what others did


@dataclass(frozen=True, slots=True)
class Which:
    """Which entries are asked for: all that fit. `person_id`: about whom; times in milliseconds since 1970, UTC."""

    actor: str = ""
    action: str = ""
    app: str = ""
    verdict: Verdict | None = None
    person_id: int | None = None
    since_ms: int | None = None
    until_ms: int | None = None  # before this moment


def may_audit(workspace: Workspace, by: str) -> bool:
    """May somebody read what others did?"""
    known = book_of(workspace).user(by)
    return known is not None and not known.disabled and not known.roles.isdisjoint(AUDITORS)


def must_audit(workspace: Workspace, by: str) -> None:
    """AccessError unless the user is an owner or an auditor."""
    if not may_audit(workspace, by):
        raise AccessError(
            N_("only an owner or an auditor may read what others did"), fix=f"medark user role {by} --add {AUDITOR}",
            user=by,
        )  # fmt: skip


def entries(
    workspace: Workspace, by: str, which: Which | None = None, *, before: int | None = None, limit: int | None = 100
) -> list[AuditEntry]:
    """The newest `limit` entries (None: all) that fit, oldest first; `before`: an entry's number, to turn pages.

    What oneself did may be read by anybody, everything else by owners and auditors: AccessError. Whose record an entry
    is about is for the latter alone.
    """
    asked = which or Which()
    if asked.actor != by or asked.person_id is not None:
        must_audit(workspace, by)
    found: list[AuditEntry] = workspace.ledger.audit.entries(
        actor=asked.actor or None, action=asked.action or None, app=asked.app or None, verdict=asked.verdict,
        person_id=asked.person_id, since_ms=asked.since_ms, until_ms=asked.until_ms, before=before, limit=limit,
    )  # fmt: skip
    return found


def verify(workspace: Workspace, by: str) -> Verified:
    """Every place where the audit is not what was written. AccessError for who is neither owner nor auditor."""
    must_audit(workspace, by)
    return _verified(workspace)


def _verified(workspace: Workspace) -> Verified:
    head = workspace.ledger.audit.head()  # before the entries: what is added meanwhile comes after it
    return verified(workspace.ledger.audit.lines(), signing_key(workspace.salt), head)


def about(workspace: Workspace, by: str, person: str) -> list[AuditEntry]:
    """Who has looked at a person's record, oldest first: by person_id, or by a number or key that is only theirs.

    NotFoundError if nobody, or more than one, goes by that name. AccessError for who is neither owner nor auditor.
    """
    return entries(workspace, by, Which(person_id=person_named(workspace, by, person)), limit=None)


def person_named(workspace: Workspace, by: str, person: str) -> int:
    """The person_id of whom the audit is asked about: of somebody here, or of somebody whom an entry tells of."""
    must_audit(workspace, by)
    asked = workspace.ledger.audit.entries
    return the_person(workspace, person, lambda person_id: bool(asked(person_id=person_id, limit=1)))


def sign_again(workspace: Workspace, by: str, reason: str) -> AuditEntry:
    """Sign the newest entry that there is, after a ledger came back from a backup; that it was done is an entry, too.

    What was changed in an entry stays found. AccessError for who is no owner; UsageError without a reason.
    """
    must_own(workspace, by)
    if not reason.strip():
        raise UsageError("signing the audit again wants a reason", fix='--reason "restored from last night\'s backup"')
    found = _verified(workspace)
    detail: dict[str, str | int] = {"entries": found.entries, "breaks": len(found.breaks)}
    if found.breaks:
        detail |= {"entry": found.breaks[0].entry_no, "why": found.breaks[0].why}
    entry = workspace.ledger.audit.add(Act(NEWEST_SIGNED, actor=by, reason=reason, detail=detail))
    workspace.ledger.audit.vouch()
    return entry
