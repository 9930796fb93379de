"""One table in every form that hospitals send it in: the same rows in the lake, also when it is made again"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from medark.bootstrap import init_workspace
from medark.flows.ingest import ingest
from medark.flows.rebuild import rebuild
from medark.flows.workspace import Workspace
from medark.model.progress import Silent

COLUMNS = ("ROW_ID", "SUBJECT_ID", "GENDER", "DOB", "DOD", "DOD_HOSP", "DOD_SSN", "EXPIRE_FLAG")
PEOPLE = [
    dict(zip(COLUMNS, (str(n), str(n), "FM"[n % 2], f"19{50 + n}-01-01 00:00:00", "", "", "", "0"), strict=True))
    for n in range(1, 9)
]


def as_csv() -> str:
    return "\n".join([",".join(COLUMNS), *(",".join(row.values()) for row in PEOPLE)]) + "\nbad,line\n"


def as_json() -> str:
    return "".join(json.dumps(row) + "\n" for row in PEOPLE) + '{"ROW_ID": "9", "SUBJ'


def as_xml() -> str:
    rows = ("".join(f"<{name}>{value}</{name}>" for name, value in row.items()) for row in PEOPLE)
    return f"<PATIENTS>{''.join(f'<ROW>{row}</ROW>' for row in rows)}<ROW><ROW_ID>9</ROW"


def as_dump() -> str:
    rows = "".join("\t".join(value or r"\N" for value in row.values()) + "\n" for row in PEOPLE)
    return f"COPY public.patients ({', '.join(COLUMNS)}) FROM stdin;\n{rows}bad\tline\n\\.\n"


FORMS = {"patients.csv": as_csv, "p.jsonl": as_json, "p.xml": as_xml, "p.sql": as_dump}


@pytest.fixture(params=FORMS)
def taken(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workspace]:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / request.param).write_text(FORMS[request.param]())
    with init_workspace(tmp_path / "ws") as workspace:
        account = ingest(workspace, folder, "icu")
        assert account.adds_up
        assert (account.total.loaded, account.total.quarantined) == (len(PEOPLE), 1), "and the bad row is told"
        yield workspace


def people(workspace: Workspace) -> list[tuple[object, ...]]:
    with workspace.engine.session() as session:
        workspace.lake.snapshot().bind(session, "person")
        told = session.query("SELECT person_id, year_of_birth, gender_concept_id FROM person")
    return sorted(tuple(row.values()) for row in told.to_pylist())


def test_every_form_gives_the_same_people_and_a_rebuild_gives_them_again(taken: Workspace) -> None:
    found = people(taken)
    assert sorted(row[1:] for row in found) == [(1950 + n, (8507, 8532)[n % 2 == 0]) for n in range(1, 9)]
    rebuild(taken, Silent())
    assert people(taken) == found
