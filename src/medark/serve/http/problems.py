"""Errors as problem+json (RFC 9457): what, where and the next thing to try; never a value of anybody's"""

from __future__ import annotations

import logging
import re
import traceback
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import orjson
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from medark.errors import InternalError, MedarkError
from medark.messages import N_, phrase
from medark.serve.http.errors import NotSignedInError, TooManyError

MEDIA_TYPE: Final = "application/problem+json"
_log = logging.getLogger("medark.serve")
_NAME: Final = re.compile(r"[A-Za-z_][\w.-]{0,60}")

# As the OpenAPI tells it.
SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "what is wrong"},
        "status": {"type": "integer"},
        "kind": {"type": "string", "description": "the name of the error"},
        "fix": {"type": "string", "description": "the next thing to try"},
        "where": {"type": "object", "description": "names and numbers, never values"},
        "request_id": {"type": "string"},
    },
}


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an operation that can end in some statuses, for the OpenAPI."""
    found = (*_ANYWHERE, *statuses)
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in sorted({*found})}


_ANYWHERE: Final = (400, 413, 429, 500, 503, 504)  # of anything that is asked
SIGNED_IN: Final = (401, 403)


def problem(error: MedarkError, request_id: str) -> Response:
    """An error of ours as a response."""
    told = {
        "type": "about:blank",
        "title": phrase(error.what),
        "status": error.http_status,
        "kind": type(error).__name__,
        "fix": phrase(error.fix),
        "where": dict(error.where),
        "request_id": request_id,
    }
    headers = {"cache-control": "no-store"}
    if isinstance(error, NotSignedInError):
        headers["www-authenticate"] = 'Bearer realm="medark"'
    if isinstance(error, TooManyError):
        headers["retry-after"] = str(error.wait_s)
    body = orjson.dumps({key: value for key, value in told.items() if value not in ("", {})})
    return Response(body, error.http_status, headers, MEDIA_TYPE)


class Problems:
    """The innermost layer but the routes: whatever goes wrong becomes a problem, and nothing else gets out.

    A bug is logged by its type and place. Its message is not: it may quote what it was working on.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def beginning(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, beginning)
        except Exception as error:
            if scope["type"] != "http":
                raise
            told = error if isinstance(error, MedarkError) else _bug(error)
            if begun:  # half an answer can't be taken back: cut it, so that nobody takes it for whole
                raise _CutError from None
            await problem(told, request_id(scope))(scope, receive, send)


class _CutError(Exception):
    """An answer that had begun was broken off; the reason is in the log."""


def request_id(scope: Scope) -> str:
    """The id of a request; "" before it has one."""
    return str(scope.get("state", {}).get("request_id", ""))


def _bug(error: Exception) -> MedarkError:
    at = place(error)
    _log.error("bug %s at %s", type(error).__name__, at)
    return InternalError(N_("this is a bug in medark"), fix="please report it with the request id", at=at)


def place(error: BaseException) -> str:
    """Where in our code (else: anywhere) an error was raised, as `flows/query.py:12`."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "medark" in Path(frame.filename).parts]
    if not frames:
        return "?"
    frame = (ours or frames)[-1]
    parts = Path(frame.filename).parts
    names = [i for i, part in enumerate(parts) if part in ("medark", "site-packages")]
    return f"{'/'.join(parts[names[-1] + 1 :]) if names else Path(frame.filename).name}:{frame.lineno}"


async def of_ours(request: Request, error: Exception) -> Response:
    """A MedarkError that a handler raised."""
    assert isinstance(error, MedarkError)
    return problem(error, request_id(request.scope))


async def of_http(request: Request, error: Exception) -> Response:
    """What the router itself says: no such address, no such method."""
    assert isinstance(error, HTTPException)
    status = error.status_code
    told = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "request_id": request_id(request.scope),
    }
    return Response(orjson.dumps(told), status, dict(error.headers or {}), MEDIA_TYPE)


async def of_form(request: Request, error: Exception) -> Response:
    """A request that is not in form: which parts of it, and why by the checker's own word; never what stood there."""
    assert isinstance(error, RequestValidationError)
    found = [{"at": _at(one["loc"]), "why": str(one["type"])} for one in error.errors()[:20]]
    told = {
        "type": "about:blank",
        "title": phrase(N_("the request is not in form")),
        "status": 422,
        "kind": "MalformedError",
        "where": {"faults": found},
        "request_id": request_id(request.scope),
    }
    return Response(orjson.dumps(told), 422, {"cache-control": "no-store"}, MEDIA_TYPE)


def _at(place: tuple[Any, ...]) -> str:
    """Names of our own fields and numbers; a key that somebody made up is a star."""
    return ".".join(str(part) if isinstance(part, int) or _is_name(part) else "*" for part in place[:4])


def _is_name(part: object) -> bool:
    return isinstance(part, str) and _NAME.fullmatch(part) is not None
