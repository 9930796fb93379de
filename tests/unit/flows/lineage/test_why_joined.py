"""The way of a row of a table that is read with another beside it, and of a column that a reader may not see"""

from __future__ import annotations

from pathlib import Path

from medark.bootstrap import init_workspace
from medark.flows.ingest import ingest
from medark.flows.lineage import again
from medark.flows.lineage.why import why
from medark.model.access import Grant, Holder, Purpose, Reader, Rows
from medark.model.user import User
from medark.standardise import domains

SOURCE = 'name = "beside"\ntitle = "t"\ndocumentation = "tests"\ntime = "local"\ntables = ["word", "charge"]\n'
WORD = 'about = "words"\nneeds = ["word_code", "word_name"]\n[every_row]\noutcome = "excluded"\nreason = "words"\n'
CHARGE = """\
about = "charges"
needs = ["charge_no", "pid", "class_code", "paid"]
[join.word]
table = "word"
on = { word_code = "class_code" }
[[person]]
fixed = { birth_time = "1980-01-01", gender = "F" }
person_key = "pid"
[[event]]
fixed = { kind = "observation", type = "ehr", start_time = "2024-03-01T10:00:00" }
event_key = "charge_no"
person_key = "pid"
code = "class_code"
code_text = "word.word_name"
value = "paid"
"""


def test_what_stands_in_a_table_beside_is_there_on_the_way_too(tmp_path: Path) -> None:
    files = {
        "word.csv": "word_code,word_name\n5,imaging\n7,drugs\n",
        "charge.csv": "charge_no,pid,class_code,paid\n1,p1,5,10\n2,p2,7,20\n",
    }
    (tmp_path / "in").mkdir()
    for name, text in files.items():
        (tmp_path / "in" / name).write_text(text)
    with init_workspace(tmp_path / "ws", buckets=1) as workspace:
        own = workspace.places.maps / "beside"
        own.mkdir(parents=True)
        for name, text in (("source", SOURCE), ("word", WORD), ("charge", CHARGE)):
            (own / f"{name}.toml").write_text(text)
        ingest(workspace, tmp_path / "in", "north/charges")
        stella = Reader("stella", Purpose.OPERATIONS, frozenset({"steward"}))
        workspace.ledger.users.add(User("stella", roles=stella.roles))
        every = Grant(
            0, Holder.ROLE, "steward", stella.purpose, {"observation": None}, Rows.ALL, 5, 0, granted_by="olga"
        )
        workspace.ledger.access.add_grant(every)
        snapshot = workspace.lake.snapshot()
        with workspace.engine.session() as session:
            snapshot.bind(session, "observation")
            told = session.query("SELECT observation_id AS k FROM observation").to_pylist()
        assert len(told) == 2
        for one in told:
            found = why(workspace, stella, "observation", one["k"])
            assert found.is_same
            assert dict(found.staged)["code_text"] in ("imaging", "drugs")


def test_what_a_row_was_staged_as_is_known_of_every_table() -> None:
    for step in domains.STEPS:
        staged = {name.removeprefix("staged_") for name in step.reads if name.startswith("staged_")}
        if step.table and staged:
            assert again._STAGING.get(step.table, step.table) in staged, step.table
