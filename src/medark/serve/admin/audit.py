"""The audit over HTTP: what was done, and whether anybody changed it; by an owner or an auditor"""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Query, Response

from medark.flows.audit import Which, verify
from medark.flows.audit import entries as asked
from medark.model.audit import AuditEntry
from medark.serve.auth.who import Known
from medark.serve.http.openapi import gives
from medark.serve.http.parts import Parts
from medark.serve.http.problems import SIGNED_IN, described

JSON: Final = "application/json"


class Entry(msgspec.Struct):
    """One entry. `people`: how many it was about; whose it was is told by `medark audit who` alone."""

    entry_no: int
    at_ms: int
    action: str
    actor: str
    organisation: str
    purpose: str | None
    app: str
    definition: str
    reads: dict[str, list[str]]
    verdict: str | None
    reason: str
    outcome: str | None
    rows: int | None
    people: int
    detail: dict[str, Any]


class Break(msgspec.Struct):
    """A place where it is not what was written."""

    entry_no: int
    why: str


class Verified(msgspec.Struct):
    """What looking over all of it found."""

    holds: bool
    entries: int
    breaks: list[Break]


def router(parts: Parts) -> APIRouter:
    """The audit."""
    found = APIRouter(prefix="/admin/audit", tags=["audit"])

    @found.get(
        "", responses=gives(list[Entry]) | described(*SIGNED_IN, 422),
        summary="The newest entries that fit: to owners and auditors; to anybody, their own",
    )  # fmt: skip
    def entries(
        caller: Known,
        actor: Annotated[str | None, Query(max_length=250)] = None,
        action: Annotated[str | None, Query(max_length=100)] = None,
        app: Annotated[str | None, Query(max_length=40)] = None,
        before: Annotated[int | None, Query(ge=1, lt=2**53)] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> Response:
        caller.needs_all_scopes()
        which = Which(actor or "", action or "", app or "")
        there = asked(parts.workspace, caller.name, which, before=before, limit=limit)
        return Response(msgspec.json.encode([_entry(one) for one in there]), media_type=JSON)

    @found.get("/verify", responses=gives(Verified) | described(*SIGNED_IN), summary="Did anybody change it?")
    def verified(caller: Known) -> Response:
        caller.needs_all_scopes()
        told = verify(parts.workspace, caller.name)
        breaks = [Break(one.entry_no, one.why) for one in told.breaks]
        return Response(msgspec.json.encode(Verified(told.holds, told.entries, breaks)), media_type=JSON)

    return found


def _entry(entry: AuditEntry) -> Entry:
    act = entry.act
    return Entry(
        entry.entry_no, entry.at_ms, act.action, act.actor, act.organisation, act.purpose and act.purpose.value,
        act.app, act.definition, {table: list(columns) for table, columns in act.reads.items()},
        act.verdict and act.verdict.value, act.reason, act.outcome and act.outcome.value, act.rows, entry.people,
        dict(act.detail),
    )  # fmt: skip
