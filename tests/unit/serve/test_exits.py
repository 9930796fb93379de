"""Whatever is drawn, what comes out of FHIR, datasets, SQL and CDS Hooks is what filtering row by row first gives

All over real HTTP, by one user with one token, while grants, refusals, roles and organisation change between requests:
nothing of an earlier answer may be left in a later one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pyarrow as pa
import pytest

from medark.define import Card, Dataset, Rule, conditions, everyone, measurements, person, visits
from medark.define.answers import reads
from medark.define.memory import compiled
from medark.flows.apps import life
from medark.flows.apps.publish import publish
from medark.flows.gate import at_terminal, parts
from medark.flows.gate.book import LedgerBook
from medark.flows.gate.reader import machine_user
from medark.model.access import ANY_TABLE, Grant, Holder, Purpose, Reader, Rows
from medark.model.omop import lake_columns
from medark.model.user import User
from medark.settings import ServeSettings
from unit.flows.gate import conftest as gate
from unit.flows.gate import filter_first
from unit.flows.gate.test_filter_first import bag, columns_seen, draw_book, filtered, record
from unit.govern.drawn_rows import PEOPLE
from unit.serve.conftest import PASSWORD

small = gate.small  # the same lake, oracle and book
APP = "board"
DAY = dt.date(2026, 11, 26)
ASKED = {
    "counts": Dataset(everyone(DAY), {"labs": measurements.count(), "ill": conditions.exists()}, "counts"),
    "born": Dataset(everyone(DAY), {"born": person.year_of_birth, "stays": visits.count()}, "born"),
}
TOLD = ("labs", "ill", "stays")  # columns that lead to nobody
N = measurements.count()
RULE = Rule("many", (N >= 3) & conditions.exists(), Card("{n}", "{n}"), {"n": N}, source="a test")
CODE = """import datetime as dt
from medark.define import Card, Dataset, Rule, conditions, everyone, measurements, person, visits
from medark.sdk import App, CardRule, Publish

DAY, TITLE = dt.date(2026, 11, 26), {"en": "x", "zh": "x"}
COUNTS = Dataset(everyone(DAY), {"labs": measurements.count(), "ill": conditions.exists()}, "counts")
BORN = Dataset(everyone(DAY), {"born": person.year_of_birth, "stays": visits.count()}, "born")
N = measurements.count()
RULE = Rule("many", (N >= 3) & conditions.exists(), Card("{n}", "{n}"), {"n": N}, source="a test")
app = App(
    cards=(CardRule("many", ("patient-view",), RULE),),
    datasets=(Publish("counts", COUNTS, TITLE, {"labs": "n", "ill": "n"}),
              Publish("born", BORN, TITLE, {"born": "n", "stays": "n"})),
)
"""
MANIFEST = """name = "board"
version = "1.0.0"
purpose = "care"
title = { en = "Board", zh = "看板" }
description = { en = "For a test.", zh = "测试。" }

[publishes]
cards = ["many"]
datasets = ["counts", "born"]
"""
# The kinds of FHIR that are made of one table, whole.
KINDS = {
    "Patient": ("person", "person_id", ""),
    "Condition": ("condition_occurrence", "condition_occurrence_id", "condition_start_date"),
    "Procedure": ("procedure_occurrence", "procedure_occurrence_id", "procedure_date"),
}  # fmt: skip


class _Moment:
    @staticmethod
    def time() -> float:
        return gate.NOW_MS / 1000


@dataclass(frozen=True)
class World:
    """The drawn world, and ann's client."""

    small: gate.Small
    client: httpx.Client

    def drawn(self, chance: Random, app: str = "") -> Reader:
        """Another book; who ann is by it, with every role that it still leaves her."""
        drawn = draw_book(chance, self.small)
        roles = frozenset({"ward", "study", "owner"})
        return replace(drawn, roles=roles, app=app)


