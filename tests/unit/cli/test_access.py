"""Grants, refusals, users and judgements from the command line, and what a question then shows"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from faults.lake_rows import query as rows_of
from medark.bootstrap import init_workspace
from medark.cli.shell import run
from medark.flows.gate.reader import machine_user
from medark.store.lake import Upsert

PEOPLE = [{"person_id": n, "year_of_birth": 1950 + n, "gender_concept_id": 8507} for n in (1, 2, 3)]
ILL = [
    {"condition_occurrence_id": n, "person_id": n, "condition_source_value": code, "condition_concept_id": 0}
    for n, code in ((1, "B20"), (2, "I10"))
]
COUNT = "SELECT count(*) AS n FROM condition_occurrence"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("access") / "city"
    with init_workspace(path) as made, made.engine.session() as session:
        given = {"person": PEOPLE, "condition_occurrence": ILL}
        made.lake.commit({t: Upsert(rows_of(session, t, rows)) for t, rows in given.items()}, "b")
    return str(path)


Say = Callable[..., Any]


@pytest.fixture
def say(city: str, capsys: pytest.CaptureFixture[str]) -> Say:
    """What a command prints as JSON; with `code`, it must end so."""

    def said(*words: str, code: int = 0) -> Any:
        capsys.readouterr()
        at = 2 if words[0] in ("grant", "refusal", "user", "access") else 1
        assert run([*words[:at], city, *words[at:], "--json"], {"LANG": "C"}) == code
        return json.loads(capsys.readouterr().out)

    return said


def test_what_is_protected_shows_once_its_level_is_granted(
    city: str, say: Say, capsys: pytest.CaptureFixture[str]
) -> None:
    assert say("query", COUNT) == [{"n": 1}]
    assert run(["query", city, COUNT], {"LANG": "C"}) == 0
    assert "specially protected conditions are not shown at this level" in capsys.readouterr().err
    (given,) = say("grant", "add", machine_user(), "--table", "*", "--level", "5")
    assert say("query", COUNT) == [{"n": 2}]
    assert say("grant", "revoke", str(given["grant"]))["revoked"] is True
    assert say("query", COUNT) == [{"n": 1}]
    numbers = [one["grant"] for one in say("grant", "list")]
    assert given["grant"] not in numbers and given["grant"] in [one["grant"] for one in say("grant", "list", "--all")]


def test_a_refusal_takes_a_person_out_for_that_purpose(say: Say, tmp_path: Path) -> None:
    people = "SELECT person_id FROM person ORDER BY person_id"
    say("refusal", "add", "2", "--purpose", "research")
    assert [row["person_id"] for row in say("query", people, "--purpose", "research")] == [1, 3]
    assert len(say("query", people)) == 3
    assert [row["person_id"] for row in say("refusal", "list")] == [2]
    assert say("refusal", "end", "2") == {"ended": 1}
    assert len(say("query", people, "--purpose", "research")) == 3
    consent = {
        "resourceType": "Consent", "id": "9", "status": "active", "patient": {"reference": "Patient/3"},
        "provision": {"type": "deny", "purpose": [{"code": "HRESCH"}]},
    }  # fmt: skip
    (tmp_path / "consents.ndjson").write_text(json.dumps(consent) + "\n" + json.dumps(consent), encoding="utf-8")
    heard = say("refusal", "add", "--consent", str(tmp_path / "consents.ndjson"))
    assert heard == {"consents": 2, "refusals": 2, "unknown": 0}
    assert [row["person_id"] for row in say("query", people, "--purpose", "research")] == [1, 2]


def test_who_is_added_reads_nothing_until_they_are_granted_it(say: Say) -> None:
    say("user", "add", "ann", "--organisation", "north", "--role", "ward")
    told = say("access", "why", "person.year_of_birth", "--user", "ann", "--purpose", "care")
    assert told["allowed"] is False and (told["level"], told["class"]) == (3, "C1")
    assert told["fix"].startswith("medark grant add user:ann --purpose care --table person:year_of_birth")
    say("grant", "add", "role:ward", "--purpose", "care", "--table", "person:person_id,year_of_birth")
    assert say("access", "why", "person.year_of_birth", "--user", "ann", "--purpose", "care")["allowed"] is True
    assert say("user", "role", "ann", "--remove", "ward", "--add", "study")["roles"] == ["study"]
    assert say("user", "disable", "ann")["disabled"] is True
    assert {one["user"]: one["disabled"] for one in say("user", "list")} == {"ann": True, machine_user(): False}


def test_a_column_is_judged_and_an_emergency_is_reviewed_by_somebody_else(say: Say) -> None:
    judged = say("access", "judge", "note.note_title", "--level", "3", "--reason", "titles are from a list")
    assert (judged["level"], judged["class"]) == (3, "C3")
    broken = say("access", "break", "1", "--reason", "unconscious in the emergency room")
    assert [one["number"] for one in say("access", "emergencies")] == [broken["number"]]
    refused = say("access", "review", str(broken["number"]), "--verdict", "it was right", code=7)
    assert refused["error"]["kind"] == "AccessError"


@pytest.mark.parametrize(
    "words",
    [
        ("grant", "add", "ann", "--table", "no_such_table"), ("grant", "add", "bad:ann", "--table", "person"),
        ("grant", "add", "ann", "--table", "person", "--rows", "some"), ("query", COUNT, "--purpose", "fun"),
        ("grant", "add", "ann", "--table", "person", "--mask", "person"), ("access", "judge", "note.x", "--level", "3"),
        ("grant", "add", "ann", "--table", "person", "--until", "soon"), ("refusal", "add", "--consent", "none.json"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said(say: Say, words: tuple[str, ...]) -> None:
    assert say(*words, code=2)["error"]["fix"]
