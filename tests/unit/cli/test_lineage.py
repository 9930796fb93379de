"""`medark lineage`, `impact` and `why` as people and programs call them"""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from medark.bootstrap import init_workspace, open_workspace
from medark.cli.shell import run
from medark.flows.gate.reader import machine_user
from medark.flows.ingest import ingest
from medark.model.user import User
from unit.flows.lineage import small_source


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("lineage") / "city"
    with init_workspace(place, buckets=2) as made:
        small_source.write_map(made.places.maps)
        ingest(made, small_source.write(place.parent / "in", small_source.live()), "north/small")
    return place


def said(capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    assert run([str(word) for word in words], {"LANG": "C"}) == 0
    return capsys.readouterr().out


def test_both_ways_as_trees(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(said(capsys, "lineage", city, "measurement.range_low", "--json"))
    (staged,) = told["up"]["branches"]
    (field,) = staged["branches"]
    assert (field["asset"], field["how"], field["by"]) == ("north/small/result.low", "value", "small/result.toml:15")
    assert "small/result.toml:15" in said(capsys, "lineage", city, "measurement.range_low")


def test_what_breaks(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(said(capsys, "impact", city, "small/result.low", "--json"))
    alone = {(one["of"], one["name"]): one["how"] for one in told["touched"] if one["layer"] == "column"}
    assert alone == {("measurement", "range_low"): "value"}
    drawn = said(capsys, "impact", city, "small/result.test")
    assert "rows of measurement" in drawn
    assert "which rows" in drawn


def test_events_need_no_column(city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert not said(capsys, "lineage", city, "--openlineage", tmp_path / "events.ndjson")
    kinds = [json.loads(line)["eventType"] for line in (tmp_path / "events.ndjson").read_text().splitlines()]
    assert kinds == ["START", "COMPLETE"]


def test_why_shows_what_the_source_said_to_a_steward(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = json.loads(said(capsys, "query", city, "SELECT min(measurement_id) AS k FROM measurement", "--json"))[0]["k"]
    assert "rid:" in said(capsys, "why", city, "measurement", str(key))
    with open_workspace(city, {}) as opened:
        opened.ledger.users.change(User(machine_user(), roles=frozenset()))
    assert run(["why", str(city), "measurement", str(key)], {"LANG": "C"}) == 7
    assert "rid:" not in capsys.readouterr().out


def test_what_is_missing_is_said(city: Path) -> None:
    assert (
        run(["lineage", str(city)], {"LANG": "C"}) == run(["why", str(city), "measurement", "abc"], {"LANG": "C"}) == 2
    )


def test_who_the_settings_name_is_told_of_each_ingest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[dict[str, object]] = []

    class Listening(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(201)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    with HTTPServer(("127.0.0.1", 0), Listening) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        with init_workspace(tmp_path / "ws", buckets=2) as made:
            small_source.write_map(made.places.maps)
        address = f"http://127.0.0.1:{server.server_port}/api/v1/lineage"
        monkeypatch.setenv("MEDARK_LINEAGE_OPENLINEAGE", address)
        files = small_source.write(tmp_path / "in", small_source.live())
        said(capsys, "ingest", tmp_path / "ws", files, "--source", "north/small")
        server.shutdown()
    assert [(one["eventType"], one["job"]["name"]) for one in heard] == [  # type: ignore[index]
        ("START", "ingest north/small"),
        ("COMPLETE", "ingest north/small"),
    ]
