"""Raw records for people to look at: who somebody is stands in them, so owners and data stewards alone, and audited"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import BinaryIO, Final

from medark.errors import AccessError
from medark.flows.gate.owner import OWNER
from medark.flows.gate.parts import book_of
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.audit import Act, Verdict
from medark.model.record import RawRecord

STEWARD: Final = "steward"
STEWARDS: Final = frozenset({OWNER, STEWARD})  # the roles that may see what came in as it came
_REASON: Final = N_("raw records name people: only an owner or a data steward may see them")
_ID: Final = re.compile("[0-9a-f]{1,64}")
_LONGEST_NUMBER: Final = 12  # digits; the beginning of an id that is digits only wants more


def records(workspace: Workspace, by: str, *, source: str = "", batch_no: int = 0, limit: int = 0) -> list[RawRecord]:
    """Raw records in order of arrival, the first `limit` (0: all). AccessError; a file's name may be a patient's."""
    must_steward(workspace, by, "raw records listed", source=source, batch=batch_no)
    there = workspace.landing.records(source=source or None, batch_no=batch_no or None)
    return list(islice(there, limit or None))


def record(workspace: Workspace, by: str, named: str, action: str) -> RawRecord:
    """The record of a number, an id or an id's beginning; the audit has it as `action`. NotFoundError; AccessError."""
    must_steward(workspace, by, action, record=named if _ID.fullmatch(named) else "?")
    if named.isdecimal() and len(named) <= _LONGEST_NUMBER:
        return workspace.landing.record(int(named))
    return workspace.landing.by_id(named)


@contextmanager
def content(workspace: Workspace, by: str, named: str) -> Iterator[tuple[RawRecord, BinaryIO]]:
    """A record and its bytes as they came. NotFoundError; AccessError."""
    found = record(workspace, by, named, "raw record opened")
    with workspace.landing.open(found) as opened:
        yield found, opened


def must_steward(workspace: Workspace, by: str, action: str, **detail: str | int) -> None:
    """Write to the audit that somebody asked; AccessError unless they are an owner or a steward."""
    known = book_of(workspace).user(by)
    allowed = known is not None and not known.disabled and not known.roles.isdisjoint(STEWARDS)
    verdict = Verdict.ALLOWED if allowed else Verdict.REFUSED
    told = {name: value for name, value in detail.items() if value}
    organisation = known.organisation if known is not None else ""
    book_of(workspace).write(
        Act(action, by, organisation, verdict=verdict, reason="" if allowed else _REASON, detail=told)
    )
    if not allowed:
        raise AccessError(_REASON, fix=f"medark user role {by} --add {STEWARD}", user=by)
