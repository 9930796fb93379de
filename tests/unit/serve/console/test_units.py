"""Units of numbers, in the console: as they are written, doubted with what speaks for each, decided, taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from medark.bootstrap import init_workspace
from medark.flows.units.background import wait
from medark.flows.units.decide import upkeep
from medark.flows.workspace import Workspace
from medark.model.user import User
from support.visitor import Visitor
from unit.flows.units.test_units import (
    G_DL,
    GLUCOSE,
    HEMOGLOBIN,
    MG_DL,
    MMOL_L,
    NORTH,
    SODIUM,
    SOUTH,
    STRAY,
    deliver,
    rows,
)  # fmt: skip


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, hashed: str) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("console_units")
    with init_workspace(folder / "ws", buckets=2, time_zone="Asia/Shanghai") as made:
        for name, role in (("owen", "owner"), ("stan", "steward"), ("dora", "doctor")):
            made.ledger.users.add(User(name, roles=frozenset({role})), hashed)
        deliver(made, folder / "north", "north/lis", (*NORTH, *STRAY), 1)
        deliver(made, folder / "south", "south/lis", SOUTH, 2)
        yield made


@pytest.fixture(autouse=True)
def nothing_decided(workspace: Workspace, people: dict[str, Visitor]) -> Iterator[None]:
    """Each test leaves the units as they were."""
    yield
    ticked = {f"tick.{one['id']}": "yes" for one in people["stan"].data("/units/decided")["units"]}
    people["stan"].send("/units/undo", **ticked)
    wait(workspace)


def asked(visitor: Visitor, **query: str) -> dict[tuple[str, str], Any]:
    return {(one["source"], one["code"]): one for one in visitor.data("/units", **query)["questions"]}


def units(workspace: Workspace, code: str) -> Counter[tuple[Any, Any]]:
    """How many rows of a test have which unit, and which is written."""
    return Counter((row["unit"] or 0, row["said"]) for row in rows(workspace, code))


def test_they_are_for_owners_and_stewards(people: dict[str, Visitor], workspace: Workspace) -> None:
    one = asked(people["stan"])["south/lis", GLUCOSE]["id"]
    for path in ("/units", "/units/written", "/units/decided", f"/units/{one}"):
        assert "only an owner or a data steward" in people["dora"].page(path, 403)
    for path in ("/units/decide", "/units/fill", "/units/undo", f"/units/{one}"):
        people["dora"].send(path, 403, unit="mmol/L", **{f"choice.{one}": "unit.mmol/L"})
    people["stan"].send(f"/units/{one}", 403, unit="mmol/L", csrf="guessed")
    people["stan"].page("/units/0123456789abcdef", 404)
    assert workspace.ledger.units.all() == []
    assert "Units" not in people["dora"].page("").split("Audit")[0]


def test_questions_say_how_many_numbers_and_what_speaks_for_each_unit(people: dict[str, Visitor]) -> None:
    told = people["stan"].data("/units")
    # 60 + 60 + 60 + 4 of the north and 80 + 60 + 40 of the south; the haemoglobins (60 and 40) have none.
    assert (told["head"]["rows"], told["head"]["known"]) == (364, 264)
    assert (told["head"]["asked"], told["head"]["missing"]) == (4, 2)
    there = asked(people["stan"])
    assert {key: (one["in_doubt"], one["rows"], one["candidates"][0]["ucum"]) for key, one in there.items()} == {
        ("south/lis", GLUCOSE): (80, 80, "mmol/L"), ("north/lis", HEMOGLOBIN): (60, 60, "g/dL"),
        ("south/lis", HEMOGLOBIN): (40, 40, "g/L"), ("north/lis", GLUCOSE): (4, 64, "mmol/L"),
    }  # fmt: skip
    assert [one["code"] for one in told["questions"]] == [GLUCOSE, HEMOGLOBIN, HEMOGLOBIN, GLUCOSE]
    assert list(asked(people["stan"], source="south/lis")) == [("south/lis", GLUCOSE), ("south/lis", HEMOGLOBIN)]
    wrong = there["south/lis", GLUCOSE]
    # 5.5 mmol/L of glucose (180.156 g/mol) is 99 mg/dL, which is its own unit.
    assert wrong["candidates"][0]["middle"] == pytest.approx(99, rel=0.05)
    assert "Numbers that do not fit their unit" in people["stan"].page(f"/units/{wrong['id']}")


def test_the_picture_shows_the_numbers_on_the_range_of_healthy_people(people: dict[str, Visitor]) -> None:
    wrong = asked(people["stan"])["south/lis", GLUCOSE]
    page = people["stan"].client.get(f"/console/units/{wrong['id']}").text
    assert page.count('class="strip"') == len(people["stan"].data(f"/units/{wrong['id']}")["candidates"])
    mixed = asked(people["stan"])["north/lis", GLUCOSE]
    page = people["stan"].client.get(f"/console/units/{mixed['id']}").text
    assert "&lt;" not in page and "4 numbers" in people["stan"].page("/units")
    assert 'class="other"' in page and 'class="bar"' in page, "a mixture shows which numbers are in question"


def test_several_are_decided_at_once_and_taken_back(people: dict[str, Visitor], workspace: Workspace) -> None:
    stan, there = people["stan"], asked(people["stan"])
    sent = {
        f"choice.{there['south/lis', GLUCOSE]['id']}": "unit.mmol/L",
        f"choice.{there['north/lis', GLUCOSE]['id']}": "later",
        f"choice.{there['north/lis', HEMOGLOBIN]['id']}": "written",
    }
    assert stan.send("/units/decide", back="/console/units?take=likeliest", **sent) == "/console/units?done=2"
    wait(workspace)
    assert units(workspace, GLUCOSE) == {(MG_DL, "mg/dl"): 64, (MMOL_L, "mg/dL"): 80}
    assert set(asked(stan)) == {("north/lis", GLUCOSE), ("south/lis", HEMOGLOBIN)}
    decided = {one["code"]: one for one in stan.data("/units/decided")["units"]}
    assert {code: (one["ucum"], one["by"]) for code, one in decided.items()} == {
        GLUCOSE: ("mmol/L", "stan"), HEMOGLOBIN: ("", "stan"),
    }  # fmt: skip
    back = {f"tick.{decided[GLUCOSE]['id']}": "yes"}
    assert stan.send("/units/undo", **back) == "/console/units/decided?done=1"
    wait(workspace)
    assert units(workspace, GLUCOSE) == {(MG_DL, "mg/dl"): 64, (MG_DL, "mg/dL"): 80}
    done = ("unit decided", "unit undone")
    acts = [one.act.action for one in workspace.ledger.audit.entries(actor="stan") if one.act.action in done]
    assert acts[-3:] == ["unit decided", "unit decided", "unit undone"]


def test_of_a_mixture_only_the_numbers_in_question_change(people: dict[str, Visitor], workspace: Workspace) -> None:
    stan, mixed = people["stan"], asked(people["stan"])["north/lis", GLUCOSE]
    stan.send(f"/units/{mixed['id']}", unit="mmol/L")
    wait(workspace)
    assert units(workspace, GLUCOSE) == {(MG_DL, "mg/dl"): 60, (MMOL_L, "mg/dl"): 4, (MG_DL, "mg/dL"): 80}
    told = stan.data(f"/units/{mixed['id']}")["decided"]
    assert told["low"] < 5.4 < told["high"] < 40
    stan.send(f"/units/{mixed['id']}", state="open")
    wait(workspace)
    assert units(workspace, GLUCOSE)[MG_DL, "mg/dl"] == 64


def test_another_unit_may_be_said_as_somebody_writes_it(people: dict[str, Visitor], workspace: Workspace) -> None:
    stan, one = people["stan"], asked(people["stan"])["south/lis", HEMOGLOBIN]["id"]
    stan.send(f"/units/{one}", 400, other="凡是")
    stan.send(f"/units/{one}", 422, other="g/dl", low="x")
    stan.send(f"/units/{one}", 400, other="g/dl", low="9", high="8")
    stan.send(f"/units/{one}", 400, unit="kg")
    stan.send(f"/units/{one}", 422, state="anything")
    assert workspace.ledger.units.all() == []
    assert stan.send(f"/units/{one}", other="ｇ/ｄｌ").startswith("/console/units/")
    wait(workspace)
    assert units(workspace, HEMOGLOBIN)[G_DL, "凡是"] == 40


def test_what_is_clear_is_filled_in_and_the_list_of_units_says_so(
    people: dict[str, Visitor], workspace: Workspace
) -> None:
    stan = people["stan"]
    told = {(one["source"], one["code"]): one for one in stan.data("/units/written")["tests"]}
    assert {key: (one["said"], one["unit"], one["state"]) for key, one in told.items()} == {
        ("north/lis", SODIUM): ("mmol/L", "mmol/L", "read"), ("south/lis", SODIUM): ("mmol/L", "mmol/L", "read"),
        ("north/lis", GLUCOSE): ("mg/dl", "mg/dL", "asked"), ("south/lis", GLUCOSE): ("mg/dL", "mg/dL", "asked"),
        ("north/lis", HEMOGLOBIN): ("", None, "asked"), ("south/lis", HEMOGLOBIN): ("凡是", None, "asked"),
    }  # fmt: skip
    assert [(one["said"], one["rows"]) for one in stan.data("/units/written")["unread"]] == [("凡是", 40)]
    assert stan.send("/units/fill") == "/console/units?done=2"
    wait(workspace)
    filled = stan.data("/units/written", state="filled")["tests"]
    assert {(one["source"], one["unit"], one["factor"]) for one in filled} == {
        ("north/lis", "g/dL", 10.0), ("south/lis", "g/L", 1.0),
    }  # fmt: skip
    assert stan.data("/units/written", read="×10⁹/L")["meant"] == ["10*9/L"]
    assert "nobody can read it" in stan.page("/units/written", read="凡是")


def test_a_task_leads_to_its_question(people: dict[str, Visitor], workspace: Workspace) -> None:
    upkeep(workspace, "stan")
    task = next(one for one in workspace.ledger.tasks.all(is_open=True) if "south/lis" in one.title)
    one = asked(people["stan"])["south/lis", GLUCOSE]["address"]
    assert people["stan"].data(f"/worklist/{task.number}")["done_on"] == one
    assert "Units to be explained 2" in people["owen"].page("")
    people["stan"].send(str(one).removeprefix("/console"), unit="mmol/L")
    assert workspace.ledger.tasks.one(task.number).state.is_closed
