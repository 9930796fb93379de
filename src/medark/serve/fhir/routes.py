"""FHIR R4 over HTTP: GET /fhir/metadata, /fhir/TYPE/ID, /fhir/TYPE?…, and $viewdefinition-run"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Body, Query, Request
from fastapi import Path as InPath
from starlette.responses import Response

from medark.errors import MedarkError, NotFoundError, UsageError
from medark.messages import N_
from medark.serve.auth.caller import Caller
from medark.serve.auth.who import Known
from medark.serve.datasets.forms import Form, form_of, written
from medark.serve.fhir import find
from medark.serve.fhir.bundle import bundle
from medark.serve.fhir.capability import capabilities
from medark.serve.fhir.edge import Edge
from medark.serve.fhir.outcome import MEDIA_TYPE, answer, refused
from medark.serve.fhir.people import people_of
from medark.serve.fhir.resources import KINDS, Kind
from medark.serve.fhir.search import searched
from medark.serve.fhir.task import read_task, search_tasks
from medark.serve.fhir.views import read_run, run
from medark.serve.http.parts import Parts
from medark.serve.http.problems import SIGNED_IN, described
from medark.serve.http.streams import unless_gone

PREFIX: Final = "/fhir"
_LONGEST: Final = 16_000  # characters of a query
_RESOURCE: Final[dict[str, Any]] = {"type": "object", "required": ["resourceType"]}
_Type = Annotated[str, InPath(pattern="^[A-Za-z]{1,40}$")]
_Id = Annotated[str, InPath(pattern=r"^[A-Za-z0-9.-]{1,64}$")]


def _gives(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """A resource, an OperationOutcome, or (before FHIR is reached) a Problem."""
    content = {MEDIA_TYPE: {"schema": _RESOURCE}}
    ends = described(*SIGNED_IN, 404, 422, *statuses)
    for one in ends.values():
        one["content"] = one["content"] | content
    return {200: {"description": "OK", "content": content}} | ends


def _open() -> dict[int | str, dict[str, Any]]:
    return {200: _gives()[200], **described()}


def router(parts: Parts) -> APIRouter:
    """The routes of FHIR."""
    edge = Edge(parts.workspace, parts.base + PREFIX)
    found = APIRouter(prefix=PREFIX, tags=["fhir"])

    @found.get("/metadata", responses=_open(), summary="What this server can do")
    def metadata() -> Response:
        return answer(capabilities(edge.base))

    @found.post("/ViewDefinition/$viewdefinition-run", responses=_gives(), summary="Run a view of SQL on FHIR")
    async def view(
        caller: Known,
        request: Request,
        body: Annotated[dict[str, Any], Body()],
        format_: Annotated[str, Query(alias="_format", max_length=40)] = "json",
        patient: Annotated[str | None, Query(max_length=200)] = None,
    ) -> Response:
        over = threading.Event()

        def told() -> Response:
            view, inside = read_run(body)
            rows = run(edge, caller, view, patient or inside, over.is_set)
            return written(rows, form_of(format_, "", Form.JSON), view.name or "view", end=over.set)

        return await unless_gone(request, parts.waiting, lambda: _answered(told), over.set)

    @found.get("/{type}/{id}", responses=_gives(), summary="One resource")
    def read(caller: Known, type: _Type, id: _Id) -> Response:  # noqa: A002  FHIR's words
        if type == "Task":
            return _answered(lambda: answer(read_task(edge, caller, id)))
        return _answered(lambda: answer(find.read(edge, caller, _kind(type), id)))

    @found.get("/{type}", responses=_gives(), summary="Search")
    def search(caller: Known, type: _Type, request: Request) -> Response:  # noqa: A002
        return _answered(lambda: _search(edge, caller, type, request, _asked(request.url.query), in_url=True))

    @found.post("/{type}/_search", responses=_gives(), summary="Search, with the parameters in the body")
    def search_by_form(
        caller: Known,
        type: _Type,  # noqa: A002
        request: Request,
        body: Annotated[bytes, Body(media_type=_FORM)] = b"",
    ) -> Response:
        def told() -> Response:
            asked = _asked(request.url.query) + _asked(body.decode("utf-8", "replace"))
            return _search(edge, caller, type, request, asked, in_url=False)

        return _answered(told)

    return found


_FORM: Final = "application/x-www-form-urlencoded"


def _answered(made: Callable[[], Response]) -> Response:
    """An answer; errors of ours as FHIR tells them."""
    try:
        return made()
    except MedarkError as error:
        return refused(error)


def _asked(query: str) -> list[tuple[str, str]]:
    if len(query) > _LONGEST:
        raise UsageError("the search is too long", fix="search for less at once", parameter="")
    return parse_qsl(query, keep_blank_values=True, max_num_fields=100)


def _kind(name: str) -> Kind:
    kind = KINDS.get(name)
    if kind is None:
        raise NotFoundError(N_("this type of resource is not here"), fix="GET /fhir/metadata", type=name[:40])
    return kind


def _search(
    edge: Edge, caller: Caller, name: str, request: Request, asked: list[tuple[str, str]], *, in_url: bool
) -> Response:
    if name == "Task":
        entries = [{"resource": one, "search": {"mode": "match"}} for one in search_tasks(edge, caller, asked)]
        return answer({"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries})
    kind = _kind(name)
    lenient = "handling=lenient" in request.headers.get("prefer", "").replace(" ", "")
    wanted = searched(
        edge, kind, asked, lambda value, system: people_of(edge, caller.reader, value, system), lenient=lenient
    )
    found = find.search(edge, caller, wanted)
    return answer(bundle(edge.base, wanted, found, asked, in_url=in_url), etag=f'W/"{found.version}"')