@pytest.fixture(scope="module")
def world(small: gate.Small, hashed: str, serving: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    ours = replace(small.workspace, book=LedgerBook(small.workspace.ledger))
    ours.ledger.users.add(User("ann", roles=frozenset({"ward", "study", "owner"})), hashed)
    always = Grant(0, Holder.ROLE, "owner", Purpose.CARE, {ANY_TABLE: None}, Rows.ALL, 4, 0, granted_by="root")
    ours.ledger.access.add_grant(always)  # the one of the workspace begins when it was made, by the machine's clock
    with pytest.MonkeyPatch.context() as patch:
        for clocked in (parts, life):
            patch.setattr(clocked, "time", _Moment)
        _put_in(ours, tmp_path_factory.mktemp("exits") / APP)
        publish(ours, replace(at_terminal(ours), purpose=Purpose.CARE), today=DAY)
        with (
            serving(small.workspace, ServeSettings(a_second=0), clock=_Moment.time) as base,
            httpx.Client(base_url=base, trust_env=False, timeout=60) as client,
        ):
            form = {"grant_type": "password", "username": "ann", "password": PASSWORD}
            token = client.post("/token", data=form).json()["access_token"]
            client.headers.update({"authorization": f"Bearer {token}"})
            yield World(small, client)


def _put_in(workspace: Any, folder: Path) -> None:
    from medark.flows.apps.checked import check

    folder.mkdir()
    (folder / "app.py").write_text(CODE, encoding="utf-8")
    (folder / "app.toml").write_text(MANIFEST + '\n[reads]\nperson = ["person_id"]\n', encoding="utf-8")
    (folder / "app.toml").write_text(f"{MANIFEST}\n{check(folder).reads}\n", encoding="utf-8")
    life.install(workspace, folder, by=machine_user())
    life.approve(workspace, APP, by=machine_user())
    life.enable(workspace, APP, by=machine_user())


def ask_fhir(chance: Random, world: World) -> bool:
    reader = world.drawn(chance)
    kind = chance.choice(sorted(KINDS))
    table, key, day = KINDS[kind]
    sights = filter_first.sights(world.small.world, reader, {table: None})
    sight = sights[table] if sights else None
    must = {"person_id", key, *([day] if day else [])}
    answer = world.client.get(f"/fhir/{kind}?_count=1000", headers={"x-purpose": reader.purpose.value})
    if sight is None or not must <= set(sight.columns) or any(sight.columns[name] for name in ("person_id", key)):
        assert answer.status_code == 403, answer.text
        return False
    assert answer.status_code == 200, answer.text
    rows = filter_first.seen(world.small.world, reader, table, sight)
    expected = {str(row["person_id"]) if kind == "Patient" else f"{row[key]}.{row['person_id']}" for row in rows}
    found = [one["resource"]["id"] for one in answer.json().get("entry", ()) if one["search"]["mode"] == "match"]
    assert sorted(found) == sorted(expected)
    one = chance.choice(world.small.world.lake[table])  # by its number it is there if the search had it
    number = str(one["person_id"]) if kind == "Patient" else f"{one[key]}.{one['person_id']}"
    read = world.client.get(f"/fhir/{kind}/{number}", headers={"x-purpose": reader.purpose.value})
    assert read.status_code == (200 if number in expected else 404)
    return bool(found)


def ask_dataset(chance: Random, world: World) -> bool:
    reader = world.drawn(chance, APP)
    name = chance.choice(sorted(ASKED))
    asked = reads(ASKED[name])
    wanted = filtered(world.small, reader, asked)
    headers = {"x-purpose": reader.purpose.value, "accept": "application/vnd.apache.arrow.stream"}
    answer = world.client.get(f"/datasets/{APP}/{name}", headers=headers)
    if wanted is None:
        assert answer.status_code == 403, answer.text
        return False
    assert answer.status_code == 200, answer.text
    ready = compiled(ASKED[name], {})
    expected = [row for one in PEOPLE for row in ready.rows(record(wanted, one, asked), today=DAY)]
    found = pa.ipc.open_stream(answer.content).read_all().to_pylist()
    if reader.purpose is Purpose.RESEARCH:  # what leaves tells neither who nor when
        assert not {row["person_id"] for row in found} & {row["person_id"] for row in expected}
        found, expected = ([{name: row.get(name) for name in TOLD} for row in rows] for rows in (found, expected))
    assert bag(found) == bag(expected)
    return bool(found)


def ask_sql(chance: Random, world: World) -> bool:
    reader = world.drawn(chance)
    table = chance.choice(sorted(gate.TABLES))
    some = chance.sample([column.name for column in lake_columns(table)], 2)
    wanted = filtered(world.small, reader, {table: some})
    headers = {"x-purpose": reader.purpose.value, "accept": "application/vnd.apache.arrow.stream"}
    answer = world.client.post("/sql", json={"sql": f"SELECT {', '.join(some)} FROM {table}"}, headers=headers)
    if wanted is None:
        assert answer.status_code == 403, answer.text
        return False
    assert answer.status_code == 200, answer.text
    found = pa.ipc.open_stream(answer.content).read_all().to_pylist()
    assert set(some) <= set(columns_seen(world.small, reader, {table: some})[table])
    assert bag(found) == bag({name: row[name] for name in some} for row in wanted[table])
    return bool(found)


def ask_card(chance: Random, world: World) -> bool:
    reader = replace(world.drawn(chance, APP), purpose=Purpose.CARE)  # cards are for care alone
    opened = Grant(99, Holder.APP, APP, Purpose.CARE, {"*": None}, Rows.ALL, chance.choice((3, 4, 5)), 0)
    world.small.book.given.append(opened)  # else nearly all would be refused
    whose = chance.choice((*PEOPLE, 99))
    asked = reads(RULE)
    wanted = filtered(world.small, reader, asked)
    call = {
        "hook": "patient-view", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {"userId": "Practitioner/1", "patientId": str(whose)},
    }  # fmt: skip
    answer = world.client.post(f"/cds-services/{APP}", json=call, headers={"x-purpose": reader.purpose.value})
    if wanted is None:
        assert answer.status_code == 403, answer.text
        return False
    labs, ill = (
        [row for row in wanted[t] if row["person_id"] == whose] for t in ("measurement", "condition_occurrence")
    )
    if len(labs) < 3 or not ill:
        assert answer.status_code == 412 or answer.json() == {"cards": []}
        return False
    (card,) = answer.json()["cards"]
    assert card["summary"] == str(len(labs))
    told = re.findall(r"(measurement|condition_occurrence)\.(\d+)", str(card.get("links")))
    keys = {(t, str(row[f"{t}_id"])) for t in wanted for row in wanted[t] if f"{t}_id" in row}
    assert {(table, key) for table, key in told} <= keys
    return True


@pytest.mark.parametrize(
    ("ask", "times", "least"), [(ask_fhir, 200, 20), (ask_dataset, 40, 3), (ask_sql, 40, 4), (ask_card, 400, 4)]
)
def test_what_comes_out_is_what_filtering_first_gives(ask: Any, times: int, least: int, world: World) -> None:
    chance = Random(f"exits {ask.__name__}")
    assert least <= sum(ask(chance, world) for _ in range(times)) < times
