"""Grants and refusals over HTTP: who may read what, and who said no; by an owner"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Response
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field

from medark.flows.gate.giving import give, take_back
from medark.flows.gate.refusing import end_refusals, refuse
from medark.model.access import Grant, Holder, Purpose, Refusal, Rows
from medark.serve.admin.apps import OWNER
from medark.serve.auth.who import Known
from medark.serve.http.openapi import gives
from medark.serve.http.parts import Parts
from medark.serve.http.problems import SIGNED_IN, described

JSON: Final = "application/json"
_ENDS: Final = described(*SIGNED_IN, 404, 422)
_Text = Annotated[str, Field(min_length=1, max_length=250, pattern=r"^[^\x00-\x1f]+$")]
_Moment = Annotated[int, Field(ge=0, lt=2**53)]
_Number = Annotated[int, InPath(ge=1, lt=2**53)]
_Person = Annotated[int, Field(ge=-(2**63), lt=2**63)]


class ToGive(BaseModel):
    """A grant that is to be given. `tables`: a table, or * for any, and its columns (null: all)."""

    model_config = ConfigDict(extra="forbid")
    holder_kind: Holder
    holder: _Text
    purpose: Purpose
    tables: Annotated[dict[_Text, list[_Text] | None], Field(min_length=1, max_length=100)]
    rows: Rows = Rows.CARE
    level: Annotated[int, Field(ge=1, le=5)] = 3
    masks: Annotated[dict[_Text, _Text], Field(max_length=200)] = {}
    starts_ms: _Moment | None = None
    ends_ms: _Moment | None = None


class Given(msgspec.Struct):
    """A grant. Times in milliseconds since 1970, UTC."""

    number: int
    holder_kind: str
    holder: str
    purpose: str
    tables: dict[str, list[str] | None]
    rows: str
    level: int
    masks: dict[str, str]
    starts_ms: int
    ends_ms: int | None
    granted_by: str
    revoked_ms: int | None


class ToRefuse(BaseModel):
    """A person's no: to a purpose, an organisation, both, or (without either) to every one."""

    model_config = ConfigDict(extra="forbid")
    person_id: _Person
    purpose: Purpose | None = None
    organisation: _Text | None = None
    ends_ms: _Moment | None = None


class Ended(msgspec.Struct):
    """How many refusals are over."""

    ended: int


class OfPerson(BaseModel):
    """Whose refusals."""

    model_config = ConfigDict(extra="forbid")
    person_id: _Person


def router(parts: Parts) -> APIRouter:
    """Grants and refusals. Whose they are is in bodies, never in an address, which logs keep."""
    found = APIRouter(prefix="/admin", tags=["access"])
    workspace = parts.workspace

    @found.get("/grants", responses=gives(list[Given]) | described(*SIGNED_IN), summary="All that were ever given")
    def grants(caller: Known) -> Response:
        caller.needs_role(OWNER)
        told = [_given(grant) for grant in workspace.ledger.access.grants()]
        return Response(msgspec.json.encode(told), media_type=JSON)

    @found.post("/grants", status_code=201, responses=gives(Given, 201) | _ENDS, summary="Give one")
    def grant(caller: Known, told: ToGive) -> Response:
        caller.needs_role(OWNER)
        given = give(workspace, caller.name, _grant(told, caller.name, int(parts.clock() * 1000)))
        return Response(msgspec.json.encode(_given(given)), 201, media_type=JSON)

    @found.delete("/grants/{number}", responses=gives(Given) | _ENDS, summary="Take one back")
    def revoke(caller: Known, number: _Number) -> Response:
        caller.needs_role(OWNER)
        return Response(msgspec.json.encode(_given(take_back(workspace, caller.name, number))), media_type=JSON)

    @found.post("/refusals", status_code=204, responses=_ENDS, summary="Note a person's no")
    def refused(caller: Known, told: ToRefuse) -> Response:
        caller.needs_role(OWNER)
        now_ms = int(parts.clock() * 1000)
        no = Refusal(told.person_id, told.purpose, told.organisation, now_ms, told.ends_ms)
        refuse(workspace, caller.name, no)
        return Response(status_code=204)

    @found.post("/refusals/end", responses=gives(Ended) | _ENDS, summary="All that a person refused is over")
    def over(caller: Known, told: OfPerson) -> Response:
        caller.needs_role(OWNER)
        ended = end_refusals(workspace, caller.name, told.person_id)
        return Response(msgspec.json.encode(Ended(ended)), media_type=JSON)

    return found


def _grant(told: ToGive, by: str, now_ms: int) -> Grant:
    return Grant(
        0, told.holder_kind, told.holder, told.purpose,
        {table: None if columns is None else frozenset(columns) for table, columns in told.tables.items()},
        told.rows, told.level, now_ms if told.starts_ms is None else told.starts_ms, told.ends_ms, told.masks, by,
    )  # fmt: skip


def _given(grant: Grant) -> Given:
    tables = {table: None if columns is None else sorted(columns) for table, columns in grant.tables.items()}
    return Given(
        grant.number, grant.holder_kind.value, grant.holder, grant.purpose.value, tables, grant.rows.value,
        grant.level, dict(grant.masks), grant.starts_ms, grant.ends_ms, grant.granted_by, grant.revoked_ms,
    )  # fmt: skip
