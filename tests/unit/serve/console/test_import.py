"""Tables that nobody has described, in the console: answered column by column, accepted, in effect, and out again."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from medark.bootstrap import init_workspace
from medark.flows.ingest import ingest
from medark.flows.propose.approving import automatic
from medark.flows.propose.background import wait
from medark.flows.propose.keeping import load
from medark.flows.workspace import Workspace
from medark.model.user import User
from support.visitor import Visitor
from unit.flows.propose.conftest import PEOPLE, VISITS, written

SOURCE = "north/his"
DIAGNOSES = f"/import/table/{quote('诊断')}/{SOURCE}"
ODD = f"/import/table/zz/{SOURCE}"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, hashed: str) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("console_import")
    with init_workspace(folder / "ws", buckets=2, time_zone="Asia/Shanghai") as made:
        for name, role in (("owen", "owner"), ("stan", "steward"), ("dora", "doctor")):
            made.ledger.users.add(User(name, roles=frozenset({role})), hashed)
        ingest(made, written(folder / "export"), SOURCE)
        automatic(made, SOURCE, asks=True)
        yield made


def states(visitor: Visitor) -> dict[str, str]:
    (source,) = visitor.data("/import", state="all")["sources"]
    return {one["name"]: one["state"] for one in source["tables"]}


def test_they_are_for_owners_and_stewards(people: dict[str, Visitor]) -> None:
    for path in ("/import", DIAGNOSES, f"/import/approve/{SOURCE}"):
        assert "only an owner or a data steward" in people["dora"].page(path, 403)
    for path in (DIAGNOSES, f"/import/sure/{SOURCE}", f"/import/undo/{SOURCE}", f"/import/approve/{SOURCE}"):
        people["dora"].send(path, 403, step="accept")
    people["dora"].send(f"/import/withdraw/{quote('诊断')}/{SOURCE}", 403)
    people["stan"].send(DIAGNOSES, 403, step="accept", csrf="guessed")
    people["stan"].page(f"/import/table/none/{SOURCE}", 404)
    people["stan"].page("/import/table/none/nobody/his", 404)


def test_what_waits_is_listed_with_how_sure_it_is(people: dict[str, Visitor]) -> None:
    told = people["stan"].data("/import")
    assert (told["tables"], told["waiting"]) == (5, 5)
    assert told["waiting_rows"] == PEOPLE + 2 * VISITS + 300 + 30
    (source,) = told["sources"]
    rows = {one["name"]: (one["kind"], one["rows"], one["columns"]) for one in source["tables"]}
    assert rows["诊断"] == ("diagnosis", VISITS, 5) and rows["病人基本信息"] == ("patient", PEOPLE, 5)
    assert "Import" in people["stan"].page("") and "Tables to be explained 5" in people["stan"].page("")


def test_a_table_tells_each_column_with_what_speaks_for_it(people: dict[str, Visitor]) -> None:
    told = people["stan"].data(DIAGNOSES)
    columns = {one["name"]: one for one in [*told["open_columns"], *told["read_columns"], *told["left_columns"]]}
    assert columns.keys() == {"就诊流水号", "病人ID", "诊断编码", "诊断名称", "诊断时间"}
    code = columns["诊断编码"]
    assert (code["slot"], code["is"], code["values"].partition(":")[0]) == ("diag.code", "Diagnosis code", "ICD-10")
    assert code["choices"][0]["why"] and code["choices"][0]["chance"] > 0.5
    assert {one["table"] for one in columns["病人ID"]["within"]} == {"病人基本信息"}
    page = people["stan"].page(DIAGNOSES)
    assert "张" not in page, "no value that tells of somebody"


def test_answers_are_kept_changed_and_taken_back(people: dict[str, Visitor], workspace: Workspace) -> None:
    stan = people["stan"]
    assert stan.send(ODD, step="kind", kind="lab").endswith("?done=kind")
    assert stan.data(ODD)["kind"] == "lab"
    told = stan.send(ODD, **{"step": "keep", "is.0": "-", "is.1": "-", "other.1": "Lab result"})
    assert told.endswith("?done=kept")
    said = load(workspace, SOURCE).slots["zz"]
    assert said["q2"] == "meas.value", "words that are written count more than what is ticked"
    assert "mean this" in stan.send(ODD, 404, **{"step": "keep", "other.1": "nonsense"})
    assert stan.send(f"/import/undo/{SOURCE}").startswith("/console/import/table/zz/")
    assert "q2" not in load(workspace, SOURCE).slots["zz"] or load(workspace, SOURCE).slots["zz"]["q2"] != "meas.value"
    assert stan.send(ODD, step="later").startswith("/console/import/table/")
    assert states(stan)["zz"] == "put off"
    stan.send(ODD, step="take up")
    assert states(stan)["zz"] == "open"
    stan.send(ODD, 422, step="eat")


def test_what_is_accepted_takes_effect_by_name_and_can_be_taken_out(
    people: dict[str, Visitor], workspace: Workspace
) -> None:
    stan = people["stan"]
    for name in ("病人基本信息", "门诊就诊", "诊断"):
        stan.send(f"/import/table/{quote(name)}/{SOURCE}", step="accept")
    assert workspace.lake.snapshot().rows("person") == 0, "nothing takes effect before it is said"
    told = stan.data(f"/import/approve/{SOURCE}")
    assert {one["name"] for one in told["tables"]} == {"病人基本信息", "门诊就诊", "诊断"}
    assert told["rows"] == PEOPLE + 2 * VISITS
    assert stan.send(f"/import/approve/{SOURCE}") == "/console/import?state=effect"
    wait(workspace)
    assert workspace.lake.snapshot().rows("condition_occurrence") == VISITS
    assert load(workspace, SOURCE).approvals["诊断"].by == "stan"
    assert stan.data(DIAGNOSES)["came_in"]["loaded"] == VISITS
    open_ = {task.key for task in workspace.ledger.tasks.all(is_open=True) if task.kind == "mapping"}
    assert f"map:{SOURCE}:诊断" not in open_ and f"map:{SOURCE}:zz" in open_
    stan.send(f"/import/withdraw/{quote('诊断')}/{SOURCE}")
    wait(workspace)
    assert workspace.lake.snapshot().rows("condition_occurrence") == 0
    assert states(stan)["诊断"] == "put off"


def test_a_task_leads_to_its_table(people: dict[str, Visitor], workspace: Workspace) -> None:
    task = next(one for one in workspace.ledger.tasks.all(is_open=True) if one.key == f"map:{SOURCE}:zz")
    assert people["stan"].data(f"/worklist/{task.number}")["done_on"] == f"/console{ODD}"
    assert "A table is to be explained: north/his zz" in people["owen"].page("/worklist")
    assert "table to be explained" not in people["dora"].page("/worklist"), "it is the stewards'"


def test_values_are_told_changed_and_taken_back(people: dict[str, Visitor], workspace: Workspace) -> None:
    stan, place = people["stan"], f"{quote('门诊就诊')}/{SOURCE}"

    def kinds() -> dict[str, tuple[int, str, str]]:
        (of,) = [one for one in stan.data(f"/import/table/{place}")["value_maps"] if one["column"] == "就诊类别"]
        return {each["value"]: (each["rows"], each["means"], each["by"]) for each in of["rows"]}

    assert kinds() == {"门诊": (VISITS, "Outpatient Visit", "")}
    told = stan.data(f"/import/table/{place}")["value_maps"]
    field = next(each["field"] for one in told if one["column"] == "就诊类别" for each in one["rows"])
    assert stan.send(f"/import/values/{place}", **{field: "Outpatient Visit"}).endswith("?done=values")
    assert kinds()["门诊"][2] == "", "what is read so already is no word of theirs"
    stan.send(f"/import/values/{place}", **{field: "Home Visit"})
    assert kinds() == {"门诊": (VISITS, "Home Visit", "stan")}
    assert "said_class_text(" in stan.data(f"/import/table/{place}")["map"]
    stan.send(f"/import/values/{place}", 404, **{field: "nonsense"})
    stan.send(f"/import/undo/{SOURCE}")
    assert kinds() == {"门诊": (VISITS, "Outpatient Visit", "")}
    people["dora"].send(f"/import/values/{place}", 403, **{field: "Home Visit"})
