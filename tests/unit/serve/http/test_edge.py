"""What every request passes: limits, problems, headers, ids, metrics; through a real server with routes of its own."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import APIRouter
from pydantic import BaseModel

from medark.bootstrap import init_workspace
from medark.errors import BusyError, NotFoundError, StorageError
from medark.serve.app import ROUTERS
from medark.serve.http.limits import Buckets
from medark.serve.http.metrics import Metrics
from medark.serve.http.parts import Parts
from medark.serve.http.problems import place
from medark.settings import ServeSettings

MARK = "Qzxmark"


class Told(BaseModel):
    """A body."""

    number: int
    names: list[str] = []


def odd(_: Parts) -> APIRouter:
    """Routes that go wrong in every way."""
    found = APIRouter(prefix="/odd")

    @found.get("/bug/{of}")
    def bug(of: str) -> dict[str, str]:
        raise ValueError(f"{MARK} {of}")

    @found.get("/bug-late")
    async def late() -> Any:
        raise RuntimeError(MARK)

    @found.get("/slow")
    async def slow() -> None:
        import asyncio

        await asyncio.sleep(5)

    @found.post("/body")
    def body(told: Told) -> Told:
        return told

    @found.get("/ours/{kind}")
    def ours(kind: str) -> None:
        raise {"none": NotFoundError, "busy": BusyError, "disk": StorageError}[kind]("it is so", fix="do that", at=7)

    return found


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, serving: Any) -> Iterator[str]:
    """A server with little patience."""
    settings = ServeSettings(a_second=0, body_bytes=2000, seconds=1)
    place = tmp_path_factory.mktemp("edge") / "ws"
    with init_workspace(place, buckets=2) as made, serving(made, settings, routers=(*ROUTERS, odd)) as at:
        yield at


def get(url: str, **headers: str) -> httpx.Response:
    return httpx.get(url, headers=headers, trust_env=False, timeout=20)


def test_every_answer_is_kept_safe_and_has_an_id(base: str) -> None:
    for path, status in (("/health/live", 200), ("/none", 404), ("/odd/bug/x", 500), ("/tasks", 401)):
        answer = get(base + path)
        assert answer.status_code == status
        for name, value in (
            ("x-content-type-options", "nosniff"), ("x-frame-options", "DENY"), ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
        ):  # fmt: skip
            assert answer.headers[name] == value
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "server" not in answer.headers
        assert len(answer.headers["x-request-id"]) == 16
    assert get(f"{base}/health/live", **{"x-request-id": "from-the-caller-1"}).headers["x-request-id"] == (
        "from-the-caller-1"
    )
    assert get(f"{base}/health/live", **{"x-request-id": "x\ty " + MARK}).headers["x-request-id"] != MARK


@pytest.mark.parametrize(("kind", "status"), [("none", 404), ("busy", 503), ("disk", 507)])
def test_errors_of_ours_are_problems_with_their_status(base: str, kind: str, status: int) -> None:
    answer = get(f"{base}/odd/ours/{kind}")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    told = answer.json()
    assert (told["title"], told["fix"], told["where"], told["status"]) == ("it is so", "do that", {"at": 7}, status)
    assert told["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("path", ["/odd/bug/1", "/odd/bug-late"])
def test_a_bug_is_told_by_its_place_and_never_by_its_message(
    base: str, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = get(base + path)
    assert answer.status_code == 500
    assert answer.json()["kind"] == "InternalError"
    assert MARK not in answer.text
    said = "\n".join(record.getMessage() + str(record.exc_text or "") for record in caplog.records)
    assert MARK not in said
    assert "bug ValueError at" in said or "bug RuntimeError at" in said
    assert not [record for record in caplog.records if record.exc_info]


def test_what_is_not_in_form_is_told_without_what_stood_there(base: str) -> None:
    answer = httpx.post(f"{base}/odd/body", json={"number": MARK, "names": [MARK, {MARK: 1}]}, trust_env=False)
    assert answer.status_code == 422
    assert MARK not in answer.text
    faults = answer.json()["where"]["faults"]
    assert {"at": "body.number", "why": "int_parsing"} in faults
    assert {"at": "body.names.1", "why": "string_type"} in faults
    broken = httpx.post(
        f"{base}/odd/body", content=f'{{"{MARK}'.encode(), headers={"content-type": "application/json"}, trust_env=False
    )
    assert broken.status_code == 422
    assert MARK not in broken.text


def test_a_body_that_is_too_large_is_refused_said_or_not(base: str) -> None:
    large = b"[" + b"1," * 2000 + b"1]"
    said = httpx.post(f"{base}/cds-services/x", content=large, trust_env=False)
    assert (said.status_code, said.json()["where"]) == (413, {"most_bytes": 2000})

    def drip() -> Iterator[bytes]:
        for _ in range(50):
            yield b"1" * 100

    unsaid = httpx.post(f"{base}/cds-services/x/feedback", content=drip(), trust_env=False)
    assert unsaid.status_code == 413
    with socket.create_connection(("127.0.0.1", int(base.rpartition(":")[2]))) as raw:
        raw.sendall(b"POST /cds-services/x HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 4")


def test_an_answer_that_takes_too_long_is_given_up(base: str) -> None:
    begun = time.monotonic()
    answer = get(f"{base}/odd/slow")
    assert (answer.status_code, answer.json()["kind"]) == (504, "TooSlowError")
    assert time.monotonic() - begun < 4


def test_problems_speak_the_readers_language(base: str) -> None:
    chinese = get(f"{base}/tasks", **{"accept-language": "zh-CN,zh;q=0.9"}).json()
    assert chinese["title"] != get(f"{base}/tasks").json()["title"]


def test_metrics_count_by_route_and_never_by_address(base: str) -> None:
    get(f"{base}/odd/bug/{MARK}")
    get(f"{base}/{MARK}")
    get(f"{base}/metrics")
    text = get(f"{base}/metrics").text
    assert 'route="/odd/bug/{of}",status="500"' in text
    assert 'route="-",status="404"' in text
    assert MARK not in text
    assert "medark_requests_in_flight 1" in text
    values = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(float(line.rpartition(" ")[2]) >= 0 for line in values)
    buckets = [line for line in values if line.startswith('medark_request_seconds_bucket{route="/metrics"')]
    counts = [int(line.rpartition(" ")[2]) for line in buckets]
    assert counts == sorted(counts)
    assert 'le="+Inf"' in buckets[-1]


def test_a_server_that_can_not_answer_says_so(base: str) -> None:
    assert get(f"{base}/health/ready").json()["status"] == "ok"


def test_too_many_requests(tmp_path: Any, serving: Any) -> None:
    """Asked as fast as one connection can: however slow the machine, that is more than one a second."""
    with (
        init_workspace(tmp_path / "ws", buckets=2) as made,
        serving(made, ServeSettings(a_second=1)) as at,
        httpx.Client(base_url=at, trust_env=False) as client,
    ):
        answers = [client.get("/health/live") for _ in range(200)]
    assert {one.status_code for one in answers} == {200, 429}
    assert [one.status_code for one in answers[:16]] == [200] * 16
    last = next(one for one in answers if one.status_code == 429)
    assert (last.headers["retry-after"], last.json()["kind"]) == ("1", "TooManyError")


def test_buckets_fill_again_with_time_and_keys_do_not_share() -> None:
    now = [0.0]
    buckets = Buckets(10, lambda: now[0])
    assert [bool(buckets.wait_for("a")) for _ in range(41)] == [False] * 40 + [True]
    assert not buckets.wait_for("b")
    now[0] += 0.1
    assert not buckets.wait_for("a")
    assert buckets.wait_for("a") == pytest.approx(0.1)
    for n in range(30_000):
        buckets.wait_for(str(n))
    assert len(buckets._left) <= 20_000
    assert not any(Buckets(0).wait_for("a") for _ in range(1000))


def test_labels_are_escaped() -> None:
    metrics = Metrics()
    metrics.count("medark_cards_total", service='a"b\\c\nd', indicator="info")
    assert 'service="a\\"b\\\\c\\nd"' in metrics.text()


def test_a_place_is_a_file_and_a_line() -> None:
    try:
        Buckets(1, clock=lambda: 1 / 0).wait_for("a")
    except ZeroDivisionError as error:
        assert place(error).startswith("serve/http/limits.py:")
