"""A ward of three people whom two hospitals sent, and an application that asks about bed rest and keeps the answer"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from medark.bootstrap import init_workspace, open_workspace
from medark.flows.answers.save import Saved, Sent, save
from medark.flows.apps import life
from medark.flows.apps.publish import publish
from medark.flows.apps.reading import platform
from medark.flows.apps.tasks import raise_tasks
from medark.flows.gate import reader_of
from medark.flows.ingest import ingest
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Rows
from medark.model.user import User

ZONE = "Asia/Shanghai"
TODAY = dt.datetime.now(ZoneInfo(ZONE)).date()
WARD = {"north": ("N1", "N2"), "south": ("S1",)}

MANIFEST = """
name = "ward"
version = "{version}"
purpose = "{purpose}"
title = {{ en = "Ward", zh = "病区" }}
description = {{ en = "Asks.", zh = "询问。" }}

[reads]
person = ["person_id"]
observation = [
    "observation_date", "observation_datetime", "observation_id", "observation_source_value", "person_id",
    "value_as_number",
]

[writes]
answers = [{writes}]

[publishes]
datasets = ["beds"]
tasks = ["ask"]

[[pages]]
path = "ask"
title = {{ en = "Ask", zh = "询问" }}
"""

APP = """
from medark.define import *
from medark.errors import UsageError
from medark.sdk import *

BOTH = {"en": "a", "zh": "b"}
BED = observations.where(observations.observation_source_value == "ward:bed").last().value_as_number.of_any_unit()
UNKNOWN = Rule("ask", ~BED.is_known(), Card("问", "Ask"), source="test")


def page(view):
    whose = view.query.get("person_id", "")
    rows = [row["bed"] for row in view["beds"]]
    form = Form((Field("bed", "Bed rest", "yes_no"), Field("weight", "Weight", "number"), Field("note", "Note")),
                "Save", saves=True, person_id=int(whose)) if whose.isdigit() else Text("nobody")
    return (Heading("Ask", 1), KeyFigures((KeyFigure("bed", rows[0] if rows else None),)), form)


def save(filled):
    whose = filled.person_id + 1 if filled.text("note") == "another" else filled.person_id
    if filled.text("note") == "no":
        raise UsageError("the note says no", fix="say yes")
    told = [("bed", filled.yes_no("bed")), ("weight", filled.number("weight")), ("note", filled.text("note") or None)]
    item = "other:" if filled.text("note") == "else" else "ward:"
    return tuple(FormAnswer(whose, item + name, value) for name, value in told if name in filled.fields)


app = App(
    datasets=(Publish("beds", Dataset(everyone(), {"bed": BED}, name="beds"), BOTH, {"bed": "in bed"}),),
    tasks=(TaskRule("ask", UNKNOWN, BOTH, due_hours=24, closes=True),),
    pages=(Page("ask", BOTH, page, {"beds": Rows("beds", ("person_id", "bed"), (), 1, ("person_id",))}, save=save),),
)
"""


def write_ward(parent: Path, version: str = "1.0.0", writes: str = '"ward:*"', purpose: str = "care") -> Path:
    """The folder of the application."""
    folder = parent / f"ward-{version}"
    folder.mkdir(parents=True)
    (folder / "app.toml").write_text(MANIFEST.format(version=version, writes=writes, purpose=purpose), "utf-8")
    (folder / "app.py").write_text(APP, "utf-8")
    return folder


def admission(number: str, day: dt.date = TODAY) -> bytes:
    """An HL7 message: a patient who came in on a day, and is here."""
    at = f"{day:%Y%m%d}0900"
    lines = (
        rf"MSH|^~\&|HIS|H|||{at}||ADT^A01|{number}|P|2.5", f"EVN|A01|{at}",
        f"PID|1||{number}^^^^MR||Qzx^{number}||19610412|F", f"PV1|1|I|MED{'|' * 16}V{number}{'|' * 25}{at}",
    )  # fmt: skip
    return "\r".join([*lines, ""]).encode()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace that each test has a copy of: the application runs, is published, and has raised its tasks."""
    root = tmp_path_factory.mktemp("ward")
    with init_workspace(root / "ws", time_zone=ZONE) as opened:
        for name, role, of in (
            ("olga", "owner", "north"), ("nina", "nurse", "north"), ("rita", "researcher", "north"),
            ("stan", "nurse", "south"),
        ):  # fmt: skip
            opened.ledger.users.add(User(name, organisation=of, roles=frozenset({role})))
        for role in ("nurse", "researcher"):
            opened.ledger.access.add_grant(Grant(0, Holder.ROLE, role, Purpose.CARE, {"*": None}, Rows.CARE, 4, 0))
        for hospital, numbers in WARD.items():
            folder = root / hospital
            folder.mkdir()
            for number in numbers:
                (folder / f"{number}.hl7").write_bytes(admission(number, TODAY - dt.timedelta(days=1)))
            assert ingest(opened, folder, f"{hospital}/his").adds_up
        life.install(opened, write_ward(root))
        life.approve(opened, "ward", by="")
        life.enable(opened, "ward", by="")
        publish(opened, platform(opened))
        assert len(raise_tasks(opened, platform(opened))) == 3
    return root / "ws"


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of it, open."""
    with open_workspace(Path(shutil.copytree(made, tmp_path / "ws")), {}) as opened:
        yield opened


def who(workspace: Workspace, number: str = "N1") -> int:
    """The person with a patient's number."""
    (found,) = workspace.crosswalk.find(number, kind="MR")
    return found


def send(
    workspace: Workspace, fields: dict[str, str], by: str = "nina", *, number: str = "N1",
    purpose: Purpose = Purpose.CARE, form: str = "", path: str = "ask",
) -> Saved:  # fmt: skip
    """A form that somebody sends."""
    reader = reader_of(workspace, by, purpose)
    return save(workspace, reader, Sent("ward", path, who(workspace, number), fields, form))


def observed(workspace: Workspace) -> list[dict[str, object]]:
    """The rows of observation."""
    snapshot = workspace.lake.snapshot()
    with workspace.engine.session() as session:
        snapshot.bind(session, "observation")
        return session.query("SELECT * FROM observation ORDER BY observation_source_value, person_id").to_pylist()
