"""Raw records and what is held back name people: owners and stewards alone see them, and the audit has each time"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from medark.bootstrap import init_workspace, open_workspace
from medark.cli.shell import run
from medark.flows.gate.reader import machine_user
from medark.flows.raw import STEWARD
from medark.model.audit import Verdict
from medark.model.record import Format
from medark.model.user import User
from medark.store.landing import Arrival

CONTENT = b"PID|1||77||QZXCANARY^ANN"
ASKED = (("raw", "list"), ("raw", "get", "1"), ("quarantine", "list"), ("quarantine", "show", "1"))
TOLD = ("raw records listed", "raw record opened", "quarantine listed", "quarantine shown")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one raw record, of which somebody else is an owner."""
    place = tmp_path_factory.mktemp("raw") / "city"
    with init_workspace(place) as ws:
        batch = ws.landing.next_batch("north/lis")
        ws.landing.put("north/lis", batch, [Arrival("QZXCANARY.hl7", CONTENT, Format.HL7V2)])
        ws.ledger.users.add(User("olga", roles=frozenset({"owner"})))
    return place


@pytest.fixture
def city(made: Path, tmp_path: Path) -> Path:
    """The same, where the user of this machine has no role."""
    place = shutil.copytree(made, tmp_path / "city")
    _give(place, frozenset())
    return place


def _give(city: Path, roles: frozenset[str]) -> None:
    with open_workspace(city, {}) as ws:
        ws.ledger.users.change(User(machine_user(), roles=roles))


def ask(city: Path, words: tuple[str, ...]) -> int:
    return run([*words[:2], str(city), *words[2:]], {"LANG": "C"})


@pytest.mark.parametrize(("words", "action"), list(zip(ASKED, TOLD, strict=True)))
def test_whoever_is_no_steward_is_refused_and_told_why(
    city: Path, words: tuple[str, ...], action: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert ask(city, words) == 7
    out, err = capfdbinary.readouterr()
    assert b"QZXCANARY" not in out + err
    assert f"medark user role {machine_user()} --add steward".encode() in err
    with open_workspace(city, {}) as ws:
        (entry,) = ws.ledger.audit.entries(limit=1)
    assert (entry.action, entry.act.verdict, entry.act.actor) == (action, Verdict.REFUSED, machine_user())


@pytest.mark.parametrize(("words", "action"), list(zip(ASKED, TOLD, strict=True)))
@pytest.mark.parametrize("role", ["owner", STEWARD])
def test_an_owner_and_a_steward_see_them_and_the_audit_has_it(
    city: Path, words: tuple[str, ...], action: str, role: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    _give(city, frozenset({role}))
    assert ask(city, words) == 0
    if words[:2] == ("raw", "get"):
        assert capfdbinary.readouterr().out == CONTENT
    with open_workspace(city, {}) as ws:
        (entry,) = ws.ledger.audit.entries(limit=1)
    assert (entry.action, entry.act.verdict) == (action, Verdict.ALLOWED)
    if len(words) > 2:
        assert entry.detail == {"record": "1"}


def test_what_is_typed_stands_in_no_audit(city: Path) -> None:
    _give(city, frozenset({STEWARD}))
    assert ask(city, ("raw", "get", "Ann Qzx")) == 2
    with open_workspace(city, {}) as ws:
        (entry,) = ws.ledger.audit.entries(limit=1)
    assert "Qzx" not in json.dumps(dict(entry.detail))
