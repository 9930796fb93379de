"""The addresses of signing in: a token for a password, a session of the console, and who one is"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from medark.model.access import Purpose
from medark.serve.auth.caller import Caller
from medark.serve.auth.passwords import MOST
from medark.serve.auth.sign_in import ALL
from medark.serve.auth.who import Known, cookie_name
from medark.serve.http.openapi import gives
from medark.serve.http.parts import Parts
from medark.serve.http.problems import SIGNED_IN, described

JSON: Final = "application/json"
Name = Annotated[str, Form(min_length=1, max_length=250)]
Password = Annotated[str, Form(min_length=1, max_length=MOST)]


class TokenAnswer(msgspec.Struct):
    """A token, as OAuth 2.0 gives it (RFC 6749, 5.1)."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    scope: str


class Who(msgspec.Struct, omit_defaults=True):
    """Who one is here. `csrf`: of a session, what whatever changes something has to bring along."""

    user: str
    organisation: str
    roles: list[str]
    purpose: str
    csrf: str | None = None


class Credentials(BaseModel):
    """A name and a password."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(min_length=1, max_length=250)]
    password: Annotated[str, Field(min_length=1, max_length=MOST)]
    purpose: Purpose = Purpose.OPERATIONS


def router(parts: Parts) -> APIRouter:
    """Signing in and out."""
    found = APIRouter(tags=["sign in"])
    settings, sign_in = parts.settings, parts.sign_in

    @found.post(
        "/token", responses=gives(TokenAnswer) | described(401, 422), summary="A short token for a password",
    )  # fmt: skip
    def token(
        request: Request,
        username: Name,
        password: Password,
        grant_type: Annotated[Literal["password"], Form()] = "password",
        scope: Annotated[str, Form(max_length=2000)] = ALL,
    ) -> Response:
        seconds = settings.token_minutes * 60
        opened = sign_in.token(username, password, _address(request), " ".join(scope.split()), seconds)
        return _json(TokenAnswer(opened.secret, "Bearer", seconds, opened.scopes))

    @found.delete("/token", status_code=204, responses=described(*SIGNED_IN), summary="End this token now")
    def end_token(caller: Known) -> Response:
        sign_in.end(caller.token_id)
        return Response(status_code=204)

    @found.post("/session", responses=gives(Who) | described(401, 422), summary="A session of the console")
    def session(request: Request, told: Credentials) -> Response:
        seconds = settings.session_minutes * 60
        opened = sign_in.session(told.name, told.password, _address(request), told.purpose, seconds)
        user = opened.user
        answer = _json(Who(user.name, user.organisation, sorted(user.roles), told.purpose.value, opened.csrf))
        set_cookie(answer, opened.secret, seconds, is_secure=parts.is_secure)
        return answer

    @found.get("/session", responses=gives(Who) | described(*SIGNED_IN), summary="Who am I?")
    def who(caller: Known) -> Response:
        return _json(_who(caller))

    @found.delete("/session", status_code=204, responses=described(*SIGNED_IN), summary="Sign out")
    def sign_out(caller: Known) -> Response:
        sign_in.end(caller.token_id)
        answer = Response(status_code=204)
        set_cookie(answer, "", 0, is_secure=parts.is_secure)
        return answer

    return found


def set_cookie(answer: Response, secret: str, seconds: int, *, is_secure: bool) -> None:
    """Put a session's cookie on an answer: scripts can't read it, and other sites' forms don't bring it along."""
    answer.set_cookie(
        cookie_name(is_secure=is_secure), secret, max_age=seconds, httponly=True, samesite="lax", secure=is_secure
    )


def _who(caller: Caller) -> Who:
    reader = caller.reader
    return Who(reader.user, reader.organisation, sorted(reader.roles), reader.purpose.value, caller.csrf or None)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _json(told: msgspec.Struct) -> Response:
    return Response(msgspec.json.encode(told), media_type=JSON)
