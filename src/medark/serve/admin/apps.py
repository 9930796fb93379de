"""Applications over HTTP: put in, approved, swapped and taken out, by an owner"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Final

import msgspec
import orjson
from fastapi import APIRouter, Request, Response
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field

from medark.flows.apps import life
from medark.flows.apps.coming import install_package, install_wheel
from medark.flows.apps.shelf import shelf
from medark.model.app import App
from medark.serve.auth.who import Known, caller_of
from medark.serve.http.openapi import gives, secured
from medark.serve.http.parts import Parts
from medark.serve.http.problems import SIGNED_IN, described

OWNER: Final = "owner"
JSON: Final = "application/json"
_ENDS: Final = described(*SIGNED_IN, 404, 422)
Name = Annotated[str, InPath(pattern="^[a-z][a-z0-9_]{1,39}$")]
Version = Annotated[str, Field(pattern=r"^(\d{1,5}\.\d{1,5}\.\d{1,5})?$")]


class Listed(msgspec.Struct):
    """One application."""

    name: str
    state: str
    current: str
    previous: str
    versions: list[str]
    title: dict[str, str]
    purpose: str


class Read(msgspec.Struct):
    """One column that an application asks for: how sensitive it is, and whether that is more than before."""

    table: str
    column: str
    level: int
    reason: str
    is_new: bool


class Written(msgspec.Struct):
    """Items of answers that an application asks to write into records, and whether that is more than before."""

    items: str
    is_new: bool


class Installed(msgspec.Struct):
    """A version that is here."""

    app: str
    version: str
    digest: str
    needs_approval: bool
    asks: list[Read]
    writes: list[Written]


class State(msgspec.Struct):
    """How an application stands."""

    name: str
    state: str
    current: str
    previous: str


class FromPackage(BaseModel):
    """An application in an installed package."""

    model_config = ConfigDict(extra="forbid")
    package: Annotated[str, Field(pattern="^[a-z][a-z0-9_]{1,39}$")]


class Which(BaseModel):
    """A version, the newest unless named; and what is set of it."""

    model_config = ConfigDict(extra="forbid")
    version: Version = ""
    settings: Annotated[dict[str, str | int | float | bool], Field(max_length=100)] = {}


def router(parts: Parts) -> APIRouter:
    """Applications."""
    found = APIRouter(prefix="/admin/apps", tags=["applications"])
    workspace = parts.workspace

    @found.get("", responses=gives(list[Listed]) | described(*SIGNED_IN), summary="What is here, and what could be")
    def list_(caller: Known) -> Response:
        caller.needs_role(OWNER)
        return Response(orjson.dumps([one.plain() for one in shelf(workspace)]), media_type=JSON)

    @found.post("", status_code=201, responses=gives(Installed, 201) | _ENDS, summary="Install one of a package")
    def install(caller: Known, told: FromPackage) -> Response:
        caller.needs_role(OWNER)
        return _installed(install_package(workspace, told.package, caller.name), 201)

    @found.put(
        "/wheel", status_code=201, responses=gives(Installed, 201) | _ENDS, summary="Install a wheel that is sent",
        openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": {}}}} | secured(),
    )  # fmt: skip
    async def install_wheel(request: Request) -> Response:
        content = await request.body()
        return await _in_thread(parts, lambda: _from_wheel(parts, request, content))

    @found.post("/{name}/approve", responses=gives(Installed) | _ENDS, summary="Say yes to what it reads")
    def approve(caller: Known, name: Name, told: Which) -> Response:
        caller.needs_role(OWNER)
        return _installed(life.approve(workspace, name, told.version, by=caller.name))

    @found.post("/{name}/enable", responses=gives(State) | _ENDS, summary="Let it run")
    def enable(caller: Known, name: Name, told: Which) -> Response:
        caller.needs_role(OWNER)
        return _state(life.enable(workspace, name, told.version, by=caller.name, settings=told.settings or None))

    @found.post("/{name}/upgrade", responses=gives(State) | _ENDS, summary="Let a newer version take over")
    def upgrade(caller: Known, name: Name, told: Which) -> Response:
        caller.needs_role(OWNER)
        return _state(life.upgrade(workspace, name, told.version, by=caller.name))

    @found.post("/{name}/rollback", responses=gives(State) | _ENDS, summary="Back to the version before")
    def rollback(caller: Known, name: Name) -> Response:
        caller.needs_role(OWNER)
        return _state(life.rollback(workspace, name, by=caller.name))

    @found.post("/{name}/disable", responses=gives(State) | _ENDS, summary="Let it run no more")
    def disable(caller: Known, name: Name) -> Response:
        caller.needs_role(OWNER)
        return _state(life.disable(workspace, name, by=caller.name))

    @found.delete("/{name}", responses=gives(State) | _ENDS, summary="Take it out")
    def remove(caller: Known, name: Name) -> Response:
        caller.needs_role(OWNER)
        return _state(life.remove(workspace, name, by=caller.name))

    return found


async def _in_thread(parts: Parts, work: Callable[[], Response]) -> Response:
    return await asyncio.get_running_loop().run_in_executor(parts.waiting, work)


def _from_wheel(parts: Parts, request: Request, content: bytes) -> Response:
    caller = caller_of(request, parts)
    caller.needs_role(OWNER)
    return _installed(install_wheel(parts.workspace, content, caller.name), 201)


def _installed(told: life.Installed, status: int = 200) -> Response:
    asks = [Read(one.table, one.column, one.level, one.reason, one.is_new) for one in told.asks]
    writes = [Written(one.items, one.is_new) for one in told.writes]
    version = told.version
    answer = Installed(version.app, version.version, version.digest, told.needs_approval, asks, writes)
    return Response(msgspec.json.encode(answer), status, media_type=JSON)


def _state(app: App) -> Response:
    return Response(msgspec.json.encode(State(app.name, app.state.value, app.current, app.previous)), media_type=JSON)
