"""A table that lacks something, in the console: it is not accepted, and nothing is said of it by accident."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from medark.bootstrap import init_workspace
from medark.flows.ingest import ingest
from medark.flows.propose.approving import automatic
from medark.flows.propose.keeping import load
from medark.flows.workspace import Workspace
from medark.model.user import User
from support.visitor import Visitor
from unit.flows.propose.test_standing import SOURCE, lines

LINES = f"/import/table/{quote('处方明细')}/{SOURCE}"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, hashed: str) -> Workspace:
    folder: Path = tmp_path_factory.mktemp("console_lacking")
    made = init_workspace(folder / "ws", buckets=2, time_zone="Asia/Shanghai")
    for name, role in (("owen", "owner"), ("stan", "steward"), ("dora", "doctor")):
        made.ledger.users.add(User(name, roles=frozenset({role})), hashed)
    lines(folder / "export")
    ingest(made, folder / "export", SOURCE)
    automatic(made, SOURCE, asks=True)
    return made


def test_what_is_sure_stays_so_whatever_is_pressed(people: dict[str, Visitor], workspace: Workspace) -> None:
    stan = people["stan"]
    stan.send(LINES, step="kind", kind="drug")
    told = stan.data(LINES)
    every = [*told["open_columns"], *told["read_columns"], *told["left_columns"]]
    chosen = {f"is.{one['number']}": one["slot"] for one in every}
    by_name = {one["name"]: one["slot"] for one in told["open_columns"]}
    assert told["lacks"] and by_name["药品编码"] == "drug.code"
    refused = stan.send(LINES, step="accept", **chosen)
    assert refused.endswith("?done=lacks") and stan.data(LINES)["state"] == "open"
    stan.send(LINES, step="keep", **chosen)
    assert load(workspace, SOURCE).slots.get("处方明细", {}) == {}, "as shown is no answer"


def test_of_a_table_that_lacks_something_nothing_may_be_loaded(
    people: dict[str, Visitor], workspace: Workspace
) -> None:
    stan = people["stan"]
    stan.send(LINES, step="kind", kind="drug")
    stan.send(LINES, step="nothing")
    told = stan.data(LINES)
    assert (told["state"], told["kind"], told["becomes"], told["lacks"]) == ("accepted", "other", [], "")
