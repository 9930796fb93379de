"""Who may see what tells people apart, and who may decide who is who; each time it is in the audit"""

from __future__ import annotations

from typing import Final

from medark.errors import AccessError
from medark.flows.gate.owner import OWNER
from medark.flows.gate.parts import book_of
from medark.flows.raw import STEWARD
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.audit import Act, Verdict

IDENTITY: Final = "identity"  # the role of who decides who is who
DECIDERS: Final = frozenset({OWNER, IDENTITY})
SEERS: Final = DECIDERS | {STEWARD}  # they see how pairs compare, with values masked
_NOT_SEEN: Final = N_("who is who is for owners, data stewards and who has the role identity")
_NOT_DECIDED: Final = N_("only an owner or who has the role identity may decide who is who")


def must_see(workspace: Workspace, by: str, action: str, **detail: str | int) -> None:
    """Write to the audit that somebody asked; AccessError unless they may see pairs with masked values."""
    _must(workspace, by, action, SEERS, _NOT_SEEN, STEWARD, detail)


def must_decide(workspace: Workspace, by: str, action: str, **detail: str | int) -> None:
    """Write to the audit that somebody asked; AccessError unless they may decide, and see values as they are."""
    _must(workspace, by, action, DECIDERS, _NOT_DECIDED, IDENTITY, detail)


def may_decide(workspace: Workspace, by: str) -> bool:
    """May they decide?"""
    known = book_of(workspace).user(by)
    return known is not None and not known.disabled and not known.roles.isdisjoint(DECIDERS)


def _must(
    workspace: Workspace,
    by: str,
    action: str,
    roles: frozenset[str],
    reason: str,
    role: str,
    detail: dict[str, str | int],
) -> None:
    known = book_of(workspace).user(by)
    allowed = known is not None and not known.disabled and not known.roles.isdisjoint(roles)
    verdict = Verdict.ALLOWED if allowed else Verdict.REFUSED
    organisation = known.organisation if known is not None else ""
    book_of(workspace).write(
        Act(action, by, organisation, verdict=verdict, reason="" if allowed else reason, detail=detail)
    )
    if not allowed:
        raise AccessError(reason, fix=f"medark user role {by} --add {role}", user=by)
