"""Which known table a record is."""

from __future__ import annotations

from pathlib import Path

import pytest

from medark.bootstrap import init_workspace
from medark.flows.ingest.raw_tables import raw_tables
from medark.model.record import Format
from medark.store.landing import Arrival

CODES = b"ROW_ID,SUBJECT_ID,HADM_ID,SEQ_NUM,ICD9_CODE\n1,5,9,1,3605\n"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("north.zip!/mimic/PROCEDURES_ICD.csv", "mimic3.procedures_icd"),
        ("DIAGNOSES_ICD.csv", "mimic3.diagnoses_icd"),
        ("codes.csv", "waiting for a map"),
    ],
)
def test_tables_with_the_same_columns_are_told_apart_by_the_record_s_name(
    tmp_path: Path, name: str, title: str
) -> None:
    workspace = init_workspace(tmp_path / "ws")
    try:
        (landed,) = workspace.landing.put("icu", 1, [Arrival(name, CODES, Format.DELIMITED)])
        assert [table.title for table in raw_tables(workspace, landed.record)] == [title]
    finally:
        workspace.close()
