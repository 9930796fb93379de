"""Hospitals that link and unlink their own patients (HL7 A24, A37): persons follow, and the lake after it"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from medark.bootstrap import open_workspace
from medark.cli.shell import run
from medark.flows.gate.reader import machine_user
from medark.flows.identity.deciding import decide, undo
from medark.flows.identity.linking import link
from medark.flows.ingest import ingest
from medark.flows.quarantine import retry
from medark.flows.rebuild import rebuild
from medark.flows.workspace import Workspace
from medark.model.progress import Silent
from support.two_hospitals import NORTH, Patient, lake, made

ME = machine_user()
SILENT = Silent()
TWINS = (Patient("N7", "周一", "19700101", "F"), Patient("N8", "吴二", "19800202", "M"), *NORTH[1:])


def message(trigger: str, day: int, *numbers: str) -> str:
    """An ADT message of a day about some patients, who are as they were registered."""
    people = {one.number: one for one in (*TWINS, *NORTH)}
    head = f"MSH|^~\\&|HIS|NORTH|P|C|202402{day:02}101500||ADT^{trigger}|{trigger}{day}{''.join(numbers)}|P|2.5"
    return "\r".join([f"{head}||||||UNICODE UTF-8", *map(_pid, (people[one] for one in numbers)), ""])


def _pid(one: Patient) -> str:
    return f"PID|1||{one.number}^^^^MR||{one.name[0]}^{one.name[1:]}||{one.birth}|{one.sex}"


def send(workspace: Workspace, *messages: str) -> None:
    """One delivery after the other."""
    for text in messages:
        there = len(list(workspace.path.parent.glob("adt-*")))
        folder = workspace.path.parent / f"adt-{there}"
        folder.mkdir()
        (folder / "adt.hl7").write_text(text, encoding="utf-8")
        ingest(workspace, folder, "north/adt")


def are_one(workspace: Workspace, one: str = "N7", other: str = "N8") -> bool:
    who = workspace.crosswalk.persons("north")
    return who[one] == who[other]


def counting(workspace: Workspace) -> list[tuple[str, str, str]]:
    return [(one.by, one.verdict, one.reason) for one in workspace.crosswalk.linked.decisions()]


@pytest.fixture(scope="module")
def north(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hospital's workspace in which nobody is linked."""
    root = tmp_path_factory.mktemp("north")
    made(root / "ws", {"north": TWINS})
    return root / "ws"


@contextmanager
def copied(north: Path, folder: Path) -> Iterator[Workspace]:
    """A copy of it, to change."""
    with open_workspace(shutil.copytree(north, folder / "ws"), {"MEDARK_INGEST_WORKERS": "1"}) as opened:
        yield opened


@pytest.fixture
def workspace(north: Path, tmp_path: Path) -> Iterator[Workspace]:
    with copied(north, tmp_path) as opened:
        yield opened


def test_who_is_linked_is_one_person_and_in_the_senders_name(workspace: Workspace) -> None:
    send(workspace, message("A24", 1, "N7", "N8"))
    assert are_one(workspace) and not are_one(workspace, "N2", "N3")
    assert counting(workspace) == [("north/adt", "same", "HL7 A24")]
    record = workspace.lake.person_record(workspace.crosswalk.persons("north")["N7"])
    assert record["measurement"].num_rows == 2
    assert record["person"].num_rows == 1
    acts = [one.act.action for one in workspace.ledger.audit.entries(actor="north/adt")]
    assert acts == ["identity linked by its source"]
    rows = lake(workspace)
    link(workspace, ME, SILENT)
    assert are_one(workspace), "no comparison undoes it"
    rebuild(workspace, SILENT)
    assert lake(workspace) == rows


def test_an_ingest_at_the_terminal_joins_who_is_linked(north: Path, tmp_path: Path) -> None:
    place = shutil.copytree(north, tmp_path / "ws")
    (tmp_path / "adt").mkdir()
    (tmp_path / "adt" / "adt.hl7").write_text(message("A24", 1, "N7", "N8"), encoding="utf-8")
    assert run(["ingest", str(place), str(tmp_path / "adt"), "--source", "north/adt"], {}) == 0
    with open_workspace(place, {}) as workspace:
        assert are_one(workspace)
        assert counting(workspace) == [("north/adt", "same", "HL7 A24")]


