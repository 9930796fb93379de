"""The audit: added to by anybody at once, changed by nobody unseen; who has looked at whose record"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from medark.errors import StorageError
from medark.govern import chain
from medark.govern.chain import Break, Verified, verified
from medark.model.access import Purpose
from medark.model.audit import GENESIS, START, Act, Head, Outcome, Verdict, link, signature, signing_key
from medark.store.ledger import Ledger

KEY = signing_key("secret")
Raw = Callable[..., list[Any]]
READ = Act(
    "read",
    actor="li",
    organisation="north",
    purpose=Purpose.CARE,
    app="potassium_card",
    definition="9f86d081",
    reads={"measurement": ("value_as_number",)},
    verdict=Verdict.ALLOWED,
    reason="a grant opens all that is asked for",
    outcome=Outcome.DONE,
    rows=3,
)


def check(ledger: Ledger) -> Verified:
    head = ledger.audit.head()
    return verified(ledger.audit.lines(), KEY, head)


def breaks(ledger: Ledger) -> set[tuple[int, str]]:
    return {(b.entry_no, b.why) for b in check(ledger).breaks}


@pytest.fixture
def five(ledger: Ledger) -> Ledger:
    """Five entries, about persons 1 … 5 and all about person 9 as well."""
    for number in range(1, 6):
        ledger.audit.add(Act("read", actor=f"user{number}", rows=number), [number, 9])
    assert check(ledger).holds and check(ledger).entries == 5
    return ledger


@pytest.fixture
def broken(raw: Raw, place: Path | str) -> Raw:
    """The same as `raw` for somebody who first takes away what refuses changes."""
    if isinstance(place, Path):
        raw("DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete", "DROP TRIGGER audit_no_insert")
    else:
        raw("DROP TRIGGER audit_no_change ON audit")
    return raw


def forge(raw: Raw, first: int, edit: Callable[[str], str]) -> None:
    """Edit an entry and hash it and all later ones again, as everybody can who knows how."""
    previous = raw(f"SELECT hash FROM audit WHERE entry_no = {first - 1}")[0][0]
    for number, told in raw(f"SELECT entry_no, body FROM audit WHERE entry_no >= {first} ORDER BY 1"):
        told = edit(told) if number == first else told
        previous = link(previous, told)
        escaped = told.replace(":", r"\:")
        raw(f"UPDATE audit SET body = '{escaped}', hash = '{previous}' WHERE entry_no = {number}")


# -- added -----------------------------------------------------------------------------------------------------------


def test_an_entry_comes_back_as_it_was_told(ledger: Ledger) -> None:
    entry = ledger.audit.add(READ, [7, -8])
    assert (entry.entry_no, entry.at_ms, entry.people) == (1, 1_700_000_000_250, 2)
    assert ledger.audit.entries() == [entry] and entry.act == READ
    later = ledger.audit.add(Act("ended", follows=1, outcome=Outcome.FAILED))
    assert ledger.audit.entries()[1] == later and later.act.outcome is Outcome.FAILED
    assert check(ledger) == Verified(2, ledger.audit.head() or START, ())


def test_entries_are_found_by_who_what_and_when(ledger: Ledger) -> None:
    for actor, action, app in (("li", "read", ""), ("wu", "read", "card"), ("li", "export", "card")):
        ledger.audit.add(Act(action, actor, app=app))
    found = ledger.audit.entries
    assert [e.entry_no for e in found(actor="li")] == [1, 3]
    assert [e.entry_no for e in found(action="read")] == [1, 2]
    assert [e.entry_no for e in found(app="card", action="read")] == [2]
    assert [e.entry_no for e in found(limit=2)] == [2, 3]
    assert [e.entry_no for e in found(before=3, limit=1)] == [2]
    assert found(since_ms=1_700_000_000_251) == [] and len(found(since_ms=1_700_000_000_250)) == 3
    assert found(until_ms=1_700_000_000_250) == [] and len(found(until_ms=1_700_000_000_251)) == 3


def test_entries_are_found_by_verdict_and_person_and_by_no_text_that_looks_like_it(ledger: Ledger) -> None:
    ledger.audit.add(Act("read", "li", verdict=Verdict.REFUSED), [7])
    ledger.audit.add(Act('"verdict":"refused"', "li", verdict=Verdict.ALLOWED), [7, 8])
    ledger.audit.add(Act("read", "wu"), [8])
    found = ledger.audit.entries
    assert [e.entry_no for e in found(verdict=Verdict.REFUSED)] == [1]
    assert [e.entry_no for e in found(verdict=Verdict.ALLOWED)] == [2]
    assert [e.entry_no for e in found(person_id=7)] == [1, 2]
    assert [e.entry_no for e in found(person_id=8, actor="li", limit=1)] == [2]


def test_who_has_looked_at_my_record(five: Ledger) -> None:
    assert [e.act.actor for e in five.audit.about(3)] == ["user3"]
    assert len(five.audit.about(9)) == 5
    assert five.audit.about(77) == []


def test_what_cannot_be_told_harms_nobody_else(ledger: Ledger) -> None:
    with pytest.raises(TypeError):
        ledger.audit.add(Act("read", actor="\ud800"))
    assert ledger.audit.entries() == []


def test_threads_keep_one_chain(ledger: Ledger) -> None:
    def write(name: str) -> None:
        for _ in range(10):
            ledger.audit.add(Act("read", actor=name), [1])

    threads = [threading.Thread(target=write, args=(str(n),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert check(ledger).holds and check(ledger).entries == 80
    assert len(ledger.audit.about(1)) == 80


WRITER = """
import sys
from pathlib import Path
from medark.model.audit import Act
from medark.store.ledger import Ledger
place, head = sys.argv[1:3]
ledger = Ledger(place if "://" in place else Path(place), salt="secret", head=Path(head))
for number in range(60):
    ledger.audit.add(Act("read", actor=sys.argv[3]), [number])
