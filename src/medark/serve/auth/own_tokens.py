"""Tokens that the workspace signs itself, for its local users: short, and ended at once when they are revoked"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson
from joserfc import jwt
from joserfc.jwk import ECKey

from medark.errors import StorageError
from medark.serve.auth.issuers import Issuer

NAME: Final = "medark"
ISSUER: Final = "urn:medark:workspace"
_KID: Final = "workspace"
_ALGORITHM: Final = "ES256"


@dataclass(frozen=True, slots=True)
class OwnKey:
    """The key that a workspace signs tokens with."""

    key: ECKey

    @property
    def issuer(self) -> Issuer:
        """The workspace as an issuer: its tokens are for itself alone, and name users as they are."""
        return Issuer(NAME, ISSUER, frozenset({ISSUER}), {_KID: self.key}, frozenset({_ALGORITHM}), max_age_s=24 * 3600)

    def signed(self, user: str, scopes: str, now_s: float, seconds: int, patient: str = "") -> tuple[str, str]:
        """A token for a user, and its id."""
        token_id = secrets.token_urlsafe(18)
        claims = {
            "iss": ISSUER, "aud": ISSUER, "sub": user, "scope": scopes, "jti": token_id,
            "iat": int(now_s), "nbf": int(now_s), "exp": int(now_s) + seconds,
        }  # fmt: skip
        if patient:
            claims["patient"] = patient
        return jwt.encode({"alg": _ALGORITHM, "kid": _KID, "typ": "JWT"}, claims, self.key), token_id


def own_key(path: Path) -> OwnKey:
    """The key in a file, readable by its owner only; made when it is first needed. StorageError."""
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if not path.exists():
            _make(path)
        return OwnKey(ECKey.import_key(orjson.loads(path.read_bytes())))
    except (OSError, ValueError):
        fix = "check rights of the folder keys, or remove the file: tokens given so far end then"
        raise StorageError("the key of tokens can't be read or made", fix=fix) from None


def _make(path: Path) -> None:
    """Whole or not at all, also when several processes begin at once: the first one's stays."""
    key = ECKey.generate_key("P-256", {"kid": _KID, "use": "sig"}, private=True)
    part = path.with_suffix(f".{os.getpid()}-{secrets.token_hex(4)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(orjson.dumps(key.as_dict(private=True)))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()
