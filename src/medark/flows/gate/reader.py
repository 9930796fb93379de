"""Who asks: a user of the platform with the roles that they have now, at the terminal the user of the machine"""

from __future__ import annotations

import os
import pwd
from dataclasses import replace

from medark.flows.gate.book import Book
from medark.flows.gate.parts import book_of
from medark.flows.workspace import Workspace
from medark.model.access import Purpose, Reader


def reader_of(workspace: Workspace, user: str, purpose: Purpose, app: str = "") -> Reader:
    """A user who reads for a purpose, with all their roles. A stranger has none: every read of theirs is refused."""
    known = book_of(workspace).user(user)
    if known is None or known.disabled:
        return Reader(user, purpose, app=app)
    return Reader(user, purpose, known.roles, known.organisation, app)


def at_terminal(workspace: Workspace, purpose: Purpose | str = Purpose.OPERATIONS) -> Reader:
    """The user of this machine who runs the process: what the operating system says, not the environment."""
    return reader_of(workspace, machine_user(), Purpose(purpose))


def machine_user() -> str:
    """The name of the user who runs the process; their number where the machine has no name for it."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def as_of_now(book: Book, reader: Reader) -> Reader | None:
    """The reader with what still holds of them: roles that they have not lost, the organisation that they are of now.
    None for who is unknown or disabled.
    """
    known = book.user(reader.user)
    if known is None or known.disabled:
        return None
    return replace(reader, roles=reader.roles & known.roles, organisation=known.organisation, broken_glass=frozenset())


def with_broken_glass(book: Book, reader: Reader, now_ms: int) -> Reader:
    """The reader with the records whose glass they broke."""
    broken = book.open_records(reader.user, now_ms) if reader.purpose is Purpose.CARE else frozenset()
    return replace(reader, broken_glass=broken) if broken else reader
