"""Passwords, tokens of our own, sessions: opened, ended, and every way to be kept out; through a real server."""

from __future__ import annotations

import stat
import statistics
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher

from medark.bootstrap import init_workspace
from medark.errors import AccessError, NotFoundError, UsageError
from medark.flows.gate.reader import machine_user
from medark.flows.workspace import Workspace
from medark.model.user import User
from medark.serve.auth.own_tokens import own_key
from medark.serve.auth.passwords import Passwords, Tries
from medark.serve.auth.set_password import set_password
from medark.serve.http.errors import NotSignedInError, TooManyError
from medark.settings import ServeSettings

PASSWORD = "correct horse battery"


@pytest.fixture
def workspace(tmp_path: Any, hashed: str) -> Iterator[Workspace]:
    """A workspace with one who has a password, one who has none and one who is disabled."""
    with init_workspace(tmp_path / "ws", buckets=2) as made:
        made.ledger.users.add(User("dora", organisation="north", roles=frozenset({"doctor"})), hashed)
        made.ledger.users.add(User("none"))
        made.ledger.users.add(User("gone", disabled=True), hashed)
        yield made


@pytest.fixture
def base(workspace: Workspace, serving: Any) -> Iterator[str]:
    """It, served."""
    with serving(workspace, ServeSettings(a_second=0)) as at:
        yield at


def sign_in(base: str, name: str = "dora", password: str = PASSWORD, **more: str) -> httpx.Response:
    return httpx.post(f"{base}/token", data={"username": name, "password": password, **more}, trust_env=False)


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def get(base: str, path: str = "/session", **told: Any) -> httpx.Response:
    return httpx.get(base + path, trust_env=False, **told)


def test_a_token_for_a_password(base: str, workspace: Workspace) -> None:
    told = sign_in(base).json()
    assert (told["token_type"], told["expires_in"], told["scope"]) == ("Bearer", 900, "user/*.cruds")
    who = get(base, headers=bearer(told["access_token"])).json()
    assert who == {"user": "dora", "organisation": "north", "roles": ["doctor"], "purpose": "care"}
    for_research = get(base, headers=bearer(told["access_token"]) | {"x-purpose": "research"}).json()
    assert for_research["purpose"] == "research"
    assert get(base, headers=bearer(told["access_token"]) | {"x-purpose": "fun"}).status_code == 422
    assert [one.name for one in workspace.ledger.tokens.all("dora")] == ["password"]
    assert told["access_token"] not in repr(workspace.ledger.tokens.all("dora"))


def test_a_token_ends_when_it_is_ended_and_with_its_user(base: str, workspace: Workspace) -> None:
    one, other = (sign_in(base).json()["access_token"] for _ in range(2))
    assert httpx.delete(f"{base}/token", headers=bearer(one), trust_env=False).status_code == 204
    assert get(base, headers=bearer(one)).status_code == 401
    assert get(base, headers=bearer(other)).status_code == 200
    workspace.ledger.users.change(User("dora", disabled=True))
    assert get(base, headers=bearer(other)).status_code == 401


@pytest.mark.parametrize("name", ["dora", "none", "gone", "nobody", "do\x00ra", "x" * 250, "'; --"])
def test_a_wrong_name_and_a_wrong_password_are_one_answer(base: str, name: str) -> None:
    answer = sign_in(base, name, "wrong horse battery" if name == "dora" else PASSWORD)
    assert answer.status_code == 401
    assert answer.json()["title"] == "this name and password do not go together"


def test_who_is_not_there_takes_as_long_as_who_is() -> None:
    """Both hash once; the medians of a busy machine are far less apart than a hash takes."""
    passwords = Passwords(PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1))
    kept = passwords.hash(PASSWORD)

    def took(hash_: str | None) -> float:
        times = []
        for _ in range(15):
            begun = time.thread_time()
            assert not passwords.check(hash_, "wrong horse battery")
            times.append(time.thread_time() - begun)
        return statistics.median(times)

    there, not_there = took(kept), took(None)
    assert 0.5 < there / not_there < 2


