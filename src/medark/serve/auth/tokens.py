"""A bearer token, checked: signed by a key that we know, for us, for now; nothing in its header is followed"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from joserfc import jwt
from joserfc.errors import JoseError

from medark.messages import N_
from medark.serve.auth.issuers import ADDRESS, Issuer
from medark.serve.http.errors import NotSignedInError

LONGEST: Final = 8192  # characters; a header line of more is refused by most servers, too
_LEEWAY: Final = 30  # seconds that two clocks may differ by
_REFUSED: Final = N_("the token is not accepted")
# Header fields that bring keys along, point at some, or change how the rest is read. None is ever followed.
_STRANGE: Final = frozenset({"jwk", "x5c", "x5u", "crit", "b64", "zip", "enc"})


@dataclass(frozen=True, slots=True)
class Checked:
    """A token that holds: who issued it, what it claims, and its id ("" without one)."""

    issuer: Issuer
    claims: Mapping[str, Any] = field(repr=False)
    token_id: str

    @property
    def ends_s(self) -> int:
        """When it ends: seconds since 1970."""
        return int(self.claims["exp"])

    @property
    def scopes(self) -> str:
        """Its scopes, separated by spaces."""
        return scopes_told(self.issuer, self.claims)


def scopes_told(issuer: Issuer, claims: Mapping[str, Any]) -> str:
    """The scopes of a token, separated by spaces."""
    told = claims.get("scope", claims.get("scp", issuer.scopes))
    return " ".join(map(str, told)) if isinstance(told, list) else str(told)


def checked(token: str, issuers: Mapping[str, Issuer], now_s: float, address: str = "") -> Checked:
    """The token, if everything about it holds; else NotSignedInError, always in the same words.

    `issuers`: by address. `address`: the URL that is asked, for issuers that write it as their audience.
    """
    return holding(*signed(token, issuers), now_s, address)


def signed(token: str, issuers: Mapping[str, Issuer]) -> tuple[Issuer, Mapping[str, Any]]:
    """Whose key signed a token, and what it claims: that is the same at all times. Errors as of `checked`."""
    header, told = _unverified(token)
    issuer = issuers.get(told["iss"]) if isinstance(told.get("iss"), str) else None
    algorithm = header.get("alg")
    if issuer is None or algorithm not in issuer.algorithms or _STRANGE & header.keys():
        raise refused()
    key = issuer.key_for(header.get("kid"), algorithm)
    if key is None:
        raise refused()
    try:
        claims = jwt.decode(token, key, algorithms=[algorithm]).claims
    except (JoseError, ValueError, TypeError):
        raise refused() from None
    return issuer, claims


def holding(issuer: Issuer, claims: Mapping[str, Any], now_s: float, address: str = "") -> Checked:
    """A signed token, if what it claims holds now and for us. Errors as of `checked`."""
    if not _holds(claims, issuer, now_s, address):
        raise refused()
    token_id = claims.get("jti")
    if issuer.one_time and not (isinstance(token_id, str) and 0 < len(token_id) <= 256):
        raise refused()
    return Checked(issuer, claims, token_id if isinstance(token_id, str) else "")


def refused() -> NotSignedInError:
    """The one answer to every token that does not hold."""
    return NotSignedInError(_REFUSED, fix="POST /token, or ask the issuer for another")


def _unverified(token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Header and claims as they are written, to find the key by; nothing of it is believed yet."""
    parts = token.split(".")
    if len(token) > LONGEST or len(parts) != 3 or not all(parts):
        raise refused()
    header, claims = (_json(part) for part in parts[:2])
    return header, claims


def _json(part: str) -> Mapping[str, Any]:
    try:
        told = orjson.loads(base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, orjson.JSONDecodeError, ValueError):
        raise refused() from None
    if not isinstance(told, dict):
        raise refused()
    return told


def _holds(claims: Mapping[str, Any], issuer: Issuer, now_s: float, address: str) -> bool:
    """Is it from whom it says, for us, begun, not over, and not older than its issuer's tokens may be?"""
    times = {name: claims.get(name) for name in ("exp", "nbf", "iat")}
    if any(value is not None and not _is_time(value) for value in times.values()) or times["exp"] is None:
        return False
    begun = max((value for name in ("nbf", "iat") if (value := times[name]) is not None), default=0)
    issued = times["iat"] if times["iat"] is not None else times["nbf"]
    if issued is None or now_s - issued > issuer.max_age_s + _LEEWAY:
        return False
    in_time = begun - _LEEWAY <= now_s < times["exp"] + _LEEWAY
    return in_time and claims.get("iss") == issuer.issuer and _is_for_us(claims.get("aud"), issuer.audience, address)


def _is_for_us(told: object, audience: Collection[str], address: str) -> bool:
    listed = told if isinstance(told, list) else [told]
    named = {one for one in listed if isinstance(one, str)}
    ours = {address if one == ADDRESS else one for one in audience} - {""}
    return not named.isdisjoint(ours)


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e11
