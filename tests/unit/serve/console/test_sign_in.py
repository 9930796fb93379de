"""Signing in and out of the console, and what is chosen there"""

from __future__ import annotations

import httpx
import pytest

from unit.serve.conftest import DOCTOR, OWNER, PASSWORD, Served
from unit.serve.console.conftest import Opens, csrf_of

FORM = {"name": OWNER, "password": PASSWORD}


def test_who_is_not_signed_in_is_sent_to_the_sign_in_and_back(opens: Opens) -> None:
    client = opens()
    answer = client.get("/console/worklist?state=all")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/console/sign-in?next=/console/worklist%3Fstate%3Dall"
    assert 'value="/console/worklist?state=all"' in client.get(answer.headers["location"]).text
    back = client.post("/console/sign-in", data=FORM | {"next": "/console/worklist?state=all"})
    assert (back.status_code, back.headers["location"]) == (303, "/console/worklist?state=all")
    assert client.get("/", follow_redirects=True).url.path == "/console"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example/console", "/consolation", "/console\\..", "/fhir/Patient"]
)
def test_nobody_is_sent_elsewhere(opens: Opens, elsewhere: str) -> None:
    client = opens()
    assert client.post("/console/sign-in", data=FORM | {"next": elsewhere}).headers["location"] == "/console"
    assert 'name="next" value="/console"' in client.get("/console/sign-in", params={"next": elsewhere}).text
    answer = client.post("/console/theme", data={"value": "dark", "back": elsewhere})
    assert answer.headers["location"] == "/console"


def test_a_wrong_password_says_so_and_keeps_the_name(opens: Opens) -> None:
    answer = opens().post("/console/sign-in", data={"name": "nobody<i>", "password": "secret secret"})
    assert answer.status_code == 401
    assert 'role="alert"' in answer.text
    assert 'value="nobody&lt;i&gt;"' in answer.text
    assert "secret secret" not in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}]
)
def test_other_sites_forms_are_none_of_ours(opens: Opens, headers: dict[str, str]) -> None:
    client = opens()
    for path in ("sign-in", "theme", "language"):
        answer = client.post(f"/console/{path}", data=FORM | {"value": "dark"}, headers=headers)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


def test_the_session_is_a_cookie_that_no_script_reads_and_ends_with_the_sign_out(opens: Opens) -> None:
    client = opens()
    told = client.post("/console/sign-in", data=FORM).headers["set-cookie"]
    assert "HttpOnly" in told
    assert "SameSite=lax" in told
    csrf = csrf_of(client)
    assert client.post("/console/sign-out", data={"csrf": "another"}).status_code == 403
    cookies = dict(client.cookies)
    answer = client.post("/console/sign-out", data={"csrf": csrf})
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in")
    client.cookies.update(cookies)
    assert client.get("/console").status_code == 303


def test_another_purpose_is_another_session_that_lasts_no_longer(opens: Opens, served: Served) -> None:
    client = opens(DOCTOR, "care")
    before, csrf = dict(client.cookies), csrf_of(client)
    assert client.post("/console/purpose", data={"csrf": "", "value": "research"}).status_code == 403
    answer = client.post("/console/purpose", data={"csrf": csrf, "value": "research", "back": "/console/map"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/map")
    assert client.get("/session").json()["purpose"] == "research"
    old = httpx.get(f"{served.base}/session", cookies=before, trust_env=False)
    assert old.status_code == 401
    first, second = served.workspace.ledger.tokens.all(DOCTOR)[-2:]
    assert first.ends_ms == second.ends_ms
    assert first.revoked_ms is not None
    answer = client.post("/console/purpose", data={"csrf": csrf_of(client), "value": "curiosity"})
    assert answer.status_code == 422
    nobody = opens().post("/console/purpose", data={"value": "care", "back": "/console/map"})
    assert nobody.headers["location"] == "/console/sign-in?next=/console/map"


def test_languages_and_themes_are_the_readers_own(opens: Opens) -> None:
    client = opens(**{"accept-language": "zh-CN"})
    assert '<html lang="zh-CN" data-theme="system"' in client.get("/console/sign-in").text
    assert client.post("/console/language", data={"value": "en", "back": "/console/sign-in"}).status_code == 303
    client.post("/console/theme", data={"value": "dark"})
    page = client.get("/console/sign-in").text
    assert '<html lang="en" data-theme="dark"' in page
    assert 'dark.css" media="screen"' in page
    client.post("/console/theme", data={"value": "light"})
    assert "dark.css" not in client.get("/console/sign-in").text
    assert client.post("/console/theme", data={"value": "<blink>"}).status_code == 422


def test_who_tries_too_often_has_to_wait(opens: Opens) -> None:
    client = opens()
    answers = [client.post("/console/sign-in", data={"name": "guessed", "password": "x"}) for _ in range(12)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0
    assert 'role="alert"' in answers[-1].text