ledger.close()
"""


def test_processes_keep_one_chain(opened: Any, place: Path | str, tmp_path: Path) -> None:
    head = str(tmp_path / "audit-head")
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(place), head, name]) for name in "ab"]
    assert [writer.wait(120) for writer in writers] == [0, 0]
    ledger = opened()
    assert check(ledger).holds and check(ledger).entries == 120
    assert ledger.audit.head() == check(ledger).head, "the signed head is the newest entry"
    assert {len(ledger.audit.entries(actor=name)) for name in "ab"} == {60}


def test_a_head_that_cannot_be_written_is_told(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "audit-head").unlink()
    (tmp_path / "audit-head").mkdir()
    with pytest.raises(StorageError) as told:
        ledger.audit.add(Act("read"))
    assert told.value.exit_code == 6


def test_without_room_for_its_head_no_ledger_is_made(opened: Any, tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        opened(head=tmp_path / "no such folder" / "head")
    assert opened().audit.entries() == []


def test_a_head_left_behind_by_a_crash_catches_up(opened: Any, tmp_path: Path) -> None:
    ledger = opened()
    ledger.audit.add(Act("one"))
    before = (tmp_path / "audit-head").read_bytes()
    ledger.audit.add(Act("two"))
    (tmp_path / "audit-head").write_bytes(before)  # killed between the ledger's commit and the file
    assert check(ledger).holds
    ledger.audit.add(Act("three"))
    assert ledger.audit.head() == check(ledger).head and check(ledger).holds


# -- tampered with ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET actor = 'nobody'",
        "UPDATE audit SET body = '{}' WHERE entry_no = 2",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE entry_no = 5",
        "INSERT INTO audit SELECT * FROM audit WHERE entry_no = 2 ON CONFLICT (entry_no) DO UPDATE SET actor = 'x'",
    ],
)
def test_the_database_refuses_every_change(five: Ledger, raw: Raw, change: str) -> None:
    with pytest.raises(DBAPIError, match="audit entries are never"):
        raw(change)
    assert check(five).holds


def test_it_refuses_what_only_one_of_them_knows(five: Ledger, raw: Raw, place: Path | str) -> None:
    ways = ("INSERT OR REPLACE INTO audit SELECT * FROM audit", "UPDATE OR IGNORE audit SET at_ms = 0")
    for change in ways if isinstance(place, Path) else ("TRUNCATE audit",):
        with pytest.raises(DBAPIError, match="audit entries are never"):
            raw(change)
    assert check(five).holds


def test_an_edited_entry_is_found(five: Ledger, broken: Raw) -> None:
    broken("UPDATE audit SET body = replace(body, 'user3', 'user4') WHERE entry_no = 3")
    assert (3, chain.CHANGED) in breaks(five)
    assert {number for number, _ in breaks(five)} == {3}


def test_an_entry_edited_and_hashed_again_is_found(five: Ledger, broken: Raw) -> None:
    """The chain after it is made to fit as well: only who has the workspace's secret could sign it."""
    forge(broken, 3, lambda told: told.replace("user3", "user4"))
    broken("UPDATE audit SET actor = 'user4' WHERE entry_no = 3")
    assert breaks(five) == {(3, chain.NOT_OURS), (4, chain.NOT_OURS), (5, chain.NOT_OURS), (5, chain.OTHER_HEAD)}


