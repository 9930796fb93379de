"""Tokens: of each its name and a digest, never the token"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import select, update

from medark.errors import NotFoundError
from medark.model.token import Token
from medark.store.ledger.tables import token

if TYPE_CHECKING:
    from medark.store.ledger.engine import Database

_T = token.c
_PLAIN = ("token_id", "app", "name", "issued_ms", "ends_ms", "revoked_ms")


class Tokens:
    """Tokens by id. None is deleted: it ends or is revoked."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database, self._clock = database, clock

    def add(self, told: Token, digest: str = "") -> Token:
        """Note a token that was issued now. `digest`: of an opaque one, what it is recognised by."""
        issued = replace(told, issued_ms=int(self._clock() * 1000))
        row = {name: getattr(issued, name) for name in _PLAIN} | {
            "user_name": told.user, "digest": digest, "scopes": orjson.dumps(told.scopes).decode(),
        }  # fmt: skip
        with self._database.writing() as connection:
            connection.execute(token.insert(), row)
        return issued

    def one(self, token_id: str, digest: str = "") -> Token | None:
        """The token of an id, if its digest is this one; compared in a time that tells nothing."""
        kept = self._database.remembered.of(("token", token_id), lambda: self._row(token_id), only_found=True)
        if kept is None or not hmac.compare_digest(kept.digest.encode(), digest.encode()):
            return None
        return _token(kept)

    def _row(self, token_id: str) -> Any:
        with self._database.reading() as connection:
            return connection.execute(select(token).where(_T.token_id == token_id)).first()

    def all(self, user: str | None = None) -> list[Token]:
        """All tokens, or a user's, in the order in which they were issued."""
        asked = select(token).order_by(_T.issued_ms, _T.token_id)
        with self._database.reading() as connection:
            rows = connection.execute(asked if user is None else asked.where(_T.user_name == user)).all()
        return [_token(row) for row in rows]

    def revoke(self, token_id: str) -> None:
        """Take a token back from now on; one that was taken back stays so. NotFoundError."""
        mine = _T.token_id == token_id
        now = int(self._clock() * 1000)
        with self._database.writing() as connection:
            connection.execute(update(token).where(mine, _T.revoked_ms.is_(None)).values(revoked_ms=now))
            if connection.execute(select(_T.token_id).where(mine)).first() is None:
                raise NotFoundError("no such token", token=token_id)


def _token(row: Any) -> Token:
    told = {name: getattr(row, name) for name in _PLAIN}
    return Token(user=row.user_name, scopes=tuple(orjson.loads(row.scopes)), **told)
