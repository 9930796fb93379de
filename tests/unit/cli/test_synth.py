"""`medark synth`: what it writes and says, what it refuses before it writes anything, how it stops."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from medark.__main__ import main

SMALL = ["--people", "40", "--from", "2024-01-01", "--to", "2024-02-29", "--workers", "1", "--pictures", "0"]


def synth(folder: Path | str, *options: str) -> int:
    return main(["synth", str(folder), *options])


def test_a_city_is_written_where_it_was_asked_for_in_any_script(tmp_path, capsys):
    folder = tmp_path / "城市 一" / "小城"
    assert synth(folder, *SMALL, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    files = [path for path in (folder / "raw").rglob("*") if path.is_file()]
    assert told["people"] == 40 and told["files"] == len(files)
    assert told["bytes"] == sum(path.stat().st_size for path in files)
    assert "north/his" in told["systems"] and "clinics/registers" in told["systems"]
    assert sorted(path.name for path in folder.iterdir()) == ["raw", "replay.py", "truth"]


def test_what_was_written_is_said_in_a_line(tmp_path, capsys):
    assert synth(tmp_path / "city", *SMALL, "--hospitals", "county") == 0
    said = capsys.readouterr().out
    assert said.startswith("40 people, ") and f"{tmp_path / 'city'}/raw" in said.replace("\n", "")
    assert not (tmp_path / "city/raw/north").exists() and (tmp_path / "city/raw/county/emr").is_dir()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--people", "0"], "so many people"),
        (["--people", "many"], "--people"),
        (["--pictures", "-1"], "pictures"),
        (["--dirt", "filthy"], "no such choice"),
        (["--notes", "fr"], "no such choice"),
        (["--hospitals", "north,west"], "no such choice"),
        (["--from", "2024-02-30"], "--from"),
        (["--to", "soon"], "--to"),
        (["--from", "2024-02-01", "--to", "2024-01-31"], "the last day is before the first"),
        (["--outbreak", "not-there.toml"], "can't be read"),
        (["--outbraek", "x.toml"], "--outbraek"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(tmp_path, capsys, monkeypatch, options, words):
    monkeypatch.chdir(tmp_path)
    assert synth("city", *options) == 2
    told = capsys.readouterr()
    assert words in told.err and "Traceback" not in told.err
    assert not Path("city").exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("r0 = ", "not TOML"),
        ("r0 = 'high'", "r0 must be a number"),
        ("r_zero = 3", "unknown entry"),
        ("district = 'nowhere'", "a district that the city has not"),
        ("start = 1999-01-01", "before the city's first day"),
        ("[[severity]]\nfrom_age = 5", "severity"),
    ],
)
def test_an_outbreak_that_cannot_be_is_said_and_nothing_is_written(tmp_path, capsys, text, words):
    file = tmp_path / "outbreak.toml"
    file.write_text(text, encoding="utf-8")
    assert synth(tmp_path / "city", *SMALL, "--outbreak", str(file)) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "city").exists()


def test_an_outbreak_in_another_encoding_is_said(tmp_path, capsys):
    file = tmp_path / "outbreak.toml"
    file.write_bytes('name_zh = "新型"'.encode("gb18030"))
    assert synth(tmp_path / "city", *SMALL, "--outbreak", str(file)) == 2
    assert "UTF-8" in capsys.readouterr().err


def test_nothing_is_written_over_what_is_there(tmp_path, capsys):
    (tmp_path / "city").mkdir()
    (tmp_path / "city" / "mine.txt").write_text("mine", encoding="utf-8")
    assert synth(tmp_path / "city", *SMALL) == 2
    assert synth(tmp_path / "city" / "mine.txt", *SMALL) == 2
    assert capsys.readouterr().err.count("there is something here already") == 2
    assert [path.name for path in (tmp_path / "city").iterdir()] == ["mine.txt"]


def test_a_folder_that_cannot_be_made_is_said(tmp_path, capsys):
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert synth(tmp_path / "file" / "city", *SMALL) == 6
    assert "can't be written here" in capsys.readouterr().err


def test_interrupted_it_ends_at_once_with_its_processes_and_says_what_is_left(tmp_path):
    folder = tmp_path / "city"
    command = [sys.executable, "-m", "medark", "synth", str(folder), "--people", "80000", "--workers", "2"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    deadline = time.monotonic() + 60
    while not folder.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(2)  # until workers start, or are at work
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers too
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert f"Part of a city is left in {folder}" in said.replace("\n", " ")
    assert "Traceback" not in said
    deadline = time.monotonic() + 10
    while (left := alive(process.pid)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not left


def alive(group: int) -> list[str]:
    """What still runs in a process group."""
    listed = subprocess.run(["ps", "-e", "-o", "pgid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    rows = (line.split(maxsplit=2) for line in listed.splitlines())
    return [args for pgid, state, args in rows if int(pgid) == group and not state.startswith("Z")]
