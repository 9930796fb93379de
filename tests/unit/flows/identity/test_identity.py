"""One person of two hospitals: linked, decided, undone; and the lake is what it would be had it always been so"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from medark.bootstrap import open_workspace
from medark.errors import AccessError, NotFoundError, UsageError
from medark.flows.gate.reader import machine_user
from medark.flows.gate.users import add_user
from medark.flows.identity.deciding import decide, merge, put_off, undo, unmerge
from medark.flows.identity.linking import link
from medark.flows.identity.looking import pair, review, show
from medark.flows.identity.tasks import KIND
from medark.flows.rebuild import rebuild
from medark.flows.workspace import Workspace
from medark.model.progress import Silent
from medark.model.user import User
from support.two_hospitals import NORTH, SOUTH, Patient, lake, made, send

ME = machine_user()
Number = Callable[[str], int]
SILENT = Silent()


def keys(workspace: Workspace) -> dict[str, int]:
    """The record's number of each patient number."""
    return {one.person_key: one.key_no for one in workspace.crosswalk.linked.known(())}


def persons(workspace: Workspace) -> dict[str, int]:
    return {**workspace.crosswalk.persons("north"), **workspace.crosswalk.persons("south")}


def born(workspace: Workspace, person_id: int) -> tuple[object, ...]:
    row = workspace.lake.person_record(person_id)["person"].to_pylist()[0]
    return tuple(row[f"{part}_of_birth"] for part in ("year", "month", "day"))


def test_who_is_one_person_is_joined_and_their_rows_are_one_record(workspace: Workspace, number: Number) -> None:
    before = persons(workspace)
    done = link(workspace, ME, SILENT)
    assert (done.keys, done.joined.numbers, done.joined.persons) == (6, 4, 2)
    assert number("N1") == number("S1") == min(before["N1"], before["S1"])
    assert number("N2") == number("S2")
    assert number("N3") != number("S4"), "sisters of one birth and home are two"
    record = workspace.lake.person_record(number("N1"))
    assert record["measurement"]["value_as_number"].to_pylist() == [4.0, 4.0]
    assert record["person"].num_rows == record["observation_period"].num_rows == 1
    assert workspace.lake.person_record(max(before["N1"], before["S1"])) == {}


def test_linked_again_rebuilt_and_sent_again_nothing_changes(workspace: Workspace, tmp_path: Path) -> None:
    link(workspace, ME, SILENT)
    rows, who = lake(workspace), persons(workspace)
    assert link(workspace, ME, SILENT).joined.changed == 0
    rebuild(workspace, SILENT)
    assert (lake(workspace), persons(workspace)) == (rows, who)
    send(workspace, tmp_path / "again", "south", SOUTH)
    assert {table: len(some) for table, some in lake(workspace).items()} == {t: len(some) for t, some in rows.items()}
    assert persons(workspace) == who


@pytest.mark.parametrize("only_new", [False, True])
def test_the_order_in_which_they_come_does_not_matter(tmp_path: Path, only_new: bool) -> None:
    """A year of birth alone from one of them, in either order and linked in between or not."""
    south = (dataclasses.replace(SOUTH[0], birth="1990"), *SOUTH[1:])
    found = []
    for name, hospitals in (("a", ("north", "south")), ("b", ("south", "north"))):
        sent = {"north": NORTH, "south": south}
        made(tmp_path / name, {hospitals[0]: sent[hospitals[0]]})
        with open_workspace(tmp_path / name, {"MEDARK_INGEST_WORKERS": "1"}) as opened:
            if only_new:
                link(opened, ME, SILENT, only_new=True)
            send(opened, tmp_path / f"{name}-more", hospitals[1], sent[hospitals[1]])
            link(opened, ME, SILENT, only_new=only_new)
            send(opened, tmp_path / f"{name}-again", hospitals[0], sent[hospitals[0]][:1])
            who = persons(opened)
            found.append((who, born(opened, who["N1"])))
    assert found[0] == found[1]
    assert found[0][1] == (1990, 3, 7), "the whole day, whoever told of them last"


