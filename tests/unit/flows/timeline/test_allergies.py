"""Allergies in a record: each substance once, the worst first; none is not the same as not to be seen."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from medark.flows.timeline import Asked, timeline
from medark.flows.timeline.allergies import allergies
from medark.flows.timeline.names import names
from medark.flows.timeline.nouns import Allergy
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Rows
from medark.model.omop import lake_columns
from medark.model.user import User
from unit.flows.timeline.conftest import NOW, RICH, reader

SUBSTANCE, DRUG, FOOD = "419199007", "416098002", "414285001"
MALE = 8507  # a concept that there is in every vocabulary


def noted(code: str, name: str | None = None, day: int = 1, **more: object) -> dict[str, object]:
    """A row of observation."""
    return {
        "observation_concept_id": 0, "observation_source_concept_id": 0, "observation_source_value": code,
        "value_as_string": name, "observation_date": dt.date(2024, 6, day), "value_as_concept_id": 0, **more,
    }  # fmt: skip


def found(workspace: Workspace, *rows: dict[str, object], language: str = "zh") -> tuple[Allergy, ...]:
    schema = pa.schema([
        ("observation_id", pa.int64()), ("observation_concept_id", pa.int64()),
        ("observation_source_concept_id", pa.int64()), ("observation_source_value", pa.string()),
        ("observation_date", pa.date32()), ("value_as_concept_id", pa.int64()), ("value_as_string", pa.string()),
        ("value_source_value", pa.string()), ("qualifier_source_value", pa.string()),
    ])  # fmt: skip
    assert set(schema.names) <= {column.name for column in lake_columns("observation")}
    return allergies(workspace, pa.Table.from_pylist(list(rows), schema), names(workspace), language)


def test_each_substance_is_there_once_with_the_worst_that_was_said_of_it(workspace: Workspace) -> None:
    rows = (
        noted(SUBSTANCE, "青霉素", 9), noted(DRUG, "青霉素 ", 3, qualifier_source_value="MI"),
        noted(DRUG, "青霉素", 5, qualifier_source_value="SV"), noted(FOOD, "花生"), noted("吸烟", "每日10支"),
        noted("882-1", "O-"),
    )  # fmt: skip
    assert found(workspace, *rows) == (
        Allergy("青霉素", "medication", "severe", dt.date(2024, 6, 3), 3),
        Allergy("花生", "food", "", dt.date(2024, 6, 1), 1),
    )


@pytest.mark.parametrize(
    ("said", "severity"),
    [("SV", "severe"), ("MO", "moderate"), ("MI", "mild"), ("high", "severe"), ("low", "mild"),
     ("unable-to-assess", ""), ("U", ""), (None, "")],
)  # fmt: skip
def test_how_bad_it_is_in_the_words_of_each_standard(workspace: Workspace, said: str | None, severity: str) -> None:
    (one,) = found(workspace, noted(DRUG, "x", qualifier_source_value=said))
    assert one.severity == severity


def test_a_substance_is_called_by_its_concept_else_by_what_was_written(workspace: Workspace) -> None:
    rows = noted(DRUG, None, value_as_concept_id=MALE), noted(DRUG, None, value_source_value="N02A"), noted(DRUG)
    assert [one.name for one in found(workspace, *rows)] == ["", "N02A", "男"]
    undated = noted(DRUG, "x") | {"observation_date": None}
    assert found(workspace, undated)[0].since is None  # without a day it is an allergy all the same


def test_none_is_not_the_same_as_not_to_be_seen(workspace: Workspace) -> None:
    for name, tables, masks in (
        ("some", {"person": None, "visit_occurrence": None}, {}),
        ("masked", {"*": None}, {"observation.observation_source_value": "star"}),
    ):
        workspace.ledger.users.add(User(name, organisation="north"))
        grant = Grant(0, Holder.USER, name, Purpose.CARE, tables, Rows.ALL, 4, 0, masks=masks)
        workspace.ledger.access.add_grant(grant)
    shown = {name: timeline(workspace, reader(workspace, name), Asked(RICH, NOW)).allergies
             for name in ("dora", "some", "masked")}  # fmt: skip
    assert shown == {"dora": (), "some": None, "masked": None}
