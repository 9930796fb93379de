"""Datasets kept fresh, and what pages, figures and readers get of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app_folders import write_app
from medark.errors import AccessError, DefinitionError, NotFoundError
from medark.flows.apps import life
from medark.flows.apps.datasets import dataset_rows
from medark.flows.apps.publish import publish, published
from medark.flows.apps.running import running
from medark.flows.definitions.run import run
from medark.flows.erase import erase
from medark.flows.pages import figure, page, pages
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Reader, Rows
from medark.model.page import DataTable, Figure, Heading, KeyFigures
from medark.model.progress import Silent
from medark.model.user import User
from unit.flows.apps.conftest import TODAY, VALUES, potassium, put_in, write


def test_only_people_with_new_rows_are_asked_again(workspace: Workspace, owner: Reader, sound: str) -> None:
    (first,) = publish(workspace, owner, today=TODAY)
    assert (first.dataset.rows, first.asked_again, first.error) == (len(VALUES), None, "")
    (same,) = publish(workspace, owner, today=TODAY)
    assert (same.dataset.rows, same.asked_again) == (len(VALUES), 0)
    write(workspace, measurement=[potassium(2, 5.5, dt.date(2024, 7, 1), key=900)])
    (after,) = publish(workspace, owner, today=TODAY)
    assert (after.dataset.rows, after.asked_again) == (len(VALUES) + 1, 1)
    with running(workspace).one(sound) as loaded:
        whole = run(workspace, replace(owner, app=sound), loaded.app.datasets[0].dataset, today=TODAY)
    kept = dataset_rows(workspace, owner, sound, "tested").rows
    assert sorted(kept.to_pylist(), key=str) == sorted(whole.rows.to_pylist(), key=str)


def test_what_is_said_of_a_dataset(workspace: Workspace, owner: Reader, sound: str) -> None:
    publish(workspace, owner, today=TODAY)
    (told,) = published(workspace)
    assert (told.app, told.name, told.title["zh"], told.today) == (sound, "tested", "已测", "2024-07-01")
    assert {column.name: column.meaning for column in told.columns}["k"] == "last potassium, mmol/L"
    assert all(column.meaning and column.level >= 3 for column in told.columns)
    assert told.lake_version == workspace.lake.snapshot().version
    path = workspace.path / "published" / sound / "tested.parquet"
    assert path.stat().st_mode & 0o777 == 0o600


def test_who_may_not_read_it_is_told_what_is_lacking(workspace: Workspace, owner: Reader, sound: str) -> None:
    publish(workspace, owner, today=TODAY)
    researcher = reader(workspace, "rita", Purpose.CARE)
    with pytest.raises(AccessError, match="measurement"):
        dataset_rows(workspace, researcher, sound, "tested")
    grant(workspace, "rita", Purpose.CARE)
    assert dataset_rows(workspace, researcher, sound, "tested", ["k"]).rows.num_rows == len(VALUES)
    with pytest.raises(NotFoundError):
        dataset_rows(workspace, researcher, sound, "tested", ["name"])
    with pytest.raises(NotFoundError):
        dataset_rows(workspace, researcher, sound, "other")


def test_who_sees_less_of_the_lake_sees_less_of_the_dataset(workspace: Workspace, owner: Reader, sound: str) -> None:
    publish(workspace, owner, today=TODAY)
    rita = reader(workspace, "rita", Purpose.CARE, organisation="south")
    grant(workspace, "rita", Purpose.CARE, Rows.ORGANISATION)
    assert dataset_rows(workspace, rita, sound, "tested").rows.num_rows == 0  # nothing came from the south


def test_an_erased_person_is_in_no_dataset_any_more(workspace: Workspace, owner: Reader, sound: str) -> None:
    publish(workspace, owner, today=TODAY)
    erase(workspace, "1", Silent())
    assert 1 not in dataset_rows(workspace, owner, sound, "tested").rows["person_id"].to_pylist()
    assert published(workspace)[0].rows == len(VALUES) - 1


def test_an_application_that_is_refused_hinders_no_other(workspace: Workspace, owner: Reader, sound: str) -> None:
    put_in(workspace, Path("registry_page"))
    for held in workspace.ledger.access.grants():
        if held.holder == sound:
            workspace.ledger.access.revoke(held.number, "anna")
    found = {one.dataset.app: one for one in publish(workspace, owner, today=TODAY)}
    assert "no grant" in found[sound].error
    assert found["registry_page"].error == ""


def test_a_page_is_drawn_from_what_is_published(workspace: Workspace, owner: Reader, sound: str) -> None:
    empty = page(workspace, owner, sound, "all", {}, language="en", today=TODAY)
    assert empty.blocks[1] == KeyFigures((empty.blocks[1].figures[0].__class__("tested", 0),))
    publish(workspace, owner, today=TODAY)
    shown = page(workspace, owner, sound, "all", {}, language="zh", today=TODAY)
    assert shown.title == "全部"
    assert shown.blocks[0] == Heading("1.0.0", 1)
    assert shown.blocks[1].figures[0].value == len(VALUES)
    assert shown.fresh
    assert [(one.app, one.path) for one in pages(workspace)] == [(sound, "all")]
    for wrong in ((sound, "other"), ("other", "all")):
        with pytest.raises(NotFoundError):
            page(workspace, owner, *wrong, {}, language="en", today=TODAY)
    with pytest.raises(AccessError):
        page(workspace, replace(owner, user="stranger"), sound, "all", {}, language="en", today=TODAY)


# -- the registry that comes with the platform -------------------------------------------------------------------------

HBA1C, PERCENT = 3004410, 8554


@pytest.fixture
def registry(workspace: Workspace, owner: Reader) -> Callable[[str], tuple]:
    """People 1 to 14 with diabetes, the HbA1c of the first 13 rising from 6.0; the page as it is drawn for a query."""
    found = workspace.engine.session
    with found() as session:
        workspace.vocabulary.bind(session, ("concept",))
        code = session.query("SELECT concept_id FROM concept WHERE concept_code = 'E11.9'")["concept_id"][0].as_py()
    condition = {
        "condition_start_date": dt.date(2020, 1, 1),
        "condition_concept_id": 0,
        "condition_type_concept_id": 32817,
    }
    ill = [
        {**condition, "condition_occurrence_id": n, "person_id": n, "condition_source_concept_id": code} for n in VALUES
    ]
    tested = [
        {
            **potassium(n, 5.9 + n / 10, key=500 + n),
            "measurement_concept_id": HBA1C,
            "unit_concept_id": PERCENT,
        }
        for n in range(1, 14)
    ]
    write(workspace, condition_occurrence=ill, measurement=tested)
    put_in(workspace, Path("registry_page"))
    asking = replace(owner, purpose=Purpose.PUBLIC_HEALTH)
    publish(workspace, asking, today=TODAY)
    return lambda query="": (
        page(
            workspace, asking, "registry_page", "registry", {"page": query} if query else {}, language="en", today=TODAY
        ).blocks
    )


def test_the_registry_counts_and_does_not_tell_small_counts(registry: Callable[[str], tuple]) -> None:
    blocks = registry()
    figures = next(one for one in blocks if isinstance(one, KeyFigures)).figures
    told = {one.label: one.value for one in figures}
    # 10 at target (6.0 to 6.9), 3 above, 1 never measured: two small counts, and with their sum nothing more is told.
    assert told == {"people": 14, "at target": 10, "above target": None, "9 % and more": 0, "never measured": None}
    drawn = next(one for one in blocks if isinstance(one, Figure))
    assert drawn.vega_lite["data"]["values"] == [{"band": "at target", "people": 10}]
    assert [row[1] for row in drawn.table.rows] == [10, None, None]


def test_the_registry_shows_the_worst_first_page_by_page(registry: Callable[[str], tuple]) -> None:
    table = next(one for one in registry() if isinstance(one, DataTable))
    assert [row[3] for row in table.rows][:3] == pytest.approx([7.2, 7.1, 7.0])
    assert table.rows[-1][3] is None
    assert (len(table.rows), table.more) == (14, 0)
    assert table.rows[0][0] == 13
    assert table.rows[0][2] == "2020-01-01"
    assert next(one for one in registry("2") if isinstance(one, DataTable)).rows == ()


def test_a_published_figure_is_the_one_on_the_page(
    workspace: Workspace, owner: Reader, registry: Callable[[str], tuple]
) -> None:
    asking = replace(owner, purpose=Purpose.PUBLIC_HEALTH)
    alone = figure(workspace, asking, "registry_page", "control", language="en", today=TODAY)
    assert alone == next(one for one in registry() if isinstance(one, Figure))


def test_a_lone_small_count_takes_another_with_it(workspace: Workspace, owner: Reader, tmp_path: Path) -> None:
    """12 of one kind and 2 of another: with the total told, either would tell the other."""
    by_high = 'Counts("tested", by=("k",))'
    folder = write_app(tmp_path, page='return (Text(str(sorted(row["count"] or 0 for row in view["all"]))),)')
    text = (folder / "app.py").read_text().replace('Counts("tested")', by_high)
    (folder / "app.py").write_text(
        text.replace('k}}, name="tested"', 'k}, name="tested"').replace('{"k": k}, name', '{"k": k >= 6}, name')
    )
    put_in(workspace, folder)
    publish(workspace, owner, today=TODAY)
    (block,) = page(workspace, owner, "potassium", "all", {}, language="en", today=TODAY).blocks
    assert block.markdown == "[0, 0]"


def test_a_page_does_not_count_by_thousands_of_values(
    workspace: Workspace, owner: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_app(tmp_path)
    text = (folder / "app.py").read_text().replace('Counts("tested")', 'Counts("tested", by=("person_id",))')
    (folder / "app.py").write_text(text)
    put_in(workspace, folder)
    publish(workspace, owner, today=TODAY)
    monkeypatch.setattr("medark.flows.pages.counting._MOST_GROUPS", len(VALUES) - 1)
    with pytest.raises(DefinitionError, match="more values than it can show"):
        page(workspace, owner, "potassium", "all", {}, language="en", today=TODAY)


def reader(workspace: Workspace, name: str, purpose: Purpose, organisation: str = "") -> Reader:
    workspace.ledger.users.add(User(name, organisation=organisation))
    return Reader(name, purpose, organisation=organisation)


def grant(workspace: Workspace, name: str, purpose: Purpose, whose: Rows = Rows.ALL) -> None:
    workspace.ledger.access.add_grant(Grant(0, Holder.USER, name, purpose, {"*": None}, whose, 4, 0, granted_by="anna"))


def test_removing_the_application_removes_what_it_published(workspace: Workspace, owner: Reader, sound: str) -> None:
    publish(workspace, owner, today=TODAY)
    life.remove(workspace, sound, by="anna")
    assert published(workspace) == []
