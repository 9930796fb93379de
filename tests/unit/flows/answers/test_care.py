"""Who sees people in care alone is given what was published, of those people: the same as if it were made for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medark.flows.apps import datasets
from medark.flows.apps.datasets import dataset_rows, definition_of
from medark.flows.apps.publish import published_one
from medark.flows.apps.running import running
from medark.flows.definitions.run import run
from medark.flows.gate import reader_of
from medark.flows.workspace import Workspace
from medark.model.access import Purpose
from unit.flows.answers.conftest import TODAY, who


@pytest.mark.parametrize(("user", "numbers"), [("nina", ("N1", "N2")), ("stan", ("S1",))])
def test_kept_rows_of_people_in_care(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, user: str, numbers: tuple[str, ...]
) -> None:
    reader = reader_of(workspace, user, Purpose.CARE)
    with running(workspace).one("ward") as loaded:
        made = run(workspace, replace(reader, app="ward"), definition_of(loaded, "beds"), today=TODAY).rows
    assert published_one(workspace, "ward", "beds").rows == 3
    monkeypatch.setattr(datasets, "answer", None)  # nothing is made anew
    found = dataset_rows(workspace, reader, "ward", "beds").rows.sort_by("person_id")
    assert found["person_id"].to_pylist() == sorted(who(workspace, number) for number in numbers)
    assert found.equals(made.select(found.column_names).cast(found.schema).sort_by("person_id"))
    bed = dataset_rows(workspace, reader, "ward", "beds", ["bed"]).rows  # whose they are is not asked for
    assert (bed.column_names, bed.num_rows) == (["bed"], len(numbers))
