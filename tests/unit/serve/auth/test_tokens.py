"""Tokens of issuers: one that holds opens, and every trick that is known does not; through a real server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from medark.bootstrap import init_workspace
from medark.errors import SettingsError
from medark.model.user import User
from medark.serve.auth.issuers import read_issuers
from medark.settings import ServeSettings

ISSUER = "https://emr.north.example/"
AUDIENCE = "https://medark.example"
RSA = RSAKey.generate_key(2048, {"kid": "rsa-1"}, private=True)
EC = ECKey.generate_key("P-256", {"kid": "ec-1"}, private=True)
OTHER = RSAKey.generate_key(2048, {"kid": "rsa-1"}, private=True)


def issuers_text() -> str:
    keys = [key.as_dict(private=False) for key in (RSA, EC)]
    inline = "".join(f"\n[[issuer.KIND.key]]\n{_toml(key)}" for key in keys)
    north = f'[issuer.north]\nissuer = "{ISSUER}"\naudience = "{AUDIENCE}"\nscopes = "user/*.rs"\n'
    hooks = '[issuer.hooks]\nissuer = "https://hooks.example/"\naudience = "address"\nuser = "hooks"\none_time = true\n'
    return north + inline.replace("KIND", "north") + "\n" + hooks + inline.replace("KIND", "hooks")


def _toml(told: Mapping[str, Any]) -> str:
    return "".join(f"{name} = {json.dumps(value)}\n" for name, value in told.items())


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, serving: Any) -> Iterator[str]:
    """A server that trusts two issuers."""
    with init_workspace(tmp_path_factory.mktemp("tokens") / "city", buckets=2) as made:
        made.ledger.users.add(User("north:dora", organisation="north", roles=frozenset({"doctor"})))
        made.ledger.users.add(User("north:gone", disabled=True))
        made.ledger.users.add(User("hooks", organisation="north"))
        (made.path / "issuers.toml").write_text(issuers_text(), encoding="utf-8")
        with serving(made, ServeSettings(a_second=0)) as at:
            yield at


def claims(**more: Any) -> dict[str, Any]:
    now = int(time.time())
    told = {"iss": ISSUER, "aud": AUDIENCE, "sub": "dora", "iat": now, "exp": now + 300, "jti": str(time.time_ns())}
    return {name: value for name, value in {**told, **more}.items() if value is not None}


def signed(told: dict[str, Any], key: Any = RSA, alg: str = "RS256", **header: Any) -> str:
    return jwt.encode({"alg": alg, "kid": key.kid, **header}, told, key, algorithms=[alg])


def encoded(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def who(base: str, token: str) -> httpx.Response:
    told = f"Bearer {token}".strip().encode("latin-1")
    return httpx.get(f"{base}/session", headers={"authorization": told}, trust_env=False)


@pytest.mark.parametrize(("key", "alg"), [(RSA, "RS256"), (EC, "ES256")])
def test_a_token_that_holds_says_who_asks(base, key, alg):
    answer = who(base, signed(claims(), key, alg))
    assert answer.status_code == 200
    assert answer.json() == {"user": "north:dora", "organisation": "north", "roles": ["doctor"], "purpose": "care"}


def forged_with_the_public_key() -> str:
    """HS256 whose secret is the RSA key's public half, in each form that it is published in."""
    text = f"{encoded({'alg': 'HS256', 'kid': 'rsa-1', 'typ': 'JWT'})}.{encoded(claims())}"
    mac = hmac.digest(RSA.as_pem(private=False), text.encode(), hashlib.sha256)
    return f"{text}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def tampered() -> str:
    header, _, signature = signed(claims()).split(".")
    return f"{header}.{encoded(claims(sub='admin'))}.{signature}"


def own_key_in_the_header() -> str:
    return signed(claims(), OTHER, jwk=OTHER.as_dict(private=False))


REFUSED = {
    "alg none": lambda: f"{encoded({'alg': 'none', 'kid': 'rsa-1'})}.{encoded(claims())}.",
    "alg none, signed": lambda: f"{encoded({'alg': 'none', 'kid': 'rsa-1'})}.{encoded(claims())}.AAAA",
    "alg nOnE": lambda: f"{encoded({'alg': 'nOnE', 'kid': 'rsa-1'})}.{encoded(claims())}.AAAA",
    "HS256 with the public key": forged_with_the_public_key,
    "HS256 with a secret": lambda: jwt.encode(
        {"alg": "HS256", "kid": "rsa-1"}, claims(), OctKey.import_key("x" * 40), algorithms=["HS256"]),
    "an algorithm of the other key": lambda: signed(claims(), EC, "ES256", kid="rsa-1"),
    "another key of the same name": lambda: signed(claims(), OTHER),
    "its own key in the header": own_key_in_the_header,
    "no kid": lambda: jwt.encode({"alg": "RS256"}, claims(), RSA, algorithms=["RS256"]),
    "kid a path": lambda: signed(claims(), OTHER, kid="../../../../dev/null"),
    "kid SQL": lambda: signed(claims(), OTHER, kid="rsa-1' UNION SELECT 'x"),
    "kid an address": lambda: signed(claims(), OTHER, kid="https://evil.example/jwks.json"),
    "kid a list": lambda: f"{encoded({'alg': 'RS256', 'kid': ['rsa-1']})}.{encoded(claims())}.AAAA",
    "jku": lambda: signed(claims(), OTHER, jku="https://evil.example/jwks.json"),
    "crit": lambda: f"{encoded({'alg': 'RS256', 'kid': 'rsa-1', 'crit': ['exp']})}.{encoded(claims())}.AAAA",
    "no exp": lambda: signed(claims(exp=None)),
    "exp text": lambda: signed(claims(exp="never")),
    "exp true": lambda: signed(claims(exp=True)),
    "over": lambda: signed(claims(iat=int(time.time()) - 900, exp=int(time.time()) - 60)),
    "not begun": lambda: signed(claims(nbf=int(time.time()) + 600)),
    "no age": lambda: signed(claims(iat=None)),
    "too old": lambda: signed(claims(iat=int(time.time()) - 90_000)),
    "of the future": lambda: signed(claims(iat=int(time.time()) + 600)),
    "for another": lambda: signed(claims(aud="https://other.example")),
    "for nobody": lambda: signed(claims(aud=None)),
    "for a part of us": lambda: signed(claims(aud="https://medark.exampl")),
    "of another": lambda: signed(claims(iss="https://emr.south.example/")),
    "of nobody": lambda: signed(claims(iss=None)),
    "in our own name": lambda: signed(claims(iss="urn:medark:workspace", aud="urn:medark:workspace")),
    "a stranger's": lambda: signed(claims(sub="nobody")),
    "a disabled user's": lambda: signed(claims(sub="gone")),
    "a local user's name": lambda: signed(claims(sub="")),
    "tampered with": tampered,
    "cut": lambda: signed(claims())[:-4],
    "huge": lambda: signed(claims(more="x" * 9000)),
    "two parts": lambda: ".".join(signed(claims()).split(".")[:2]),
    "five parts": lambda: signed(claims()) + ".a.b",
    "no JSON": lambda: "aGFsbG8.aGFsbG8.aGFsbG8",
    "a list": lambda: f"{encoded([1])}.{encoded([2])}.AAAA",
    "deep": lambda: f"{base64.urlsafe_b64encode(b'[' * 4000).decode()}.e30.AAAA",
    "no base64": lambda: "ä.ö.ü",
    "blank": lambda: "",
}  # fmt: skip


