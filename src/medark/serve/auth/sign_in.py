"""Signing in: a password for a short token or a session, a token or a session for a caller"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from medark.errors import MedarkError, NotFoundError, StorageError
from medark.model.access import Purpose, Reader
from medark.model.token import Token
from medark.model.user import User
from medark.serve.auth.caller import Caller
from medark.serve.auth.issuers import Issuer
from medark.serve.auth.own_tokens import NAME, OwnKey
from medark.serve.auth.passwords import Passwords, Tries
from medark.serve.auth.scopes import Scopes, scopes_of
from medark.serve.auth.tokens import Checked, holding, refused, scopes_told, signed

ALL: Final = "user/*.cruds"  # what whoever types their password may ask for: the rest is up to their grants
SESSION: Final = "session"
_ONCE: Final = "once:"
_SIGNED: Final = 2000  # tokens whose signatures are known to be right


class Users(Protocol):
    """What is asked of the ledger's users."""

    def one(self, name: str) -> User:
        """A user; NotFoundError."""

    def password_hash(self, name: str) -> str | None:
        """The hash of their password; None for nobody, for who has none and for who is disabled."""

    def set_password_hash(self, name: str, password_hash: str | None) -> None:
        """Keep another."""


class Tokens(Protocol):
    """What is asked of the ledger's tokens."""

    def add(self, told: Token, digest: str = "") -> Token:
        """Note a token. StorageError if there is one of this id."""

    def one(self, token_id: str, digest: str = "") -> Token | None:
        """The token of this id and digest."""

    def revoke(self, token_id: str) -> None:
        """Take it back. NotFoundError."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What somebody who signed in is given. `secret` is the token, or the session's cookie."""

    secret: str = field(repr=False)
    user: User
    ends_s: int
    csrf: str = field(default="", repr=False)
    scopes: str = ALL


@dataclass(frozen=True, slots=True)
class _Signed:
    """What a token says that is rightly signed."""

    issuer: Issuer
    claims: Mapping[str, Any] = field(repr=False)
    scopes: Scopes
    patient: str = field(repr=False)
    purpose: Purpose


