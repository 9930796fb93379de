"""How a page is made: HTML and its data, forms that are ours, and what goes wrong as a page"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import httpx
import pytest

from medark.errors import AccessError, MedarkError, NotFoundError, StorageError
from medark.flows.workspace import Workspace
from medark.serve.app import ROUTERS
from medark.serve.console.filters import sentence
from medark.serve.console.screens import Screen, Screens, Visit
from medark.serve.http.errors import MissingDataError, TooManyError
from medark.serve.http.parts import Parts
from medark.settings import ServeSettings
from unit.serve.conftest import OWNER, PASSWORD, Serving
from unit.serve.console.conftest import Opens, csrf_of

LARGE = 2**60 + 1
ERRORS: Mapping[str, MedarkError] = {
    "403": AccessError("no grant opens this", fix="medark grant add", table="note"),
    "404": NotFoundError("no such record", record=7),
    "412": MissingDataError("nothing can be seen of the patient"),
    "429": TooManyError("too many requests", fix="ask less often", wait_s=3),
    "507": StorageError("the disk is full"),
}


def screens(parts: Parts):
    """A family of pages that shows what Screens can."""
    found = Screens(parts)
    found.page("/try", lambda visit: Screen("Try <it>", "error.html", _data(visit), 200), summary="Try")
    found.page("/broken/{how}", _broken, summary="Broken")
    found.form("/try", lambda visit, told: f"/console/try?said={told['word']}", summary="Say")
    found.form("/broken", lambda visit, told: _raise(told["how"]), summary="Break")
    return found.router


def _data(visit: Visit) -> dict[str, object]:
    said = {"large": LARGE, "small": 3, "word": visit.text("word", "none"), "page": visit.number("page", 1)}
    return {"status": 0, "what": "", "fix": "", "where": said, "request_id": "", "purpose": "", "back": "/console"}


def _broken(visit: Visit) -> Screen:
    return _raise(visit.path["how"])


def _raise(how: str):
    raise ERRORS[how] if how in ERRORS else RuntimeError("what somebody's name is")


@pytest.fixture(scope="module")
def tried(workspace: Workspace) -> Iterator[httpx.Client]:
    """An owner who is signed in where those pages are served."""
    with (
        Serving(workspace, ServeSettings(a_second=0), routers=(*ROUTERS, screens)) as base,
        httpx.Client(base_url=base, trust_env=False, timeout=30, headers={"accept-language": "en"}) as client,
    ):
        client.post("/console/sign-in", data={"name": OWNER, "password": PASSWORD, "purpose": "operations"})
        yield client


def test_a_page_and_its_data_are_the_same(tried: httpx.Client) -> None:
    page = tried.get("/console/try?word=%20hello%20&page=2")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>Try &lt;it&gt;</h1>" in page.text
    assert "<dd>hello</dd>" in page.text
    told = tried.get("/console/try.json?word=%20hello%20&page=2")
    assert told.headers["content-type"] == "application/json"
    assert told.json()["where"] == {"large": str(LARGE), "small": 3, "word": "hello", "page": 2}


@pytest.mark.parametrize("query", ["page=-1", "page=1.5", "page=²", "page=" + "9" * 20, "word=" + "x" * 501])
def test_a_query_that_cant_be_read_is_said_so(tried: httpx.Client, query: str) -> None:
    answer = tried.get(f"/console/try?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "text/html; charset=utf-8")
    assert "x" * 501 not in answer.text.replace(f"word={'x' * 501}", "")


def test_a_form_is_taken_from_our_own_pages_alone(tried: httpx.Client) -> None:
    csrf = csrf_of(tried)
    answer = tried.post("/console/try", data={"csrf": csrf, "word": "hey"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/try?said=hey")
    for told in ({"word": "hey"}, {"csrf": csrf[:-1], "word": "hey"}):
        refused = tried.post("/console/try", data=told | {"back": "/console/try?page=3"})
        assert refused.status_code == 403
        assert 'href="/console/try?page=3"' in refused.text
    bearer = tried.post("/console/try", data={"word": "hey"}, headers={"authorization": "Bearer x"})
    assert bearer.status_code == 403


@pytest.mark.parametrize("how", [*ERRORS, "500"])
def test_what_goes_wrong_is_a_page_with_a_way_on(tried: httpx.Client, how: str) -> None:
    page = tried.get(f"/console/broken/{how}")
    assert (page.status_code, page.headers["content-type"]) == (int(how), "text/html; charset=utf-8")
    assert '<nav class="side"' in page.text
    assert "somebody" not in page.text
    told = tried.get(f"/console/broken/{how}.json")
    assert (told.status_code, told.headers["content-type"]) == (int(how), "application/problem+json")
    posted = tried.post("/console/broken", data={"csrf": csrf_of(tried), "how": how, "back": "/console/map"})
    assert posted.status_code == int(how)
    assert 'href="/console/map"' in posted.text
    if how in ERRORS:
        assert sentence(ERRORS[how].what) in page.text
        assert ERRORS[how].fix in page.text
    if how == "429":
        assert page.headers["retry-after"] == "3"


def test_pages_of_what_is_not_there_have_a_navigation_for_who_is_signed_in(tried: httpx.Client, opens: Opens) -> None:
    there = tried.get("/console/nothing")
    assert (there.status_code, '<nav class="side"' in there.text) == (404, True)
    outside = opens().get("/console/nothing")
    assert (outside.status_code, '<nav class="side"' in outside.text) == (404, False)
    assert "/console/sign-in" in outside.text
    assert opens().get("/nothing").headers["content-type"] == "application/problem+json"
    assert tried.put("/console/map").status_code == 405


def test_a_token_opens_no_page(opens: Opens, served) -> None:
    client = opens(authorization=f"Bearer {served.token(OWNER)}")
    assert client.get("/console").status_code == 303
    answer = client.get("/console.json")
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")


def test_nothing_is_fetched_from_elsewhere_or_kept_but_styles_and_scripts(tried: httpx.Client) -> None:
    page = tried.get("/console")
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert page.headers["cache-control"] == "no-store"
    style = next(part for part in page.text.split('"') if part.endswith("console.css"))
    answer = tried.get(style)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    other = style.replace(style.split("/")[3], "0" * 16)
    assert tried.get(other).status_code == 404
    assert tried.get(style.replace("console.css", "../frame.html")).status_code == 404
    assert " style=" not in page.text
    assert "<style" not in page.text


def test_an_address_that_asks_too_often_is_told_so_by_a_page(workspace: Workspace) -> None:
    with Serving(workspace, ServeSettings(a_second=1)) as base, httpx.Client(base_url=base, trust_env=False) as client:
        answers = [client.get("/console/sign-in") for _ in range(300)]
    refused = next(one for one in answers if one.status_code == 429)
    assert refused.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>" in refused.text