def test_what_is_new_alone_is_compared_and_comes_out_the_same(workspace: Workspace, tmp_path: Path) -> None:
    link(workspace, ME, SILENT)
    send(workspace, tmp_path / "more", "south", (Patient("S9", "陈思", "20100501", "F", "", "13700002222"),))
    done = link(workspace, ME, SILENT, only_new=True)
    assert done.compared == 1
    who = persons(workspace)
    assert who["S9"] == who["N3"]
    assert link(workspace, ME, SILENT).joined.changed == 0, "all compared, nothing else comes out"


def test_a_decision_holds_and_can_be_taken_back(workspace: Workspace, number: Number) -> None:
    untouched = lake(workspace)
    merge(workspace, ME, str(number("N3")), str(number("S4")), "her mother said so")
    assert number("N3") == number("S4")
    (decision,) = workspace.crosswalk.linked.decisions()
    assert (decision.by, decision.verdict) == (ME, "same")
    link(workspace, ME, SILENT)
    assert number("N3") == number("S4"), "no comparison undoes it"
    undo(workspace, ME, decision.number)
    assert number("N3") != number("S4")
    key = keys(workspace)
    for one, other in (("N1", "S1"), ("N2", "S2")):
        decide(workspace, ME, key[one], key[other], "different", "no")
    assert lake(workspace) == untouched
    assert link(workspace, ME, SILENT).joined.numbers == 0, "whom somebody keeps apart stays apart"
    with pytest.raises(NotFoundError):
        undo(workspace, ME, 99)


def test_a_decision_taken_back_leaves_what_it_took_the_place_of(workspace: Workspace, number: Number) -> None:
    merged = merge(workspace, ME, str(number("N3")), str(number("S4")), "her mother said so")
    together = lake(workspace)
    apart = unmerge(workspace, ME, str(number("N3")), [keys(workspace)["S4"]], "her sister")
    assert number("N3") != number("S4") and 0 < merged.decision < apart.decision
    undo(workspace, ME, apart.decision)
    assert number("N3") == number("S4"), "they were merged before"
    assert lake(workspace) == together
    assert [one.number for one in workspace.crosswalk.linked.decisions()] == [merged.decision]


@pytest.mark.parametrize("seed", range(2))
def test_merged_and_taken_apart_the_lake_is_as_if_never_merged(workspace: Workspace, seed: int) -> None:
    chance, untouched = random.Random(seed), lake(workspace)
    key, who = keys(workspace), dict(persons(workspace))
    merged = chance.sample(sorted(key), chance.randint(2, 4))
    for one, other in pairwise(merged):
        decide(workspace, ME, key[one], key[other], "same", "")
    assert len({persons(workspace)[one] for one in merged}) == 1
    assert sum(map(len, lake(workspace).values())) < sum(map(len, untouched.values())), "fewer persons and periods"
    while len({persons(workspace)[one] for one in merged}) < len(merged):
        together = [one for one in merged if list(persons(workspace).values()).count(persons(workspace)[one]) > 1]
        one = chance.choice(together)
        unmerge(workspace, ME, str(persons(workspace)[one]), [key[one]], "")
    assert persons(workspace) == who
    assert lake(workspace) == untouched


def test_a_process_that_was_killed_between_crosswalk_and_lake_goes_on(workspace: Workspace, number: Number) -> None:
    before = persons(workspace)
    from medark.flows.identity import joining

    settled = joining.settle
    joining.settle = lambda *_: None
    try:
        merge(workspace, ME, str(number("N2")), str(number("S2")), "")
    finally:
        joining.settle = settled
    assert workspace.crosswalk.linked.moving()
    link(workspace, ME, SILENT)
    assert workspace.lake.person_record(max(before["N2"], before["S2"])) == {}
    assert workspace.lake.person_record(number("N2"))["measurement"].num_rows == 2


