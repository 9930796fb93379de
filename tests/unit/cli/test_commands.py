"""Commands on a real workspace: raw records, accounts, versions, queries, quarantine, vocabularies."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from medark.bootstrap import init_workspace
from medark.cli.shell import run
from medark.model.record import Format
from medark.model.source import Source
from medark.store.landing import Arrival

BYTES = "MSH|^~\\&|化验\r\x00\xff".encode("latin-1", "ignore") + b"\x00\xff"


@pytest.fixture
def city(tmp_path: Path) -> str:
    """A workspace with two raw records in its landing store."""
    with init_workspace(tmp_path / "city", time_zone="Asia/Shanghai", buckets=2) as made:
        made.landing.put_source(Source("north/lis"))
        arrivals = [Arrival("a.hl7", BYTES, Format.HL7V2), Arrival("[b].txt", b"note", Format.TEXT_NOTE)]
        made.landing.put("north/lis", made.landing.next_batch("north/lis"), arrivals)
    return str(tmp_path / "city")


def printed(capsys, *words: str) -> object:
    assert run([*words, "--json"], {}) == 0
    return json.loads(capsys.readouterr().out)


def test_init_makes_a_workspace_once_and_says_what_to_type_next(tmp_path, capsys):
    folder = str(tmp_path / "new")
    assert run(["init", folder, "--time-zone", "Asia/Shanghai"], {}) == 0
    said = capsys.readouterr()
    assert f"A workspace is at {folder}." in said.out
    assert f"next: medark ingest {folder} FOLDER" in said.err
    assert run(["init", folder], {}) == 2
    assert "there is something here already" in capsys.readouterr().err


def test_init_refuses_a_zone_that_is_none_and_leaves_nothing(tmp_path, capsys):
    folder = tmp_path / "new"
    assert run(["init", str(folder), "--time-zone", "Asia/Shangai"], {}) == 2
    assert "Asia/Shanghai" in capsys.readouterr().err
    assert not folder.exists()


def test_raw_records_are_listed_and_come_back_byte_for_byte(city, capsysbinary, tmp_path):
    assert run(["raw", "list", city, "--json"], {}) == 0
    first, second = json.loads(capsysbinary.readouterr().out)
    assert (first["name"], first["format"], first["size"]) == ("a.hl7", "hl7v2", len(BYTES))
    assert run(["raw", "get", city, str(first["record"])], {}) == 0
    assert capsysbinary.readouterr().out == BYTES
    assert run(["raw", "get", city, second["id"][:10], "--out", str(tmp_path / "note")], {}) == 0
    assert (tmp_path / "note").read_bytes() == b"note"
    assert run(["raw", "list", city], {}) == 0
    assert b"[b].txt" in capsysbinary.readouterr().out


@pytest.mark.parametrize("named", ["999", "ffffffffff", "x"])
def test_a_record_that_is_not_there_is_said(city, named, capsys):
    assert run(["raw", "get", city, named], {}) in (2, 4)
    assert capsys.readouterr().out == ""


def test_a_query_gives_rows_in_each_form(city, capsys, tmp_path):
    sql = "SELECT concept_id, concept_name FROM concept WHERE concept_id = 0"
    assert printed(capsys, "query", city, sql)[0]["concept_id"] == 0
    assert run(["query", city, sql], {}) == 0
    assert "1 row" in capsys.readouterr().out
    assert run(["query", city, sql, "--out", str(tmp_path / "a.xlsx")], {}) == 0
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").active["A2"].value == 0
    assert "1 row is in" in capsys.readouterr().err


@pytest.mark.parametrize("sql", ["DROP TABLE person", "SELECT * FROM nothing", "SELECT", "SELECT * FROM read_csv('x')"])
def test_what_is_no_query_of_the_lake_is_refused_without_a_trace(city, sql, capsys):
    assert run(["query", city, sql], {}) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: ")
    assert len(said.err.splitlines()) <= 2


def test_an_empty_workspace_has_empty_lists(city, capsys):
    assert printed(capsys, "account", city) == []
    (first,) = printed(capsys, "lake", "history", city)
    assert (first["version"], first["batch"]) == (1, "vocabulary")  # what is shipped
    assert printed(capsys, "source", "list", city) == []
    assert printed(capsys, "quarantine", "list", city) == []
    assert printed(capsys, "quarantine", "show", city, "1") == []
    assert printed(capsys, "lake", "vacuum", city) == {"files_removed": 0}
    assert printed(capsys, "vocabulary", "show", city)["release"] == "shipped"
    for words in (["account"], ["lake", "history"], ["quarantine", "list"], ["vocabulary", "show"]):
        assert run([*words, city], {}) == 0
    assert run(["account", city, "--batch", "7"], {}) == 4


def test_a_batch_that_is_not_there_is_said_in_the_workspaces_language(city, capsys):
    settings = Path(city, "medark.toml")
    settings.write_text(settings.read_text().replace('# language = "auto"', 'language = "zh"'))
    assert run(["account", city, "--batch", "7"], {"LANG": "C"}) == 4
    assert "没有此批次" in capsys.readouterr().err


def test_erasing_asks_and_does_nothing_when_nobody_answers(city, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert run(["erase", city, "4711"], {}) == 2
    assert "add --yes" in capsys.readouterr().err
