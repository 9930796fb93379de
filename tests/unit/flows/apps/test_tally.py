"""A tally of an application: published, counted by quantity, kept while nothing changed, and shown to whom it may be"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from medark.define import Tally
from medark.errors import AccessError, DefinitionError
from medark.flows.apps.datasets import dataset_rows
from medark.flows.apps.loaded import Loaded
from medark.flows.apps.publish import publish
from medark.flows.apps.running import running
from medark.flows.apps.signals import signal
from medark.flows.gate import at_terminal, reader_of
from medark.flows.pages.showing import view
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Reader, Rows
from medark.model.signal import SignalState
from medark.model.user import User
from medark.sdk import Counts, Detection, PublishSignal, Sums
from medark.sdk import Rows as Asked
from unit.flows.apps.conftest import put_in, write

MANIFEST = """name = "tills"
version = "1.0.0"
purpose = "public_health"
title = { en = "Tills", zh = "收银" }
description = { en = "What tills sold.", zh = "药店销售。" }

[reads]
care_site = ["care_site_id", "care_site_name", "care_site_source_value", "location_id"]
event_count = [
    "care_site_id", "event_count_end_date", "event_count_id", "event_count_source_value", "event_count_start_date",
    "location_id", "quantity", "unit_source_value",
]
location = ["county", "location_id"]

[publishes]
datasets = ["sales"]
signals = ["sales"]
"""
CODE = """from medark.define import Tally
from medark.sdk import App, Detection, Publish, PublishSignal