def test_unsure_pairs_are_tasks_until_somebody_decides(workspace: Workspace) -> None:
    link(workspace, ME, SILENT)
    (look,) = review(workspace, ME)
    assert {look.left.people, look.right.people} == {"north", "south"}
    said = {one.field: (one.words, one.bits > 0) for one in look.evidence}
    assert said["birth"] == ("same day", True)
    assert said["name"] == ("same family name", False), "as many strangers have it"
    tasks = [task for task in workspace.ledger.tasks.all(is_open=True) if task.kind == KIND]
    assert [task.role for task in tasks] == ["identity"]
    put_off(workspace, ME, look.left.key_no, look.right.key_no)
    assert [one.left.key_no for one in review(workspace, ME)] == [look.left.key_no], "later is no decision"
    decide(workspace, ME, look.left.key_no, look.right.key_no, "different", "sisters")
    assert review(workspace, ME) == []
    assert not [task for task in workspace.ledger.tasks.all(is_open=True) if task.kind == KIND]


def test_a_steward_sees_masks_and_decides_nothing(workspace: Workspace) -> None:
    for name, roles in (("sam", {"steward"}), ("ida", {"identity"}), ("dora", {"doctor"})):
        add_user(workspace, ME, User(name, name, "north", frozenset(roles)))
    link(workspace, "ida", SILENT)
    (look,) = review(workspace, "sam")
    assert look.left.values["name"] == ("陈*",)
    assert look.left.values["birth"] == ("2010****",)
    left, right = look.left.key_no, look.right.key_no
    assert pair(workspace, "ida", left, right, clear=True).left.values["name"] == ("陈思",)
    for user, do in (
        ("sam", lambda by: review(workspace, by, clear=True)),
        ("sam", lambda by: decide(workspace, by, left, right, "same", "")),
        ("dora", lambda by: review(workspace, by)),
        ("nobody", lambda by: show(workspace, by, "N1")),
    ):
        with pytest.raises(AccessError):
            do(user)


def test_what_cannot_be_is_refused(workspace: Workspace, number: Number) -> None:
    key = keys(workspace)
    with pytest.raises(UsageError):
        unmerge(workspace, ME, str(number("N1")), [key["N1"]], "")
    with pytest.raises(UsageError):
        decide(workspace, ME, key["N1"], key["N1"], "same", "")
    with pytest.raises(NotFoundError):
        decide(workspace, ME, key["N1"], 999, "same", "")
    with pytest.raises(NotFoundError):
        merge(workspace, ME, "nobody", str(number("N1")), "")


def test_names_numbers_and_addresses_stay_in_the_crosswalk(workspace: Workspace) -> None:
    link(workspace, ME, SILENT)
    look = review(workspace, ME, clear=True)[0]
    decide(workspace, ME, look.left.key_no, look.right.key_no, "same", "")
    told = [v.encode() for one in (*NORTH, *SOUTH) for v in (one.name, one.identity, one.phone, one.address) if v]
    root = workspace.path
    for file in (f for f in root.rglob("*") if f.is_file() and "landing" not in f.parts and "crosswalk" not in f.name):
        content = file.read_bytes()
        assert not [value for value in told if value in content], file.name
    assert (root / "crosswalk.db").stat().st_mode & 0o077 == 0
    assert not any(value.decode() in repr(look) for value in told)


def test_hostile_names_are_only_names(tmp_path: Path) -> None:
    hostile = ("O'Brien'); DROP TABLE person; --^Ann", "张" * 200_000, "\\^\\", "^", "%s{0}^${x}")
    patients = tuple(Patient(f"N{n}", name, "19700101", "M", "", "13511112222") for n, name in enumerate(hostile))
    made(
        tmp_path / "ws",
        {"north": patients, "south": tuple(dataclasses.replace(p, number=f"S{p.number}") for p in patients)},
    )
    with open_workspace(tmp_path / "ws", {"MEDARK_INGEST_WORKERS": "1"}) as opened:
        assert link(opened, ME, SILENT).keys == 10
        assert all(len(value) <= 80 for one in review(opened, ME, clear=True) for value in one.left.values["name"])