class SignIn:
    """Everything that tells who asks. Users and tokens are looked up each time: what is taken back is gone at once."""

    def __init__(
        self,
        users: Users,
        tokens: Tokens,
        own: OwnKey,
        issuers: Mapping[str, Issuer],
        *,
        clock: Callable[[], float],
        passwords: Passwords | None = None,
        tries: Tries | None = None,
    ) -> None:
        mine = own.issuer
        self._users, self._tokens, self._own, self._clock = users, tokens, own, clock
        self._issuers = {**issuers, mine.issuer: mine}
        self._signed: dict[str, _Signed] = {}
        self._passwords, self._tries = passwords or Passwords(), tries or Tries()

    # -- with a password -------------------------------------------------------------------------------------------

    def token(self, name: str, password: str, address: str, scopes: str, seconds: int) -> Opened:
        """A short token for a password. NotSignedInError, TooManyError."""
        user = self._by_password(name, password, address)
        wanted = scopes or ALL
        now = self._clock()
        secret, token_id = self._own.signed(user.name, wanted, now, seconds)
        ends_s = int(now) + seconds
        self._tokens.add(Token(token_id, user.name, tuple(wanted.split()), name="password", ends_ms=ends_s * 1000))
        return Opened(secret, user, ends_s, scopes=wanted)

    def session(self, name: str, password: str, address: str, purpose: Purpose, seconds: int) -> Opened:
        """A session of the console for a password. Errors as of `token`."""
        return self._session(self._by_password(name, password, address), purpose, int(self._clock()) + seconds)

    def for_purpose(self, cookie: str, purpose: Purpose) -> Opened:
        """Another session of who has this one, for a purpose; this one ends now, the other when this one would have."""
        told = self._of_cookie(cookie)
        opened = self._session(self._known(told.user), purpose, (told.ends_ms or 0) // 1000)
        self.end(told.token_id)
        return opened

    def _session(self, user: User, purpose: Purpose, ends_s: int) -> Opened:
        token_id, secret = secrets.token_urlsafe(12), secrets.token_urlsafe(32)
        told = Token(token_id, user.name, (f"purpose/{purpose.value}",), name=SESSION, ends_ms=ends_s * 1000)
        self._tokens.add(told, _digest(secret))
        return Opened(f"{token_id}.{secret}", user, ends_s, _csrf(secret))

    def end(self, token_id: str) -> None:
        """A session or token of ours ends now."""
        if token_id:
            try:
                self._tokens.revoke(token_id)
            except NotFoundError:
                return

    def _by_password(self, name: str, password: str, address: str) -> User:
        keys = (f"user:{name[:200]}", f"from:{address}")
        self._tries.admit(*keys)
        kept = self._users.password_hash(name) if _is_sound(name) else None
        if not self._passwords.check(kept, password):
            raise self._tries.failed(*keys)
        self._tries.succeeded(keys[0])  # not the address: one good name must not open the way for trying others
        if kept is not None and self._passwords.is_outdated(kept):
            self._users.set_password_hash(name, self._passwords.hash(password))
        return self._users.one(name)

    # -- with what they were given ---------------------------------------------------------------------------------

    def by_token(self, token: str, address: str = "") -> Caller:
        """The caller whose bearer token this is; `address`: the URL that is asked. NotSignedInError."""
        now = self._clock()
        told = self._signed.get(token) or self._keep(token)
        found = holding(told.issuer, told.claims, now, address)
        is_own = found.issuer.name == NAME
        user = self._known(str(found.claims.get("sub", "")) if is_own else found.issuer.user_of(found.claims))
        if is_own:
            self._in_force(found.token_id, "", now)
        elif found.issuer.one_time:
            self._first_time(found, user)
        reader = Reader(user.name, told.purpose, user.roles, user.organisation)
        return Caller(reader, told.scopes, patient=told.patient, token_id=found.token_id if is_own else "")

    def is_known(self, token: str) -> bool:
        """Was it here before, rightly signed, and can be here again? Then nothing is worked out or written for it."""
        told = self._signed.get(token)
        return told is not None and not told.issuer.one_time

    def _keep(self, token: str) -> _Signed:
        """What a token says, once its signature was found to be right: that is the same at all times."""
        if len(self._signed) >= _SIGNED:
            self._signed.clear()
        issuer, claims = signed(token, self._issuers)
        scopes, patient = scopes_of(scopes_told(issuer, claims)), claims.get("patient")
        purpose = next((one for one in Purpose if one in scopes.purposes), Purpose.CARE)
        told = _Signed(issuer, claims, scopes, patient if isinstance(patient, str) else "", purpose)
        self._signed[token] = told
        return told

    def by_session(self, cookie: str) -> Caller:
        """The caller whose session this is. NotSignedInError."""
        told, secret = self._of_cookie(cookie), cookie.partition(".")[2]
        user = self._known(told.user)
        purposes = scopes_of(" ".join(told.scopes)).purposes
        reader = Reader(user.name, next(iter(purposes), Purpose.OPERATIONS), user.roles, user.organisation)
        return Caller(reader, is_limited=False, token_id=told.token_id, csrf=_csrf(secret))

    def _of_cookie(self, cookie: str) -> Token:
        token_id, _, secret = cookie.partition(".")
        if not token_id or not secret or len(cookie) > 200 or not cookie.isascii():
            raise refused()
        return self._in_force(token_id, _digest(secret), self._clock())

    def _known(self, name: str) -> User:
        """A user who may still use the platform."""
        try:
            user = self._users.one(name) if _is_sound(name) else None
        except NotFoundError:
            user = None
        if user is None or user.disabled:
            raise refused()
        return user

    def _in_force(self, token_id: str, digest: str, now_s: float) -> Token:
        told = self._tokens.one(token_id, digest) if token_id else None
        if told is None or not told.in_force(int(now_s * 1000)):
            raise refused()
        return told

    def _first_time(self, found: Checked, user: User) -> None:
        """NotSignedInError if this token was here before. What is kept is a digest: ids are the issuer's own words."""
        once = _ONCE + _digest(f"{found.issuer.issuer}\n{found.token_id}")
        if self._tokens.one(once) is not None:
            raise refused()
        try:
            self._tokens.add(Token(once, user.name, name="one time", ends_ms=found.ends_s * 1000))
        except StorageError:
            raise (refused() if self._tokens.one(once) is not None else _unwritten()) from None


def _unwritten() -> MedarkError:
    return StorageError("the ledger can't note that a token was used", fix="check space and rights of its disk")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _csrf(secret: str) -> str:
    """What a form of a session has to bring along: nobody who lacks the cookie can know it."""
    return hmac.digest(secret.encode(), b"medark csrf", "sha256").hex()


def _is_sound(name: str) -> bool:
    """Can it be a name at all? PostgreSQL takes no NUL."""
    return 0 < len(name) <= 250 and name.isprintable()