def test_blanks_in_an_entry_are_an_edit(five: Ledger, broken: Raw) -> None:
    broken("UPDATE audit SET body = body || ' ' WHERE entry_no = 2")
    assert breaks(five) == {(2, chain.CHANGED)}


@pytest.mark.parametrize("body", ["", "{}", "[1]", "not JSON", '{"action": 1, "purpose": "fun"}'])
def test_an_entry_that_is_none_any_more_is_found(five: Ledger, broken: Raw, body: str) -> None:
    broken(f"UPDATE audit SET body = '{body.replace(':', chr(92) + ':')}' WHERE entry_no = 2")
    assert (2, chain.CHANGED) in breaks(five)
    with pytest.raises(StorageError, match="medark audit verify"):
        five.audit.entries()


def test_a_changed_column_that_it_is_found_by_is_found(five: Ledger, broken: Raw) -> None:
    broken("UPDATE audit SET actor = 'nobody' WHERE entry_no = 4")
    assert breaks(five) == {(4, chain.SEARCHED)}


def test_a_removed_entry_is_found(five: Ledger, broken: Raw) -> None:
    broken("DELETE FROM audit WHERE entry_no = 3")
    assert breaks(five) == {(4, chain.MISSING)}


def test_a_removed_entry_is_found_when_the_others_close_up(five: Ledger, broken: Raw) -> None:
    broken(
        "DELETE FROM audit WHERE entry_no = 3",
        "UPDATE audit SET entry_no = 3 WHERE entry_no = 4",
        "UPDATE audit SET entry_no = 4 WHERE entry_no = 5",
    )
    found = breaks(five)
    assert {(3, chain.CHANGED), (3, chain.MOVED), (4, chain.MOVED), (5, chain.CUT)} <= found


def test_the_first_entry_removed_is_found(five: Ledger, broken: Raw) -> None:
    broken("DELETE FROM audit WHERE entry_no = 1")
    assert breaks(five) == {(2, chain.MISSING)}


def test_reordered_entries_are_found(five: Ledger, broken: Raw) -> None:
    broken(
        "UPDATE audit SET entry_no = 99 WHERE entry_no = 2",
        "UPDATE audit SET entry_no = 2 WHERE entry_no = 3",
        "UPDATE audit SET entry_no = 3 WHERE entry_no = 99",
    )
    assert {(2, chain.MOVED), (3, chain.MOVED), (2, chain.CHANGED)} <= breaks(five)


def test_an_inserted_entry_is_found(five: Ledger, broken: Raw) -> None:
    (last,) = broken("SELECT hash FROM audit WHERE entry_no = 5")
    told = '{"action":"read","at_ms":1,"entry_no":6}'
    broken(
        "INSERT INTO audit (entry_no, at_ms, actor, app, action, body, hash, signature) VALUES"
        f" (6, 1, '', '', 'read', '{told.replace(':', chr(92) + ':')}', '{link(last[0], told)}', '')"
    )
    assert breaks(five) == {(6, chain.NOT_OURS)}


def test_an_end_that_was_cut_off_is_found(five: Ledger, broken: Raw) -> None:
    broken("DELETE FROM audit WHERE entry_no >= 4")
    assert breaks(five) >= {(4, chain.CUT)}


def test_an_end_that_was_cut_off_and_grew_again_is_found(five: Ledger, broken: Raw) -> None:
    broken("DELETE FROM audit WHERE entry_no >= 4", "DELETE FROM audit_person WHERE entry_no >= 4")
    for _ in range(4):
        five.audit.add(Act("read"))
    assert breaks(five) == {(5, chain.OTHER_HEAD)}


