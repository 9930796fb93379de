"""Applications in the console: seen whole, and taken through their life step by step, each asked once more."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app_folders import EVERY, READS, write_app
from medark.bootstrap import init_workspace
from medark.flows.apps import life
from medark.flows.workspace import Workspace
from medark.model.card import CardFeedback
from medark.model.user import User
from support.visitor import Visitor


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, hashed: str) -> Iterator[Workspace]:
    with init_workspace(tmp_path_factory.mktemp("console_apps") / "ws", buckets=2) as made:
        made.ledger.users.add(User("olga", roles=frozenset({"owner"})), hashed)
        made.ledger.users.add(User("dora", organisation="north", roles=frozenset({"doctor"})), hashed)
        yield made


def packed(folder: Path, place: Path) -> bytes:
    with zipfile.ZipFile(place, "w") as wheel:
        for file in folder.iterdir():
            wheel.write(file, f"potassium/{file.name}")
    return place.read_bytes()


def sent(visitor: Visitor, content: bytes, csrf: str = "") -> Any:
    files = {"wheel": ("potassium.whl", content)} if content else {}
    data = {"csrf": csrf or visitor.csrf}
    return visitor.client.post("/console/apps/wheel", data=data, files=files)


def steps(visitor: Visitor, name: str = "potassium") -> list[str]:
    return [one["name"] for one in visitor.data(f"/apps/{name}")["steps"]]


def test_they_are_an_owners(people: dict[str, Visitor]) -> None:
    for path in ("/apps", "/apps/potassium_card", "/apps/potassium_card/install"):
        people["dora"].page(path, 403)
    people["dora"].send("/apps/potassium_card/install", 403)
    assert sent(people["dora"], b"no wheel").status_code == 403
    assert sent(people["olga"], b"no wheel", csrf="guessed").status_code == 403
    people["olga"].send("/apps/potassium_card/install", 403, csrf="guessed")
    assert people["olga"].data("/apps")["here"] == []


def test_what_could_be_here_is_shown_with_all_that_it_reads(people: dict[str, Visitor]) -> None:
    olga = people["olga"]
    could = {one["name"]: one["state"] for one in olga.data("/apps")["could"]}
    assert could.keys() >= {"potassium_card", "registry_page"} and set(could.values()) == {"available"}
    told = olga.data("/apps/registry_page")
    assert {one["table"] for one in told["reads"]} == {"condition_occurrence", "measurement", "person"}
    assert told["reads"][0]["level"] >= told["reads"][-1]["level"] and told["reads"][0]["reason"]
    assert steps(olga, "registry_page") == ["install"]
    olga.page("/apps/none", 404)
    olga.page("/apps/registry_page/upgrade", 400)
    olga.page("/apps/registry_page/eat", 404)
    olga.send("/apps/registry_page/eat", 404)


def test_a_life_from_a_wheel_to_its_end(people: dict[str, Visitor], workspace: Workspace, tmp_path: Path) -> None:
    olga = people["olga"]
    assert sent(olga, b"").status_code == 400
    assert sent(olga, b"no wheel").status_code in (400, 422)
    wheel = sent(olga, packed(write_app(tmp_path), tmp_path / "one.whl"))
    assert wheel.headers["location"] == "/console/apps/potassium?done=install"
    assert steps(olga) == ["approve", "remove"]
    assert "Nobody has approved" in olga.send("/apps/potassium/enable", 400, version="1.0.0")
    shown = olga.data("/apps/potassium/approve")
    assert shown["is_first"] and {c for one in shown["reads"] for c in one["columns"]} == {*READS, EVERY}
    assert olga.send("/apps/potassium/approve", version="1.0.0") == "/console/apps/potassium?done=approve"
    assert steps(olga) == ["enable", "remove"]
    asked = olga.page("/apps/potassium/enable")
    assert "high from" in asked and "5 – 8" in asked
    wrong = olga.send("/apps/potassium/enable", 400, version="1.0.0", **{"setting.limit": "99"})
    assert "limit = a number from 5 to 8" in wrong
    olga.send("/apps/potassium/enable", version="1.0.0", **{"setting.limit": "6.4"})
    assert steps(olga) == ["publish", "settings", "disable", "remove"]
    olga.send("/apps/potassium/settings", **{"setting.limit": "6.5"})
    told = olga.data("/apps/potassium")
    assert [(one["name"], one["value"]) for one in told["settings"]] == [("limit", 6.5)]
    assert told["health"] == {"runs": True, "rests": False, "incident": None}
    olga.send("/apps/potassium/publish")
    assert [one["name"] for one in olga.data("/apps/potassium")["published"]] == ["tested"]
    life.install(workspace, write_app(tmp_path, "1.1.0"), by="olga")
    assert steps(olga)[:2] == ["upgrade", "publish"]
    olga.send("/apps/potassium/upgrade", version="1.1.0")
    assert "The new version runs" in olga.page("/apps/potassium", done="upgrade")
    olga.send("/apps/potassium/rollback")
    told = olga.data("/apps/potassium")
    assert (told["current"], told["previous"], told["state"]) == ("1.0.0", "1.1.0", "enabled")
    olga.send("/apps/potassium/disable")
    olga.send("/apps/potassium/settings", 400, **{"setting.limit": "7"})
    assert olga.data("/apps/potassium")["state"] == "disabled"
    assert steps(olga) == ["enable", "remove"]
    assert olga.send("/apps/potassium/remove") == "/console/apps"
    olga.page("/apps/potassium", 404)
    acts = {entry.action for entry in workspace.ledger.audit.entries(actor="olga")}
    assert {"app installed", "app approved", "app enabled", "app set", "app published", "app removed"} <= acts


def test_a_version_that_reads_more_waits_and_marks_what_is_new(
    people: dict[str, Visitor], workspace: Workspace, tmp_path: Path
) -> None:
    olga = people["olga"]
    life.install(workspace, write_app(tmp_path, name="greedy"), by="olga")
    life.approve(workspace, "greedy", by="olga")
    life.enable(workspace, "greedy", by="olga")
    more = write_app(tmp_path, "2.0.0", name="greedy", more='person = ["person_id", "year_of_birth"]\n')
    life.install(workspace, more, by="olga")
    assert "upgrade" not in steps(olga, "greedy") and steps(olga, "greedy")[0] == "approve"
    shown = olga.data("/apps/greedy/approve")
    new = {(one["table"], column) for one in shown["reads"] if one["is_new"] for column in one["columns"]}
    assert (shown["is_first"], new) == (False, {("person", "person_id"), ("person", "year_of_birth")})
    assert "2 columns more" in olga.page("/apps/greedy")
    life.disable(workspace, "greedy", by="olga")
    assert "enable" in steps(olga, "greedy")  # the version that was approved may run again


def test_how_cards_ended_is_counted_by_rule_and_reason(people: dict[str, Visitor], workspace: Workspace) -> None:
    said = [("accepted", ""), ("overridden", "urn:r|known"), ("overridden", "urn:r|known"), ("overridden", "urn:r|no")]
    workspace.ledger.feedback.add(
        CardFeedback(f"card-{n}", "greedy/high", outcome, n, "dora", "greedy", override_reason=reason)
        for n, (outcome, reason) in enumerate(said)
    )
    told = people["olga"].data("/apps/greedy")["feedback"]
    assert told["rules"] == [{"rule": "high", "accepted": 1, "overridden": 3}]
    assert told["reasons"] == [{"reason": "urn:r|known", "count": 2}, {"reason": "urn:r|no", "count": 1}]
    assert "75%" in people["olga"].page("/apps/greedy")


def test_one_that_fails_says_what_went_wrong(people: dict[str, Visitor], workspace: Workspace, tmp_path: Path) -> None:
    olga = people["olga"]
    life.install(workspace, write_app(tmp_path, name="broken", first="1 / 0\n"), by="olga")
    life.approve(workspace, "broken", by="olga")
    assert "ZeroDivisionError" in olga.send("/apps/broken/enable", 502, version="1.0.0")
    assert olga.data("/apps/broken")["state"] == "installed"
