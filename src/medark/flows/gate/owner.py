"""What only an owner may do: users, grants, refusals, how sensitive a column is; each time it is in the audit"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from medark.errors import AccessError
from medark.flows.gate.parts import book_of, now_ms
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.access import ANY_TABLE, Grant, Holder, Purpose, Rows
from medark.model.audit import Act
from medark.model.user import User

OWNER: Final = "owner"
OWNERS_LEVEL: Final = 4  # whoever runs the platform does not see specially protected conditions by that


def must_own(workspace: Workspace, by: str) -> None:
    """AccessError unless the user is an owner; where nobody uses the platform yet, whoever comes first is."""
    known = book_of(workspace).user(by)
    owns = known is not None and not known.disabled and OWNER in known.roles
    if not owns and (known is not None or workspace.ledger.users.all()):
        raise AccessError(N_("only an owner may do this"), fix=f"medark user role {by} --add {OWNER}", user=by)


def note(workspace: Workspace, by: str, action: str, people: Collection[int] = (), **detail: str | int) -> None:
    """Write to the audit what somebody did to who may read what."""
    told: Mapping[str, str | int] = {name: value for name, value in detail.items() if value != ""}
    book_of(workspace).write(Act(action, by, detail=told), people)


def first_owner(workspace: Workspace, name: str) -> None:
    """The user who makes a workspace is its owner: everybody's rows and all tables, for every purpose."""
    workspace.ledger.users.add(User(name, roles=frozenset({OWNER})))
    for purpose in Purpose:
        grant = Grant(
            0, Holder.ROLE, OWNER, purpose, {ANY_TABLE: None}, Rows.ALL, OWNERS_LEVEL, now_ms(), granted_by=name
        )
        workspace.ledger.access.add_grant(grant)
    note(workspace, name, "workspace made", owner=name)
