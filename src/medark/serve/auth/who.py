"""The caller of a request, as handlers ask for it: by bearer token, or by the console's session"""

from __future__ import annotations

import hmac
from typing import Annotated, Final

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer

from medark.messages import N_
from medark.serve.auth.caller import Caller
from medark.serve.auth.tokens import refused
from medark.serve.http.errors import ScopeError
from medark.serve.http.parts import Parts, parts_of

COOKIE: Final = "medark_session"
SECURE: Final = "__Host-"  # browsers hold a cookie of such a name to https and to this very host
CSRF_HEADER: Final = "x-csrf-token"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_bearer = HTTPBearer(auto_error=False, description="a token of POST /token, or of an issuer in issuers.toml")
_session = APIKeyCookie(name=COOKIE, auto_error=False, description="a session of the console")


def caller_of(request: Request, parts: Parts | None = None) -> Caller:
    """Who calls. NotSignedInError if nobody known does; ScopeError for a session's form without its token."""
    parts = parts or parts_of(request)
    kind, token = _authorization(request)
    if kind == "bearer":
        caller = parts.sign_in.by_token(token, parts.base + request.url.path)
        admit(request, parts, caller)
    elif not kind:
        caller = session_of(request, parts, request.headers.get(CSRF_HEADER, ""))
    else:
        raise refused()
    return _for_its_purpose(request, caller)


def known_caller_of(request: Request, parts: Parts) -> Caller | None:
    """The same, without waiting, for a token that was here before; not yet admitted. None for anybody else."""
    kind, token = _authorization(request)
    if kind != "bearer" or not parts.sign_in.is_known(token):
        return None
    return _for_its_purpose(request, parts.sign_in.by_token(token, parts.base + request.url.path))


def _authorization(request: Request) -> tuple[str, str]:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return kind.lower(), token.strip()


def _for_its_purpose(request: Request, caller: Caller) -> Caller:
    told = request.headers.get("x-purpose")
    return caller.for_purpose(told) if told is not None else caller


def session_of(request: Request, parts: Parts, csrf: str) -> Caller:
    """Whose session a request brings along. `csrf`: what came with it from the form. Errors as of `caller_of`."""
    cookie = request.cookies.get(cookie_name(is_secure=parts.is_secure))
    if not cookie:
        raise refused()
    caller = parts.sign_in.by_session(cookie)
    _needs_csrf(request, caller, csrf)
    admit(request, parts, caller)
    return caller


def admit(request: Request, parts: Parts, caller: Caller) -> None:
    """Count a request of a caller's. TooManyError if they ask too often."""
    parts.limits.admit_user(caller.name)
    request.state.user = caller.name


def cookie_name(*, is_secure: bool) -> str:
    """What a session's cookie is called."""
    return SECURE + COOKIE if is_secure else COOKIE


def _needs_csrf(request: Request, caller: Caller, told: str) -> None:
    """A browser sends its cookie whoever asks it to: what changes something has to bring along what only we told."""
    if request.method not in _SAFE and not hmac.compare_digest(told.encode(), caller.csrf.encode()):
        raise ScopeError(N_("the form does not come from this console"), fix=f"send the header {CSRF_HEADER}")


def caller(
    request: Request,
    _token: Annotated[object, Security(_bearer)] = None,
    _cookie: Annotated[object, Security(_session)] = None,
) -> Caller:
    """Who calls, for handlers that FastAPI calls in a thread."""
    return caller_of(request)


Known = Annotated[Caller, Depends(caller)]
