"""A password given to a user: by an owner at the terminal, noted in the audit; what was open with the old one ends"""

from __future__ import annotations

from medark.flows.gate.owner import must_own, note
from medark.flows.workspace import Workspace
from medark.serve.auth.passwords import Passwords


def set_password(workspace: Workspace, by: str, name: str, password: str) -> int:
    """Let a user sign in by this password from now on; how many tokens and sessions of theirs that ended.

    NotFoundError; UsageError for a password that is none; AccessError for who is no owner.
    """
    must_own(workspace, by)
    workspace.ledger.users.one(name)
    workspace.ledger.users.set_password_hash(name, Passwords().hash(password))
    now_open = [one for one in workspace.ledger.tokens.all(name) if one.revoked_ms is None]
    for token in now_open:
        workspace.ledger.tokens.revoke(token.token_id)
    note(workspace, by, "password set", user=name)
    return len(now_open)