def test_an_emptied_audit_is_found(five: Ledger, broken: Raw) -> None:
    broken("DELETE FROM audit")
    assert (1, chain.CUT) in breaks(five)


def test_a_ledger_that_was_lost_and_made_again_is_found(opened: Any, tmp_path: Path) -> None:
    other = Ledger(tmp_path / "other.db", salt="secret", head=tmp_path / "audit-head")
    other.audit.add(Act("read"))
    other.close()
    assert breaks(opened()) == {(1, chain.CUT)}


def test_a_head_that_was_removed_or_made_up_is_found(five: Ledger, tmp_path: Path) -> None:
    head = tmp_path / "audit-head"
    genuine = head.read_bytes()
    head.unlink()
    assert breaks(five) == {(5, chain.NO_HEAD)}
    five.audit.add(Act("read"))
    assert breaks(five) == {(6, chain.NO_HEAD)}, "it is not made again, as if nothing had been"
    head.write_bytes(genuine.replace(b"5 ", b"4 ", 1))
    assert breaks(five) == {(6, chain.FALSE_HEAD)}
    forged = Head(6, check(five).head.hash)
    head.write_text(f"{6:020d} {forged.hash} {signature(b'another key', forged)}\n")
    assert breaks(five) == {(6, chain.FALSE_HEAD)}


def test_after_a_backup_was_put_back_the_newest_entry_can_be_signed_again(five: Ledger, broken: Raw) -> None:
    broken("DELETE FROM audit WHERE entry_no >= 4", "DELETE FROM audit_person WHERE entry_no >= 4")
    assert breaks(five) == {(4, chain.CUT)}
    five.audit.add(Act("audit accepted", actor="li", reason="restored from last night's backup"))
    five.audit.vouch()
    assert check(five).holds


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM audit_person WHERE person_id = 9 AND entry_no = 2",
        "UPDATE audit_person SET person_id = 8 WHERE person_id = 9 AND entry_no = 2",
        "INSERT INTO audit_person SELECT 8, entry_no, salt FROM audit_person WHERE person_id = 9 AND entry_no = 2",
    ],
)
def test_a_changed_list_of_people_is_found(five: Ledger, broken: Raw, change: str) -> None:
    broken(change)
    assert breaks(five) == {(2, chain.PEOPLE)}


def test_the_genesis_is_what_the_first_entry_follows(ledger: Ledger) -> None:
    ledger.audit.add(Act("one"))
    (line,) = ledger.audit.lines()
    assert line.head.hash == link(GENESIS, line.body)


def test_another_workspace_s_key_signs_nothing_here(five: Ledger) -> None:
    found = verified(five.audit.lines(), signing_key("another"), five.audit.head())
    assert found.breaks == tuple(Break(number, chain.NOT_OURS) for number in range(1, 6))


# -- a person erased -------------------------------------------------------------------------------------------------


def test_an_erased_person_is_in_no_entry_and_the_chain_holds(five: Ledger, raw: Raw) -> None:
    entry = five.forget_person(9, Act("erased", detail={"rows": 3}))
    assert five.audit.about(9) == [] and len(five.audit.about(3)) == 1
    assert check(five).holds and five.audit.entries()[-1] == entry
    assert raw("SELECT count(*) FROM audit_person WHERE person_id = 9") == [(0,)]
    assert five.forget_person(9, Act("erased")).forgotten_digest == "", "done again, there is nothing to forget"
    assert check(five).holds


def test_an_erasure_that_nobody_ordered_is_found(five: Ledger, broken: Raw) -> None:
    five.forget_person(4, Act("erased"))
    (row,) = broken("SELECT salt FROM audit_person WHERE person_id = 9 AND entry_no = 2")
    import hashlib

    faked = hashlib.sha256(bytes(row[0]) + (9).to_bytes(8, "big")).hexdigest()
    literal = f"'\\x{faked}'" if "postgresql" in repr(five) else f"x'{faked}'"
    broken(
        "DELETE FROM audit_person WHERE person_id = 9 AND entry_no = 2",
        f"INSERT INTO audit_erased (entry_no, leaf, erased_in) VALUES (2, {literal}, 6)",
    )
    assert breaks(five) == {(6, chain.PEOPLE)}
