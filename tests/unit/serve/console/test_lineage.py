"""The page of a column's lineage: the picture and the tables say the same, and every part of it leads on"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from medark.bootstrap import init_workspace
from medark.catalog.lineage.drawing import Drawing
from medark.flows.ingest import ingest
from medark.flows.workspace import Workspace
from medark.model.lineage import Layer
from medark.model.user import User
from medark.serve.console.lineage import _picture
from medark.settings import ServeSettings
from support.visitor import Visitor
from unit.flows.lineage import small_source

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, hashed: str) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("console_lineage")
    with init_workspace(folder / "ws", buckets=2) as made:
        for name, role in (("owen", "owner"), ("rosa", "researcher")):
            made.ledger.users.add(User(name, roles=frozenset({role})), hashed)
        small_source.write_map(made.places.maps)
        ingest(made, small_source.write(folder / "in", small_source.live()), "north/small")
        yield made


@pytest.fixture(scope="module")
def rosa(workspace: Workspace, serving: Any) -> Iterator[Visitor]:
    with serving(workspace, ServeSettings(a_second=0)) as base:
        found = Visitor(base, "rosa", PASSWORD)
        yield found
        found.close()


def test_a_column_is_drawn_and_told_with_the_line_that_says_so(rosa: Visitor) -> None:
    told = rosa.data("/lineage", of="measurement.range_low")
    assert [(one["source"], one["field"], one["place"]) for one in told["origins"] if one["alone"]] == [
        ("north/small", "low", "small/result.toml:15")
    ]
    boxes = {one["title"]: one for one in told["picture"]["boxes"]}
    assert boxes.keys() == {"measurement.range_low", "north/small: event.range_low", "north/small/result.low"}
    assert boxes["measurement.range_low"]["root"]
    assert boxes["north/small/result.low"]["x"] < boxes["north/small: event.range_low"]["x"]
    assert len(told["picture"]["lines"]) == 2


def test_a_field_leads_to_what_changes_with_it(rosa: Visitor) -> None:
    told = rosa.data("/lineage", of="north/small/result.unit")
    named = {one["name"]: one["how"] for one in told["columns"] if one["alone"]}
    assert named["measurement.unit_source_value"] == "value"
    assert named["measurement.unit_concept_id"] == "looked up by"
    page = rosa.page("/lineage", of="north/small/result.unit")
    assert "north/small/result.unit" in page
    assert "measurement.unit_concept_id" in page


def test_which_rows_are_told_where_they_are_asked_for(rosa: Visitor) -> None:
    few, all_ = (rosa.data("/lineage", of="measurement.range_low", all=every) for every in ("", "1"))
    assert len(all_["picture"]["boxes"]) > len(few["picture"]["boxes"])


def test_a_table_leads_there_and_an_unknown_name_is_not_found(rosa: Visitor) -> None:
    link = 'href="/console/lineage?of=measurement.value_as_number"'
    assert link in rosa.client.get("/console/map/table/measurement").text
    assert "north/small/result.unit" in rosa.page("/lineage", 404, of="north/small/result.unti")


def test_what_has_no_room_beside_pages_is_told_whatever_it_is() -> None:
    found = _picture(Drawing(26, (), (), ((Layer.APP, 3), (Layer.FIELD, 1))))
    assert found["left_out"] == [
        {"layer": "pages, cards, tasks", "count": 3}, {"layer": "fields of sources", "count": 1},
    ]  # fmt: skip
