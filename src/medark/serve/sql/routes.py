"""POST /sql: a query in, its rows out as they are found, in any form that datasets have"""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from medark.serve.auth.who import Known
from medark.serve.datasets.forms import MEDIA_TYPES, Form, form_of, written
from medark.serve.http.parts import Parts
from medark.serve.http.problems import SIGNED_IN, described
from medark.serve.http.streams import unless_gone


class Asked(BaseModel):
    """One SELECT. `version`: of the lake; the newest if none is named."""

    model_config = ConfigDict(extra="forbid")
    sql: Annotated[str, Field(min_length=1, max_length=50_000)]
    version: Annotated[int | None, Field(ge=0, lt=2**53)] = None


def router(parts: Parts) -> APIRouter:
    """The route of queries. A token that is limited to some resources opens it only if it opens all of them."""
    found = APIRouter(tags=["sql"])

    @found.post("/sql", responses=_RESPONSES, summary="The rows of one SELECT over OMOP tables")
    async def sql(
        caller: Known, asked: Asked, request: Request, form: Annotated[str, Query(max_length=80)] = ""
    ) -> Response:
        caller.needs_resource("*", "s")
        chosen = form_of(form, request.headers.get("accept", ""), Form.JSON)
        running = parts.queries.asked(caller.reader, asked.sql, asked.version)

        def begun() -> Response:
            try:
                return written(running.begin(), chosen, "query", end=running.close)
            except BaseException:
                running.close()
                raise

        return await unless_gone(request, parts.waiting, begun, running.stop)

    return found


_CONTENT: Final[dict[str, Any]] = {media_type.split(";")[0]: {} for media_type in MEDIA_TYPES.values()}
_OK: Final[dict[str, Any]] = {
    "description": "OK", "content": _CONTENT | {"application/json": {"schema": {"type": "array"}}},
}  # fmt: skip
_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {200: _OK, **described(*SIGNED_IN, 404, 422, 507)}
