"""`medark audit`: what was done, whether anybody changed it, who has looked at a record"""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from medark.bootstrap import init_workspace, open_workspace
from medark.cli.shell import run
from medark.flows.gate.reader import machine_user
from medark.model.access import Purpose
from medark.model.audit import Act, Outcome, Verdict
from medark.model.user import User

READ = Act(
    "read", "li", "north", Purpose.CARE, "card", reads={"measurement": ("value_as_number",)}, verdict=Verdict.ALLOWED,
    outcome=Outcome.DONE, rows=2,
)  # fmt: skip
REFUSED = Act("read", "wu", "north", Purpose.RESEARCH, verdict=Verdict.REFUSED, reason="the disk is full")


@pytest.fixture
def city(tmp_path: Path) -> str:
    """A workspace in which two people asked for something; the first saw persons 7 and 8."""
    with init_workspace(tmp_path / "city", buckets=2) as made:
        made.ledger.audit.add(READ, [7, 8])
        made.ledger.audit.add(REFUSED)
    return str(tmp_path / "city")


def printed(capsys: Any, *words: str) -> Any:
    assert run([*words, "--json"], {}) == 0
    return json.loads(capsys.readouterr().out)


def test_entries_are_listed(city: str, capsys: Any) -> None:
    everything = printed(capsys, "audit", "list", city)
    assert [entry["entry"] for entry in everything] == list(range(1, len(everything) + 1))
    (li,) = printed(capsys, "audit", "list", city, "--user", "li")
    assert (li["purpose"], li["reads"], li["people"], li["rows"]) == (
        "care", {"measurement": ["value_as_number"]}, 2, 2,
    )  # fmt: skip
    assert printed(capsys, "audit", "list", city, "--app", "card", "--since", "2020-01-01") == [li]
    assert printed(capsys, "audit", "list", city, "--action", "read", "--limit", "1")[0]["user"] == "wu"
    assert printed(capsys, "audit", "list", city, "--since", "2999-01-01") == []


def test_a_list_on_the_terminal_says_who_what_and_how_it_ended(city: str, capsys: Any) -> None:
    assert run(["audit", "list", city], {}) == 0
    said = capsys.readouterr().out
    assert "li · card" in said and "measurement" in said and "allowed done" in said and "not allowed" in said


def test_in_chinese_too(city: str, capsys: Any) -> None:
    assert run(["--language", "zh", "audit", "list", city], {}) == 0
    said = capsys.readouterr().out
    assert "允许" in said and "不允许" in said and "诊疗" in said


def test_who_has_looked_at_a_record(city: str, capsys: Any) -> None:
    assert [entry["user"] for entry in printed(capsys, "audit", "who", city, "7")] == ["li"]
    assert run(["audit", "who", city, "9"], {}) == 4
    assert "nobody goes by this name" in capsys.readouterr().err


def test_what_others_did_is_told_to_owners_and_auditors_alone(city: str, capsys: Any) -> None:
    me = machine_user()
    with open_workspace(Path(city), {}) as opened:
        opened.ledger.users.change(User(me, roles=frozenset({"doctor"})))
    for words in (["list", city], ["list", city, "--user", "li"], ["who", city, "7"]):
        assert run(["audit", *words], {}) == 7
        assert "only an owner or an auditor may read what others did" in capsys.readouterr().err
    assert {entry["user"] for entry in printed(capsys, "audit", "list", city, "--user", me)} == {me}
    with open_workspace(Path(city), {}) as opened:
        opened.ledger.users.change(User(me, roles=frozenset({"auditor"})))
    assert [entry["user"] for entry in printed(capsys, "audit", "who", city, "7")] == ["li"]


def test_an_audit_that_nobody_changed_holds(city: str, capsys: Any) -> None:
    found = printed(capsys, "audit", "verify", city)
    assert found["holds"] and found["breaks"] == [] and len(found["newest"]) == 64
    assert run(["audit", "verify", city], {}) == 0
    assert f"{found['entries']} entries, all as they were written" in capsys.readouterr().out


def test_an_edit_is_said_with_its_entry_and_ends_with_an_error(city: str, capsys: Any) -> None:
    with sqlite3.connect(Path(city) / "ledger.db") as raw:
        raw.execute("DROP TRIGGER audit_no_update")
        (number,) = raw.execute("SELECT entry_no FROM audit WHERE actor = 'wu'").fetchone()
        raw.execute("UPDATE audit SET body = replace(body, 'wu', 'li') WHERE entry_no = ?", (number,))
    raw.close()
    assert run(["audit", "verify", city], {}) == 6
    said = capsys.readouterr()
    assert "the entry was changed" in said.out and f"entry={number}" in said.err
    assert run(["audit", "verify", city, "--json"], {}) == 6
    assert {b["entry"] for b in json.loads(capsys.readouterr().out)["breaks"]} == {number}


def test_an_audit_restored_from_a_backup_is_signed_again_with_a_reason(city: str, capsys: Any) -> None:
    backup = (Path(city) / "ledger.db").read_bytes()
    with open_workspace(Path(city), {}) as workspace:
        workspace.ledger.audit.add(READ, [7])
    for file in Path(city).glob("ledger.db*"):
        file.unlink()
    (Path(city) / "ledger.db").write_bytes(backup)
    assert run(["audit", "verify", city], {}) == 6
    assert "entries from this one on are missing" in capsys.readouterr().out
    assert run(["audit", "sign", city], {}) == 2
    assert run(["audit", "sign", city, "--reason", "the disk died; last night's backup"], {}) == 0
    assert run(["audit", "verify", city], {}) == 0
    last = printed(capsys.readouterr() and capsys, "audit", "list", city, "--limit", "1")[0]
    assert last["reason"] == "the disk died; last night's backup" and last["detail"]["breaks"] == 1


def test_who_is_neither_owner_nor_auditor_verifies_and_signs_nothing(city: str, capsys: Any) -> None:
    said = {"doctor": (7, 7), "auditor": (0, 7), "owner": (0, 0)}  # by role: how verifying ends, and signing
    for role, (verifies, signs) in said.items():
        with open_workspace(Path(city), {}) as opened:
            opened.ledger.users.change(User(machine_user(), roles=frozenset({role})))
            before = len(opened.ledger.audit.entries())
        assert run(["audit", "verify", city], {}) == verifies
        assert run(["audit", "sign", city, "--reason", "restored"], {}) == signs
        with open_workspace(Path(city), {}) as opened:
            signed = [one.action for one in opened.ledger.audit.entries()][before:]
        assert signed == (["audit signed again"] if role == "owner" else [])
    assert "only an owner" in capsys.readouterr().err
