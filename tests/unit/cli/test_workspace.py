"""Which workspace a command is about, and the commands that need no more than its settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from medark import settings
from medark.cli.shell import run
from medark.cli.workspace import place
from medark.errors import WorkspaceError


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A folder with settings: all that these commands look at."""
    folder = tmp_path / "city"
    folder.mkdir()
    (folder / "medark.toml").write_text(settings.template(time_zone="Asia/Shanghai"), encoding="utf-8")
    return folder


def test_a_named_workspace_wins_over_the_variable_and_that_over_the_folder(city):
    inside = city / "lake" / "person"
    inside.mkdir(parents=True)
    assert place("x", {"MEDARK_WORKSPACE": "y"}, inside) == Path("x")
    assert place(None, {"MEDARK_WORKSPACE": "y"}, inside) == Path("y")
    assert place(None, {}, inside) == city
    with pytest.raises(WorkspaceError, match="no workspace is named"):
        place(None, {}, Path("/"))


def test_config_show_says_values_and_where_they_came_from(city, monkeypatch, capsys):
    monkeypatch.setenv("MEDARK_ENGINE_THREADS", "3")
    assert run(["config", "show", str(city), "--json"], {}) == 0
    rows = {row["key"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["time_zone"]["value"] == "Asia/Shanghai"
    assert rows["time_zone"]["origin"].startswith("medark.toml:")
    assert (rows["engine.threads"]["value"], rows["engine.threads"]["origin"]) == (3, "MEDARK_ENGINE_THREADS")
    assert rows["lake.buckets"]["origin"] == "default"
    assert run(["config", "show", str(city)], {}) == 0
    page = capsys.readouterr().out
    assert "1400MB" in page
    assert "Asia/Shanghai" in page


def test_inside_a_workspace_it_need_not_be_named(city, monkeypatch, capsys):
    monkeypatch.chdir(city)
    assert run(["source", "add", "north/lis", "--time-zone", "Asia/Urumqi", "--authority", "HOSP"], {}) == 0
    assert run(["source", "add", str(city), "north/his", "--owner", "IT"], {}) == 0
    capsys.readouterr()
    assert run(["source", "list", "--json"], {}) == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in found] == ["north/lis", "north/his"]
    assert found[0] == {
        "name": "north/lis", "time_zone": "Asia/Urumqi", "people": "", "authorities": ["HOSP"], "owner": "",
        "organisation": "north",
    }  # fmt: skip


def test_a_source_of_a_taken_name_changes_nothing(city, capsys):
    assert run(["source", "add", str(city), "lis"], {}) == 0
    before = (city / "medark.toml").read_text()
    assert run(["source", "add", str(city), "lis", "--owner", "x"], {}) == 2
    assert run(["source", "add", str(city), "../lis"], {}) == 2
    assert run(["source", "add", str(city), "pacs", "--time-zone", "Mars"], {}) == 2
    assert (city / "medark.toml").read_text() == before
    assert "of this name" in capsys.readouterr().err


def test_settings_that_are_wrong_are_said_with_their_line(city, capsys):
    (city / "medark.toml").write_text("[engine]\nmemry = 3\n")
    assert run(["config", "show", str(city)], {}) == 2
    assert "key=engine.memry at=medark.toml:2" in capsys.readouterr().err
    assert run(["source", "list", str(city)], {}) == 2
