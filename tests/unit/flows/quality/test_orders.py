"""Results before they were ordered: in one message or row, and in two, of HL7, FHIR and tables alike"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from medark.bootstrap import init_workspace
from medark.check.counting import Count
from medark.check.further.orders import OrderColumns, order_columns
from medark.errors import NotFoundError
from medark.flows.ingest import ingest
from medark.flows.quality import explained, further
from medark.flows.quality.places import looking
from medark.flows.workspace import Workspace
from medark.model.user import User

ID = "logic_resultbeforeorder_measurement_measurement_datetime_"
HEAD = "MSH|^~\\&|LIS|N|P|C|{sent}||{type}|{n}|P|2.5.1\rPID|1||B{n}^^^N^MR||王^小红||19800101|F\r"
RESULT = (
    HEAD
    + "ORC|RE|{placer}|{filler}||||||20240101070000\rOBR|1|{placer}|{filler}|cbc^CBC^L||{asked}|{done}\
|||||||||||||||{sent}|||F\rOBX|1|NM|WBC^WBC^L||5.1|10*9/L|||||F\r"
)
ORDER = HEAD + "ORC|{control}|{placer}|{filler}||||||{sent}\rOBR|1|{placer}|{filler}|cbc^CBC^L\r"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with init_workspace(tmp_path / "ws", buckets=1, time_zone="Asia/Shanghai") as made:
        made.ledger.users.add(User("stella", roles=frozenset({"steward"})))
        yield made


def came(workspace: Workspace, source: str, **files: str) -> None:
    folder = workspace.path.parent / "in" / source / str(len(workspace.ledger.batches.all()))
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    ingest(workspace, folder, source)


def result(n: int, sent: str, asked: str = "", placer: str = "", filler: str = "") -> str:
    told = {"type": "ORU^R01", "done": "20240101080000", "placer": placer, "filler": filler}
    return RESULT.format(n=n, sent=sent, asked=asked, **told)


def order(n: int, sent: str, placer: str, control: str = "NW", filler: str = "") -> str:
    return ORDER.format(n=n, sent=sent, type="ORM^O01", placer=placer, control=control, filler=filler)


def found(workspace: Workspace) -> dict[str, Count]:
    checks, counts = further.counted(workspace, workspace.lake.snapshot())
    return {one.source: counts.checks[one.id] for one in checks if one.kind.name == "resultBeforeOrder"}


def examples(workspace: Workspace, source: str) -> list[str]:
    checks, _ = further.counted(workspace, workspace.lake.snapshot())
    (mine,) = (one for one in checks if one.id == ID + source.replace("/", "."))
    with looking(workspace) as places:
        return [place.partition(":")[2] for place in places(mine, 0)]


def test_a_message_that_says_both(workspace: Workspace) -> None:
    messages = [
        result(1, "20240101090000", asked="20240101074500"),
        result(2, "20240101090000", asked="20240101091500"),  # early
        result(3, "20240101090000"),  # ORC-9 of a result is when it was told, not when it was ordered
    ]
    came(workspace, "north/lis", results__hl7="".join(messages))
    assert found(workspace)["north/lis"] == Count(1, 2)
    assert examples(workspace, "north/lis") == ["1"]
    told = explained(workspace, "stella", ID + "north.lis")
    assert len(told.examples) == 1 and told.verdict.violating == 1


def test_an_order_and_its_result_in_two_messages_of_two_systems(workspace: Workspace) -> None:
    orders = [order(1, "20240101070000", "A1"), order(2, "20240101100000", "A2"), order(2, "20240101110000", "A2"),
              order(3, "20240101120000", "A3", control="CA")]  # fmt: skip
    results = [result(1, "20240101090000", placer="A1^HIS"), result(2, "20240101090000", placer="A2"),
               result(3, "20240101090000", placer="A3"), result(4, "20240101090000", placer="A4")]  # fmt: skip
    came(workspace, "north/his", orders__hl7="".join(orders))
    found(workspace)  # orders are known from run to run
    came(workspace, "north/lis", results__hl7="".join(results))
    came(workspace, "south/lis", results__hl7=result(9, "20240101080000", placer="A2"))  # another hospital's number
    assert found(workspace) == {"north/lis": Count(1, 2)}
    assert examples(workspace, "north/lis") == ["1"]
    assert found(workspace)["north/lis"] == Count(1, 2), "read once"


def test_resources_by_reference_and_by_number(workspace: Workspace) -> None:
    code = {"coding": [{"system": "http://loinc.org", "code": "718-7"}]}
    results = [
        {"basedOn": [{"reference": "ServiceRequest/a"}], "issued": "2024-01-01T09:00:00+08:00"},
        {"basedOn": [{"reference": "http://x/fhir/ServiceRequest/b"}], "issued": "2024-01-01T09:00:00+08:00"},
        {"basedOn": [{"identifier": {"value": "77"}}], "effectiveDateTime": "2024-01-01T03:59:00Z"},
        {"issued": "2024-01-01T09:00:00+08:00"},
    ]
    results = [{**one, "code": code, "id": str(number)} for number, one in enumerate(results)]
    requests = [
        {"id": "a", "authoredOn": "2024-01-01T00:30:00Z"},
        {"id": "b", "authoredOn": "2024-01-01T01:30:00Z"},  # half past nine here: early
        {"id": "c", "authoredOn": "2024-01-01T12:00:00+08:00", "identifier": [{"value": "77"}]},  # a minute: early
    ]
    came(
        workspace, "county/emr",
        Observation__ndjson=ndjson("Observation", results),
        ServiceRequest__ndjson=ndjson("ServiceRequest", requests),
    )  # fmt: skip
    assert found(workspace)["county/emr"] == Count(2, 3)
    assert examples(workspace, "county/emr") == ["1", "2"]


def ndjson(kind: str, resources: list[dict[str, object]]) -> str:
    return "\n".join(json.dumps({"resourceType": kind, **one}) for one in resources)


def test_tables_that_say_both_and_two_that_are_tied_by_a_number(workspace: Workspace) -> None:
    came(workspace, "north/ris", 检查报告__csv=(
        "申请单号,申请时间,检查时间,报告时间\n"
        "1,2024-01-01 08:00,2024-01-01 09:00,2024-01-01 10:00\n"
        "2,2024/01/01 10:30,2024-01-01 09:00,2024-01-01 10:00:00\n"  # early
        "3,2024-01-01,2024-01-01 09:00,2024-01-01 08:00\n"  # the day is the same; reported before it was done
        "4,2024-01-02,,2024-01-01 08:00\n"  # early
        "5,,,2024-01-01 08:00\n"
    ))  # fmt: skip
    assert found(workspace)["north/ris"] == Count(2, 4)
    assert examples(workspace, "north/ris") == ["1", "3"]
    checks, counts = further.counted(workspace, workspace.lake.snapshot())
    (before,) = (one for one in checks if one.kind.name == "reportedBefore" and one.source == "north/ris")
    assert counts.checks[before.id] == Count(1, 3)
    with looking(workspace) as places:
        assert [place.partition(":")[2] for place in places(before, 0)] == ["2"]
    came(
        workspace, "south/his",
        检验申请__csv="医嘱号,开立时间,项目\n11,2024-01-01 08:00,cbc\n12,2024-01-01 12:00,cbc\n",
        检验报告__csv="医嘱号,报告时间,结果\n11,2024-01-01 10:00,5\n12,2024-01-01 10:00,6\n13,2024-01-01 10:00,7\n",
    )  # fmt: skip
    assert found(workspace)["south/his"] == Count(1, 2)
    assert examples(workspace, "south/his") == ["1"]


def test_columns_are_known_by_what_hospitals_call_them() -> None:
    columns = order_columns(["Order_ID", "orderedAt", "Result Time", "patient"])
    assert columns == OrderColumns(placer="Order_ID", ordered="orderedAt", reported="Result Time") and columns.tells
    assert not order_columns(["报告时间", "项目"]).tells, "a report alone can be held against nothing"


def test_a_check_is_named_by_words_and_says_who_answers_for_it(workspace: Workspace) -> None:
    for source in ("north/lis", "south/lis"):
        came(workspace, source, results__hl7=result(2, "20240101090000", asked="20240101091500"))
    told = explained(workspace, "stella", "before ordered north/lis")
    assert told.verdict.check.id == ID + "north.lis"
    assert (told.organisation, told.owner, told.task) == ("north", "", None)
    assert [(one.suspect.source, one.suspect.form) for one in told.suspects] == [("north/lis", "hl7v2")]
    assert any(line.field == "OBR-7" for line in told.suspects[0].lines)
    with pytest.raises(NotFoundError, match="several"):
        explained(workspace, "stella", "resultBeforeOrder")
    with pytest.raises(NotFoundError, match="no such"):
        explained(workspace, "stella", "resultBeforeOrder west/lis")


def test_a_resource_that_is_not_utf8_is_in_another_encoding(workspace: Workspace) -> None:
    lines = [json.dumps({"resourceType": "DiagnosticReport", "id": str(n), "conclusion": "正常"}, ensure_ascii=False)
             for n in range(20)]  # fmt: skip
    folder = workspace.path.parent / "in"
    folder.mkdir()
    text = "\n".join(lines).encode() + b"\n" + lines[0].encode("gb18030")
    (folder / "DiagnosticReport.ndjson").write_bytes(text)
    ingest(workspace, folder, "county/emr")
    checks, counts = further.counted(workspace, workspace.lake.snapshot())
    (mine,) = (one for one in checks if one.kind.name == "encodingMixed")
    assert counts.checks[mine.id] == Count(1, 21)
    with looking(workspace) as places:
        assert [place.partition(":")[2] for place in places(mine, 0)] == ["20"]
