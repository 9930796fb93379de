"""Signals over HTTP: counts over time and whether the newest is too much, for who may read what they count"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi import Path as InPath
from starlette.responses import Response

from medark.flows.apps.signals import signal, signals
from medark.flows.apps.signals.why import why
from medark.model.signal import Change, Cluster, Judging, Point, Signal
from medark.serve.auth.who import Known
from medark.serve.http.language import language_of
from medark.serve.http.openapi import gives
from medark.serve.http.parts import Parts
from medark.serve.http.problems import SIGNED_IN, described

JSON: Final = "application/json"
_Name = Annotated[str, InPath(pattern=r"^[A-Za-z0-9_.-]{1,80}$")]


class ToldSignal(msgspec.Struct):
    """One series. `state`: how it stands after its newest period that was judged, and `why`, in the caller's language.

    Small counts are null; times in ms, UTC. `methods`: what judged its points; `agreeing`: signals that agree now.
    """

    app: str
    name: str
    title: str
    every: Literal["day", "week", "month"]
    group: Mapping[str, str | None]
    state: Literal["quiet", "alarm", "unknown", "unsettled"]
    points: list[Point]
    changes: list[Change]
    digest: str
    lake_version: int
    today: str
    fresh_ms: int
    channel: str
    why: str
    methods: list[Judging]
    cluster: Cluster | None
    agreeing: list[str]


def router(parts: Parts) -> APIRouter:
    """The routes of signals."""
    found = APIRouter(prefix="/signals", tags=["signals"])
    workspace = parts.workspace

    @found.get("", responses=gives(list[ToldSignal]) | described(*SIGNED_IN, 422, 507), summary="How signals stand")
    def all_(
        caller: Known,
        request: Request,
        app: Annotated[str, Query(max_length=40)] = "",
        state: Literal["quiet", "alarm", "unknown", ""] = "",
    ) -> Response:
        caller.needs_resource("*", "s")
        there = [one for one in signals(workspace, caller.reader, app) if state in ("", one.state.value)]
        return _answer(there, request)

    @found.get(
        "/{app}/{name}", responses=gives(list[ToldSignal]) | described(*SIGNED_IN, 404, 422, 507),
        summary="The series of one signal",
    )  # fmt: skip
    def one(caller: Known, request: Request, app: _Name, name: _Name) -> Response:
        caller.needs_resource("*", "s")
        return _answer(signal(workspace, caller.reader, app, name), request)

    return found


def _answer(there: list[Signal], request: Request) -> Response:
    language = language_of(request)
    return Response(msgspec.json.encode([_told(one, language) for one in there]), media_type=JSON)


def _told(one: Signal, language: str) -> ToldSignal:
    return ToldSignal(
        one.app, one.name, one.title.get(language) or one.title["en"], one.every.value, one.group, one.state.value,
        list(one.points), list(one.changes), one.digest, one.lake_version, one.today, one.fresh_ms, one.channel,
        why(one), list(one.methods), one.cluster, list(one.agreeing),
    )  # fmt: skip
