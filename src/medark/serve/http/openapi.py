"""The OpenAPI of what is served: bodies and answers that msgspec reads and writes, told beside FastAPI's own"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from medark.serve.http import problems

_REF: Final = "#/components/schemas/{name}"
_described: dict[str, Any] = {}  # of all kinds that `asks` and `gives` were told of: fixed by the code that is imported
_SCHEMES: Final = {
    "HTTPBearer": {"type": "http", "scheme": "bearer"},
    "APIKeyCookie": {"type": "apiKey", "in": "cookie", "name": "medark_session"},
}


def asks(kind: type[Any]) -> dict[str, Any]:
    """A JSON body of a kind, for `openapi_extra`."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": _schema(kind)}}}}


def gives(kind: Any, status: int = 200, what: str = "OK") -> dict[int | str, dict[str, Any]]:
    """A JSON answer of a kind, for `responses`."""
    return {status: {"description": what, "content": {"application/json": {"schema": _schema(kind)}}}}


def secured() -> dict[str, Any]:
    """An operation that asks who calls, for `openapi_extra`."""
    return {"security": [{name: []} for name in _SCHEMES]}


def openapi(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """What `app.openapi` is to be: made once."""

    def made() -> dict[str, Any]:
        if app.openapi_schema is None:
            told = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
                tags=app.openapi_tags,
            )
            components = told.setdefault("components", {})
            components.setdefault("schemas", {}).update(_described, Problem=problems.SCHEMA)
            components.setdefault("securitySchemes", {}).update(_SCHEMES)
            for name in ("HTTPValidationError", "ValidationError"):  # a fault of form is a Problem, too
                components["schemas"].pop(name, None)
            app.openapi_schema = told
        return app.openapi_schema

    return made


def _schema(kind: Any) -> dict[str, Any]:
    (schema,), components = msgspec.json.schema_components([kind], ref_template=_REF)
    _described.update(components)
    return schema