def test_who_is_linked_and_not_joined_yet_is_joined_by_whatever_takes_in_next(workspace: Workspace) -> None:
    send(replace(workspace, follows=()), message("A24", 1, "N7", "N8"))
    assert not are_one(workspace) and workspace.crosswalk.ties.are_new()
    retry(workspace, SILENT)
    assert are_one(workspace)
    assert counting(workspace) == [("north/adt", "same", "HL7 A24")]
    assert not workspace.crosswalk.ties.are_new(), "what is followed is not read again"


def test_who_is_linked_and_not_joined_yet_is_joined_by_a_rebuild(workspace: Workspace) -> None:
    send(replace(workspace, follows=()), message("A24", 1, "N7", "N8"))
    account = rebuild(workspace, SILENT)
    assert are_one(workspace) and not workspace.crosswalk.ties.are_new()
    assert account.after["person"] == account.before["person"] - 1
    rows = lake(workspace)
    rebuild(workspace, SILENT)
    assert lake(workspace) == rows


def test_unlinked_again_the_lake_is_as_if_never_linked(workspace: Workspace, north: Path, tmp_path: Path) -> None:
    send(workspace, message("A24", 1, "N7", "N8"), message("A37", 2, "N7", "N8"))
    assert not are_one(workspace)
    assert counting(workspace) == []
    (told,) = workspace.crosswalk.linked.decisions(counting=False)
    assert told.undone_by == "north/adt"
    with copied(north, tmp_path / "never") as never:
        send(never, message("A31", 1, "N7", "N8"), message("A31", 2, "N7", "N8"))  # the same, and no word of a link
        assert lake(workspace) == lake(never)


def test_the_order_in_which_messages_come_does_not_matter(north: Path, tmp_path: Path) -> None:
    """Linked, unlinked, linked again; and another pair unlinked: by when it was said, not when it came."""
    said = (
        message("A24", 1, "N7", "N8"), message("A37", 2, "N7", "N8"), message("A24", 3, "N8", "N7"),
        message("A24", 4, "N7", "N3"), message("A37", 5, "N3", "N7"),
    )  # fmt: skip
    together, shuffled = ["".join(said)], [said[2], said[0] + said[4], said[1] + said[3], said[2]]
    for name, deliveries in (("together", together), ("shuffled", shuffled)):
        with copied(north, tmp_path / name) as opened:
            send(opened, *deliveries)
            assert (are_one(opened), are_one(opened, "N7", "N3")) == (True, False), name
            assert counting(opened) == [("north/adt", "same", "HL7 A24")]


def test_what_a_person_decides_stands_over_it(workspace: Workspace) -> None:
    send(workspace, message("A24", 1, "N7", "N8"))
    (told,) = workspace.crosswalk.linked.decisions()
    undo(workspace, ME, told.number)
    assert not are_one(workspace)
    send(workspace, message("A24", 2, "N7", "N8"))
    assert not are_one(workspace), "taken back, however often it is said"
    send(workspace, message("A37", 3, "N7", "N8") + message("A24", 4, "N7", "N8"))
    assert are_one(workspace), "unlinked and linked anew, it is another link"
    decide(workspace, ME, told.left_key, told.right_key, "different", "brothers")
    assert not are_one(workspace)
    send(workspace, message("A37", 5, "N7", "N8") + message("A24", 6, "N7", "N8"))
    assert not are_one(workspace), "whom somebody keeps apart stays apart"


def test_erased_people_are_out_of_what_was_said(workspace: Workspace) -> None:
    send(workspace, message("A24", 1, "N7", "N8"))
    workspace.crosswalk.forget(workspace.crosswalk.persons("north")["N7"])
    assert not workspace.crosswalk.ties.any()


def test_chains_of_links_are_one_person(workspace: Workspace) -> None:
    send(workspace, message("A24", 1, "N7", "N8") + message("A24", 1, "N8", "N2"))
    assert are_one(workspace, "N7", "N2")
    send(workspace, message("A37", 2, "N7", "N8"))
    assert not are_one(workspace, "N7", "N2") and are_one(workspace, "N8", "N2")
