"""People who use the platform: added, given roles, disabled; by an owner, and in the audit"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from medark.errors import UsageError
from medark.flows.gate.owner import OWNER, first_owner, must_own, note
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.user import User


def add_user(workspace: Workspace, by: str, user: User, password_hash: str | None = None) -> User:
    """Somebody new. The first of all becomes owner: of a workspace that was made before there were users."""
    must_own(workspace, by)
    if not workspace.ledger.users.all():
        first_owner(workspace, by)
        if user.name == by:
            return change_user(workspace, by, replace(user, roles=user.roles | {OWNER}))
    added = workspace.ledger.users.add(user, password_hash)
    note(
        workspace, by, "user added", user=user.name, organisation=user.organisation, roles=" ".join(sorted(user.roles))
    )
    return added


def change_user(workspace: Workspace, by: str, user: User) -> User:
    """Another display name, organisation or roles; disabled or enabled. NotFoundError.

    UsageError for whom the workspace would have no owner without.
    """
    must_own(workspace, by)
    _leaves_an_owner(workspace, user)
    changed = workspace.ledger.users.change(user)
    note(
        workspace, by, "user changed", user=user.name, organisation=user.organisation,
        roles=" ".join(sorted(user.roles)), disabled=int(user.disabled),
    )  # fmt: skip
    return changed


def disable(workspace: Workspace, by: str, name: str) -> User:
    """Somebody may no longer use the platform. NotFoundError."""
    must_own(workspace, by)
    return change_user(workspace, by, replace(workspace.ledger.users.one(name), disabled=True))


def set_roles(workspace: Workspace, by: str, name: str, add: Collection[str], remove: Collection[str]) -> User:
    """Somebody's roles, some added and some taken away. NotFoundError."""
    must_own(workspace, by)
    user = workspace.ledger.users.one(name)
    return change_user(workspace, by, replace(user, roles=(user.roles | frozenset(add)) - frozenset(remove)))


def _leaves_an_owner(workspace: Workspace, changed: User) -> None:
    others = [one for one in workspace.ledger.users.all() if one.name != changed.name]
    was = workspace.ledger.users.one(changed.name)
    if _owns(was) and not any(map(_owns, [changed, *others])):
        raise UsageError(N_("nobody would own this workspace any more"), fix="make somebody else an owner first")


def _owns(user: User) -> bool:
    return OWNER in user.roles and not user.disabled