def test_who_fails_often_has_to_wait_longer_each_time() -> None:
    now = [0.0]
    tries = Tries(lambda: now[0])
    for _ in range(4):
        tries.admit("a")
        assert isinstance(tries.failed("a"), NotSignedInError)
    tries.failed("a")
    with pytest.raises(TooManyError) as first:
        tries.admit("a", "b")
    assert first.value.wait_s == 3
    tries.admit("b")
    now[0] += 3
    tries.admit("a")
    tries.failed("a")
    with pytest.raises(TooManyError) as second:
        tries.admit("a")
    assert second.value.wait_s > first.value.wait_s
    tries.succeeded("a")
    tries.admit("a")
    for n in range(10_100):
        tries.failed(str(n))
    assert len(tries._failed) <= 10_000


def test_guessing_is_slowed_down(base: str) -> None:
    answers = [sign_in(base, password=f"guess number {n} of many").status_code for n in range(7)]
    assert answers[:5] == [401] * 5
    assert 429 in answers[5:]
    assert sign_in(base).status_code == 429  # the right one, too: else it could be told


def test_a_session_is_a_cookie_that_no_script_reads_and_needs_more_to_change_anything(base: str) -> None:
    with httpx.Client(base_url=base, trust_env=False) as browser:
        told = browser.post("/session", json={"name": "dora", "password": PASSWORD, "purpose": "care"})
        cookie = told.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert browser.get("/session").json()["csrf"] == told.json()["csrf"]
        assert browser.get("/session").json()["purpose"] == "care"
        assert browser.delete("/session").status_code == 403
        assert browser.delete("/session", headers={"x-csrf-token": "a" * 64}).status_code == 403
        kept = dict(browser.cookies)
        assert browser.delete("/session", headers={"x-csrf-token": told.json()["csrf"]}).status_code == 204
    assert get(base, cookies=kept).status_code == 401


@pytest.mark.parametrize("cookie", ["", ".", "a.b", "x" * 300, "a.", ".b", "a.b.c"])
def test_a_made_up_session_is_none(base: str, cookie: str) -> None:
    assert get(base, headers={"cookie": f"medark_session={cookie}"}).status_code == 401


def test_a_token_of_one_purpose_is_for_no_other(base: str) -> None:
    token = sign_in(base, scope="user/*.rs purpose/research").json()["access_token"]
    assert get(base, headers=bearer(token)).json()["purpose"] == "research"
    assert get(base, headers=bearer(token) | {"x-purpose": "care"}).status_code == 403


def test_a_tokens_user_has_the_roles_of_now(base: str, workspace: Workspace) -> None:
    token = sign_in(base).json()["access_token"]
    workspace.ledger.users.change(User("dora", organisation="south"))
    who = get(base, headers=bearer(token)).json()
    assert (who["organisation"], who["roles"]) == ("south", [])


def test_the_key_is_its_owners_alone_and_made_once(tmp_path: Any) -> None:
    path = tmp_path / "keys" / "token.jwk"
    first, second = own_key(path), own_key(path)
    assert first.key.as_dict() == second.key.as_dict()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_another_workspaces_token_opens_nothing(base: str, tmp_path: Any) -> None:
    other = own_key(tmp_path / "other" / "token.jwk")
    token, _ = other.signed("dora", "user/*.rs", time.time(), 900)
    assert get(base, headers=bearer(token)).status_code == 401


def test_a_new_password_ends_what_was_open_with_the_old(base: str, workspace: Workspace) -> None:
    token = sign_in(base).json()["access_token"]
    assert set_password(workspace, machine_user(), "dora", "four words that last") == 1
    assert get(base, headers=bearer(token)).status_code == 401
    assert sign_in(base).status_code == 401
    assert sign_in(base, password="four words that last").status_code == 200
    assert workspace.ledger.audit.entries(action="password set")[0].detail == {"user": "dora"}


@pytest.mark.parametrize("password", ["", "short", "a" * 40, "x" * 300])
def test_a_bad_password_is_refused(workspace: Workspace, password: str) -> None:
    with pytest.raises(UsageError):
        set_password(workspace, machine_user(), "dora", password)


def test_only_an_owner_sets_passwords_and_only_of_who_is_there(workspace: Workspace) -> None:
    with pytest.raises(AccessError):
        set_password(workspace, "dora", "dora", "four words that last")
    with pytest.raises(NotFoundError):
        set_password(workspace, machine_user(), "nobody", "four words that last")


def test_a_hash_of_other_parameters_is_made_anew_when_its_owner_signs_in(base: str, workspace: Workspace) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8192).hash(PASSWORD)
    workspace.ledger.users.set_password_hash("dora", old)
    assert sign_in(base).status_code == 200
    assert workspace.ledger.users.password_hash("dora") != old
    assert sign_in(base).status_code == 200
