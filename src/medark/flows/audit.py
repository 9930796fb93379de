"""The audit, asked: what was done, whether anybody changed it, and who has looked at whose record"""

from __future__ import annotations

from medark.errors import UsageError
from medark.flows.who import the_person
from medark.flows.workspace import Workspace
from medark.govern.chain import Verified, verified
from medark.model.audit import Act, AuditEntry, signing_key

NEWEST_SIGNED = "audit signed again"


def verify(workspace: Workspace) -> Verified:
    """Every place where the audit is not what was written."""
    head = workspace.ledger.audit.head()  # before the entries: what is added meanwhile comes after it
    return verified(workspace.ledger.audit.lines(), signing_key(workspace.salt), head)


def about(workspace: Workspace, person: str) -> list[AuditEntry]:
    """Who has looked at a person's record, oldest first: by person_id, or by a number or key that is only theirs.

    NotFoundError if nobody, or more than one, goes by that name.
    """
    about_ = workspace.ledger.audit.about
    return about_(the_person(workspace, person, lambda person_id: bool(about_(person_id))))


def sign_again(workspace: Workspace, actor: str, reason: str) -> AuditEntry:
    """Sign the newest entry that there is, after a ledger came back from a backup; that it was done is an entry, too.

    What was changed in an entry stays found. UsageError without a reason.
    """
    if not reason.strip():
        raise UsageError("signing the audit again wants a reason", fix='--reason "restored from last night\'s backup"')
    found = verify(workspace)
    detail: dict[str, str | int] = {"entries": found.entries, "breaks": len(found.breaks)}
    if found.breaks:
        detail |= {"entry": found.breaks[0].entry_no, "why": found.breaks[0].why}
    entry = workspace.ledger.audit.add(Act(NEWEST_SIGNED, actor=actor, reason=reason, detail=detail))
    workspace.ledger.audit.vouch()
    return entry