@pytest.mark.parametrize("trick", REFUSED)
def test_every_trick_is_refused_in_the_same_words(base, trick):
    answer = who(base, REFUSED[trick]())
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    told = answer.json()
    assert (told["kind"], told["title"]) == ("NotSignedInError", "the token is not accepted")


EXITS = (
    ("GET", "/fhir/Patient"), ("GET", "/fhir/Patient/1"), ("POST", "/fhir/Patient/_search"),
    ("POST", "/fhir/ViewDefinition/$viewdefinition-run"), ("POST", "/cds-services/potassium_card"),
    ("GET", "/datasets"), ("GET", "/datasets/registry_page/diabetes"), ("GET", "/signals"), ("POST", "/sql"),
    ("GET", "/tasks"), ("GET", "/tasks/1"), ("GET", "/admin/apps"), ("GET", "/admin/audit"),
)  # fmt: skip


@pytest.mark.parametrize(("method", "path"), EXITS)
def test_at_every_exit_every_trick_is_refused(base, method, path):
    """Bodies are in form: who it is asked for is the first thing that is asked."""
    body = {"sql": "SELECT 1"} if path == "/sql" else {"resourceType": "ViewDefinition"}
    with httpx.Client(base_url=base, trust_env=False) as client:
        for trick, made in REFUSED.items():
            headers = {"authorization": f"Bearer {made()}".strip().encode("latin-1")}
            answer = client.request(method, path, headers=headers, json=body if method == "POST" else None)
            assert answer.status_code == 401, (trick, answer.text)


def test_a_one_time_token_opens_once_and_only_the_address_that_it_names(base):
    told = claims(iss="https://hooks.example/", aud=f"{base}/session", sub="whoever")
    token = signed(told, EC, "ES256")
    elsewhere = httpx.get(f"{base}/tasks", headers={"authorization": f"Bearer {token}"}, trust_env=False)
    assert elsewhere.status_code == 401
    assert who(base, token).json()["user"] == "hooks"
    assert who(base, token).status_code == 401
    other_host = signed(claims(iss="https://hooks.example/", aud="https://other.example/session"), EC, "ES256")
    answer = httpx.get(
        f"{base}/session", headers={"authorization": f"Bearer {other_host}", "host": "other.example"}, trust_env=False
    )
    assert answer.status_code == 401


def test_a_one_time_token_without_an_id_is_refused(base):
    token = signed(claims(iss="https://hooks.example/", aud=f"{base}/session", jti=None), EC, "ES256")
    assert who(base, token).status_code == 401


@pytest.mark.parametrize(
    "text",
    [
        'issuers = 1', '[issuer.a]\nissuer = "x"', '[issuer.a]\nissuer = "x"\nkeys = "none.json"',
        '[issuer.a]\nissuer = "x"\nalgorithms = ["HS256"]\n[[issuer.a.key]]\nkty = "oct"\nkid = "1"\nk = "eHg"',
        '[issuer.a]\nissuer = "x"\n[[issuer.a.key]]\nkty = "oct"\nkid = "1"\nk = "eHg"',
        '[issuer.a]\nissuer = "x"\nunknown = 1', '[issuer.a]\nissuer = "x"\nmax_age_minutes = 0', "[",
    ],
)  # fmt: skip
def test_a_file_of_issuers_that_can_not_be_used_says_so(tmp_path, text):
    (tmp_path / "issuers.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as raised:
        read_issuers(tmp_path)
    assert raised.value.fix


@pytest.mark.filterwarnings("ignore:Key size")
def test_a_weak_key_is_no_key(tmp_path):
    weak = RSAKey.generate_key(1024, {"kid": "w"}, private=False)
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [weak.as_dict(private=False)]}), encoding="utf-8")
    (tmp_path / "issuers.toml").write_text('[issuer.a]\nissuer = "x"\nkeys = "keys.json"', encoding="utf-8")
    with pytest.raises(SettingsError, match="too weak"):
        read_issuers(tmp_path)
