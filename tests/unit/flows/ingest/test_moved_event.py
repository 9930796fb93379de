"""The same thing sent again with another code, in another domain: it leaves the table it was in"""

from __future__ import annotations

from pathlib import Path

import pytest

import medark
from medark.bootstrap import init_workspace
from medark.flows.ingest.ingest import ingest

TABLES = ("condition_occurrence", "observation", "measurement", "procedure_occurrence", "drug_exposure",
          "device_exposure")  # fmt: skip
HYPERTENSION, PERSONAL_HISTORY = "I10^Essential hypertension^I10C", "Z86.73^Personal history of TIA^I10C"


def message(diagnosis: str, control: str) -> str:
    """An admission with one diagnosis, known by its identifier (DG1-20)."""
    return "\r".join((
        f"MSH|^~\\&|HIS|NORTH|MEDARK|CITY|20250301100000||ADT^A01|{control}|P|2.5",
        "PID|1||P17^^^NORTH^MR||Doe^Jo||19800502|F",
        "PV1|1|I|W7^1^1||||||||||||||||V1|||||||||||||||||||||||||20250301100000",
        f"DG1|1||{diagnosis}||20250301|A" + "|" * 14 + "D77^HIS",
    ))  # fmt: skip


def placed(path: Path) -> dict[str, list[tuple[int, str]]]:
    """The tables that have an event, with the keys and codes of what is in them."""
    lake = medark.open(path)
    found = {}
    for table in TABLES:
        key, code = f"{table}_id", f"{table.removesuffix('_occurrence').removesuffix('_exposure')}_source_value"
        rows = lake.query(f"SELECT {key} AS key, {code} AS code FROM {table}").to_pylist()
        if rows:
            found[table] = [(row["key"], row["code"]) for row in rows]
    return found


@pytest.mark.parametrize("at_once", [False, True], ids=["in two batches", "in one wave"])
def test_a_diagnosis_that_becomes_a_history_is_no_condition_any_more(tmp_path: Path, *, at_once: bool) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    with init_workspace(tmp_path / "ws", time_zone="Asia/Shanghai", buckets=2) as workspace:
        (folder / "1.hl7").write_text(message(HYPERTENSION, "M1"))
        if not at_once:
            ingest(workspace, folder, "north/his")
            ((first, code),) = placed(workspace.path)["condition_occurrence"]
            assert code == "I10"
        (folder / "2.hl7").write_text(message(PERSONAL_HISTORY, "M2"))
        account = ingest(workspace, folder, "north/his")
        now = placed(workspace.path)
    assert list(now) == ["observation"]
    ((second, code),) = now["observation"]
    assert code == "Z86.73"
    if at_once:
        assert {t.table: t.replaced for t in account.tables if t.replaced} == {"condition_occurrence": 1}
    else:
        assert second == first
