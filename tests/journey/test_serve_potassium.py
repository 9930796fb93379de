"""A critical potassium through the real command line and HTTP: card, feedback, a new version, an end in order."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app_folders import write_app
from medark.bootstrap import init_workspace
from unit.flows.apps.conftest import potassium, write

PASSWORD = "correct horse battery"
CALL = {"hook": "patient-view", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"}


def medark(*words: str, told: str = "") -> None:
    done = subprocess.run([sys.executable, "-m", "medark", *words], input=told, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people, an application of each version, a doctor; all by the commands that a person types."""
    folder = tmp_path_factory.mktemp("walk")
    place = folder / "ws"
    with init_workspace(place, time_zone="Asia/Shanghai") as made:
        people = [{"person_id": n, "year_of_birth": 1960, "gender_concept_id": 8532} for n in (1, 2)]
        write(made, person=people, measurement=[potassium(1, 6.8), potassium(2, 4.1)])
    medark("app", "install", str(place), str(write_app(folder / "one")))
    medark("app", "approve", str(place), "potassium")
    medark("app", "enable", str(place), "potassium")
    medark("app", "install", str(place), str(write_app(folder / "two", version="1.1.0")))
    medark("user", "add", str(place), "dora", "--role", "doctor")
    medark("user", "password", str(place), "dora", told=f"{PASSWORD}\n")
    words = ("grant", "add", str(place), "role:doctor", "--purpose", "care", "--table", "*", "--rows", "all")
    medark(*words, "--level", "4")
    return place


@pytest.fixture(params=[1, 2], ids=["one worker", "two workers"])
def base(place: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """`medark serve`, in one process and in several."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["serve", str(place), "--port", str(port), "--workers", str(request.param)]
    log = tmp_path / "log"  # a file: nobody would read a pipe, and a full one stops the server
    with log.open("w") as written:
        server = subprocess.Popen(
            [sys.executable, "-m", "medark", *words], stderr=written, text=True, start_new_session=True
        )
    at = f"http://127.0.0.1:{port}"
    try:
        until_ready(at)
        yield at
    finally:
        os.killpg(server.pid, signal.SIGINT)
        server.wait(60)
    said = log.read_text(encoding="utf-8")
    assert server.returncode == 0, said
    assert "Traceback" not in said
    assert f"serving at {at}" in said
    assert "patientId" not in said


def until_ready(at: str) -> None:
    for _ in range(300):
        try:
            if httpx.get(f"{at}/health/ready", trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError("the server does not start")


def test_card_feedback_and_a_version_that_takes_over_under_load(base: str, place: Path) -> None:
    form = {"username": "dora", "password": PASSWORD}
    token = httpx.post(f"{base}/token", data=form, trust_env=False).json()["access_token"]
    with httpx.Client(
        base_url=base, headers={"authorization": f"Bearer {token}"}, trust_env=False, timeout=60
    ) as doctor:

        def cards(patient: str) -> list[dict[str, str]]:
            context = {"userId": "Practitioner/1", "patientId": patient}
            answer = doctor.post("/cds-services/potassium", json={**CALL, "context": context})
            assert answer.status_code == 200, answer.text
            return list(answer.json()["cards"])

        (card,) = cards("1")
        assert (card["summary"], cards("2")) == ("Potassium 6.8", [])
        said = {"card": card["uuid"], "outcome": "overridden", "outcomeTimestamp": "2026-01-01T00:00:00Z"}
        assert doctor.post("/cds-services/potassium/feedback", json={"feedback": [said]}).status_code == 200
        told = [(["upgrade"], "1.1.0"), (["rollback"], "1.0.0")]
        for words, version in told:
            change = subprocess.Popen([sys.executable, "-m", "medark", "app", *words, str(place), "potassium"])
            asked = 0
            while change.poll() is None:
                assert cards("1")[0]["summary"] == "Potassium 6.8"
                asked += 1
            assert (change.returncode, asked > 3) == (0, True)
            for _ in range(100):
                labels = {cards("1")[0]["links"][0]["label"] for _ in range(6)}  # type: ignore[index]
                if labels == {version}:
                    break
                time.sleep(0.1)
            assert labels == {version}