SALES = Tally({"布洛芬": "fever", "蒙脱石": "diarrhoea"}, by="drug_class", name="sales")
TITLE = {"en": "Sales", "zh": "销售"}
EARS = Detection("ears_c1", {"least_sd": 0.5}, least_cases=3)
app = App(
    datasets=(Publish("sales", SALES, TITLE, dict.fromkeys(SALES.columns, "as it is")),),
    signals=(
        PublishSignal("sales", SALES, TITLE, by=("drug_class", "district"), periods=20, detection=EARS, totals=True),
    ),
)
"""
TODAY = dt.date(2024, 7, 1)
FEVER = {"drug_class": "fever", "district": "西湖区"}


def sold(number: int, item: str, day: int, quantity: float, shop: int = 1) -> dict[str, object]:
    """A row of event_count in June 2024."""
    return {
        "event_count_id": number, "event_count_concept_id": 0, "event_count_start_date": dt.date(2024, 6, day),
        "event_count_end_date": dt.date(2024, 6, day), "event_count_type_concept_id": 0, "quantity": quantity,
        "care_site_id": shop, "event_count_source_value": item,
    }  # fmt: skip


@pytest.fixture
def tills(workspace: Workspace, tmp_path: Path) -> str:
    """Two shops of two districts; two packages a day for fever, and eleven on the 30th less one that came back."""
    folder = tmp_path / "tills"
    folder.mkdir()
    (folder / "app.py").write_text(CODE, encoding="utf-8")
    (folder / "app.toml").write_text(MANIFEST, encoding="utf-8")
    rows = [sold(day, "布洛芬缓释胶囊", day, 2) for day in range(10, 30)]
    rows += [sold(100, "布洛芬片", 30, 11), sold(101, "布洛芬片", 30, -1), sold(102, "维生素C片", 30, 40)]
    rows += [sold(103, "蒙脱石散", 29, 1, shop=2), sold(104, "蒙脱石散", 30, 2, shop=2)]
    sites = [{"care_site_id": n, "care_site_name": f"{n} 号店", "location_id": n} for n in (1, 2)]
    places = [{"location_id": 1, "county": "西湖区"}, {"location_id": 2, "county": "滨江区"}]
    write(workspace, event_count=rows, care_site=sites, location=places)
    return put_in(workspace, folder)


@pytest.fixture
def officer(workspace: Workspace) -> Reader:
    return replace(at_terminal(workspace), purpose=Purpose.PUBLIC_HEALTH)


def loaded(workspace: Workspace, app: str) -> Loaded:
    with running(workspace).one(app) as found:
        return found


def test_quantities_are_counted_and_judged(workspace: Workspace, officer: Reader, tills: str) -> None:
    (made,) = publish(workspace, officer, app=tills, today=TODAY)
    assert (made.error, made.dataset.rows, made.dataset.is_aggregate) == ("", 24, True)
    assert {one.name: one.level for one in made.dataset.columns}["quantity"] == 2
    found = {tuple(one.group.values()): one for one in signal(workspace, officer, tills, "sales")}
    assert set(found) == {("fever", "西湖区"), ("diarrhoea", "滨江区"), ("fever",), ("diarrhoea",)}
    fever = found["fever", "西湖区"]
    assert [point.count for point in fever.points[-3:]] == [2, 2, 10]
    assert (fever.state, found["diarrhoea",].state) == (SignalState.ALARM, SignalState.QUIET)


def test_while_its_tables_are_as_they_were_it_is_kept(workspace: Workspace, officer: Reader, tills: str) -> None:
    publish(workspace, officer, app=tills, today=TODAY)
    write(workspace, person=[{"person_id": 77, "year_of_birth": 1990, "gender_concept_id": 8532}])
    (same,) = publish(workspace, officer, app=tills, today=TODAY + dt.timedelta(1))
    assert (same.asked_again, same.dataset.rows, same.dataset.today) == (0, 24, "2024-07-02")
    write(workspace, event_count=[sold(100, "布洛芬片", 30, 4)])  # the till was corrected
    (again,) = publish(workspace, officer, app=tills, today=TODAY)
    assert (again.asked_again, again.dataset.rows) == (None, 24)
    (fever,) = [one for one in signal(workspace, officer, tills, "sales") if dict(one.group) == FEVER]
    assert fever.points[-1].count == 3


def test_a_page_sums_them_up_by_shop_and_item(workspace: Workspace, officer: Reader, tills: str) -> None:
    publish(workspace, officer, app=tills, today=TODAY)
    rows = Asked("sales", ("item", "quantity"), ("-entry_start",), 3, ("drug_class",), "entry_start", ("show=*",))
    shows = {"rows": rows, "shops": Sums(rows, ("place", "district")), "kinds": Counts("sales", ("drug_class",))}
    query = {"show": "yes", "drug_class": "fever", "from": "2024-06-28"}
    drawn = view(workspace, officer, loaded(workspace, tills), shows, query=query, language="en", today=TODAY)
    assert [(row["item"], row["quantity"]) for row in drawn["rows"]] == [
        ("布洛芬片", 11.0), ("布洛芬片", -1.0), ("布洛芬缓释胶囊", 2.0),
    ]  # fmt: skip
    assert [dict(row) for row in drawn["shops"]] == [{"place": "1 号店", "district": "西湖区", "quantity": 14.0}]
    unasked = view(workspace, officer, loaded(workspace, tills), shows, query={}, language="en", today=TODAY)
    assert (len(unasked["shops"]), unasked["kinds"].total) == (0, 24)


@pytest.mark.parametrize(("whose", "seen"), [(Rows.ALL, 24), (Rows.CARE, 0), (Rows.ORGANISATION, 0)])
def test_who_sees_how_much_of_it(workspace: Workspace, officer: Reader, tills: str, whose: Rows, seen: int) -> None:
    publish(workspace, officer, app=tills, today=TODAY)
    workspace.ledger.users.add(User("dora", organisation="cdc", roles=frozenset({"desk"})))
    dora = reader_of(workspace, "dora", Purpose.PUBLIC_HEALTH)
    with pytest.raises(AccessError):
        dataset_rows(workspace, dora, tills, "sales")
    tables = dict.fromkeys(("event_count", "care_site", "location"))
    workspace.ledger.access.add_grant(Grant(0, Holder.ROLE, "desk", Purpose.PUBLIC_HEALTH, tables, whose, 2, 0))
    assert dataset_rows(workspace, dora, tills, "sales").rows.num_rows == seen


def test_a_share_of_what_is_nobodys_is_refused() -> None:
    tally, title = Tally({"布洛芬": "fever"}), {"en": "t", "zh": "t"}
    with pytest.raises(DefinitionError, match="nobody's"):
        PublishSignal("s", tally, title, share_of="kind", detection=Detection("binomial_share"))
