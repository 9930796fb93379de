"""Whose tokens are believed: the file issuers.toml of a workspace, each issuer with its own keys, audience and roles"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey, import_key

from medark.errors import SettingsError

FILE: Final = "issuers.toml"
ADDRESS: Final = "address"  # of `audience`: the URL that is asked, as clients of CDS Hooks write it
# Never `none`, and nothing symmetric: whoever can check such a token can also write one.
ALGORITHMS: Final = ("RS256", "ES256", "RS384", "ES384")
_CURVES: Final = {"ES256": "P-256", "ES384": "P-384"}
_LEAST_RSA: Final = 2048  # bits. Source: NIST SP 800-131A rev. 2, table 2
_KEYS: Final = 50
_KNOWN: Final = (
    "issuer", "audience", "keys", "key", "algorithms", "user", "user_claim", "role_claim", "scopes", "one_time",
    "max_age_minutes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Issuer:
    """One issuer. `keys`: by kid. `user`: everybody's tokens are this user's; else "name:" and the claim `user_claim`.

    `scopes`: what its tokens have that carry none. `one_time`: a token opens one request. Ages in seconds.
    """

    name: str
    issuer: str
    audience: frozenset[str]
    keys: Mapping[str, RSAKey | ECKey] = field(repr=False)
    algorithms: frozenset[str] = frozenset({"RS256", "ES256"})
    user: str = ""
    user_claim: str = "sub"
    scopes: str = ""
    one_time: bool = False
    max_age_s: int = 3600

    def user_of(self, claims: Mapping[str, Any]) -> str:
        """Who a token speaks for; "" where it does not say. An issuer can name nobody but its own."""
        told = claims.get(self.user_claim)
        if self.user:
            return self.user
        return f"{self.name}:{told}" if isinstance(told, str) and 0 < len(told) <= 200 else ""

    def key_for(self, kid: object, algorithm: str) -> RSAKey | ECKey | None:
        """The key of this name, if it is one for the algorithm. The name is looked up, and that is all."""
        found = self.keys.get(kid) if isinstance(kid, str) else None
        return found if found is not None and fits(found, algorithm) else None


def fits(key: RSAKey | ECKey, algorithm: str) -> bool:
    """Is a key one for this algorithm? An RSA key signs RS…, one of P-256 ES256."""
    told = key.get("alg")
    if told is not None and told != algorithm:
        return False
    if isinstance(key, RSAKey):
        return algorithm.startswith("RS")
    return _CURVES.get(algorithm) == key.curve_name


def read_issuers(folder: Path) -> tuple[Issuer, ...]:
    """The issuers that a workspace trusts; none without the file. SettingsError says what is wrong with which."""
    try:
        told = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise SettingsError("the file of issuers can't be read", fix="[issuer.north_emr]", file=FILE) from None
    tables = told.get("issuer", {})
    if set(told) - {"issuer"} or not isinstance(tables, dict):
        raise SettingsError("the file of issuers holds something else", fix="[issuer.north_emr]", file=FILE)
    found = tuple(_issuer(name, table, folder) for name, table in tables.items())
    if len({one.issuer for one in found}) < len(found):
        raise SettingsError("two issuers have one address", fix="keep one of them", file=FILE)
    return found


def _issuer(name: str, table: object, folder: Path) -> Issuer:
    if not isinstance(table, dict) or set(table) - set(_KNOWN):
        raise _wrong(name, "an issuer has no such key", ", ".join(_KNOWN))
    issuer, audience = table.get("issuer"), table.get("audience", ADDRESS)
    audiences = audience if isinstance(audience, list) else [audience]
    if not isinstance(issuer, str) or not issuer or not all(isinstance(one, str) and one for one in audiences):
        raise _wrong(name, "an issuer has an address and an audience", 'issuer = "https://…", audience = "medark"')
    algorithms = table.get("algorithms", ["RS256", "ES256"])
    if not isinstance(algorithms, list) or not algorithms or set(algorithms) - set(ALGORITHMS):
        raise _wrong(name, "tokens are signed by an algorithm with two keys", " | ".join(ALGORITHMS))
    minutes = table.get("max_age_minutes", 60)
    if not isinstance(minutes, int) or not 0 < minutes <= 24 * 60:
        raise _wrong(name, "a token is believed for minutes", "max_age_minutes = 60")
    return Issuer(
        name=name,
        issuer=issuer,
        audience=frozenset(audiences),
        keys=_keys(name, table, folder),
        algorithms=frozenset(algorithms),
        user=str(table.get("user", "")),
        user_claim=str(table.get("user_claim", "sub")),
        scopes=str(table.get("scopes", "")),
        one_time=table.get("one_time", False) is True,
        max_age_s=minutes * 60,
    )


def _keys(name: str, table: Mapping[str, Any], folder: Path) -> Mapping[str, RSAKey | ECKey]:
    """The keys that are written in the table, and those of the JWK Set in the file that it names."""
    given = list(table.get("key", []))
    if "keys" in table:
        try:
            told = orjson.loads((folder / str(table["keys"])).read_bytes())
            given += told["keys"]
        except (OSError, orjson.JSONDecodeError, KeyError, TypeError):
            raise _wrong(name, "the file of keys is not a JWK Set", 'keys = "keys/north_emr.json"') from None
    if not given or len(given) > _KEYS:
        raise _wrong(name, "an issuer has keys", 'keys = "keys/north_emr.json"')
    found = dict(_public(name, one) for one in given)
    if len(found) < len(given):
        raise _wrong(name, "two keys have one kid", "give each key a kid of its own")
    return found


def _public(name: str, told: object) -> tuple[str, RSAKey | ECKey]:
    fix = '{"kty": "EC", "crv": "P-256", "kid": "…", "x": "…", "y": "…"}'
    if not isinstance(told, dict) or not isinstance(told.get("kid"), str) or told.get("kty") not in ("RSA", "EC"):
        raise _wrong(name, "a key is public, of RSA or a curve, and has a kid", fix)
    try:
        key = import_key({k: v for k, v in told.items() if k not in _PRIVATE})
    except (JoseError, ValueError, TypeError, KeyError):
        raise _wrong(name, "a key can't be read", fix) from None
    if not isinstance(key, RSAKey | ECKey) or not is_strong(key):
        raise _wrong(name, "a key is too weak", f"RSA of {_LEAST_RSA} bits, or P-256")
    return told["kid"], key


_PRIVATE: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth"})  # not needed, so not kept


def is_strong(key: RSAKey | ECKey) -> bool:
    """Is a key long enough?"""
    return not isinstance(key, RSAKey) or key.public_key.key_size >= _LEAST_RSA


def by_issuer(issuers: Iterable[Issuer]) -> Mapping[str, Issuer]:
    """Issuers by their address, as tokens name them."""
    return {one.issuer: one for one in issuers}


def _wrong(name: str, what: str, fix: str) -> SettingsError:
    return SettingsError(what, fix=fix, issuer=name[:40], file=FILE)
