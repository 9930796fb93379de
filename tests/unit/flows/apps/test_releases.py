"""Releases: a dataset under a name is made again row for row, held against another, and outlives old versions."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from app_folders import write_app
from medark.errors import AccessError, NotFoundError, UsageError
from medark.flows.apps import life
from medark.flows.apps.publish import publish
from medark.flows.apps.releases import compare, release, released_rows, releases
from medark.flows.held import held_versions
from medark.flows.workspace import Workspace
from medark.model.access import Reader
from unit.flows.apps.conftest import TODAY, potassium, write

APP, DATASET = "potassium", "tested"


@pytest.fixture
def released(workspace: Workspace, owner: Reader, sound: str) -> Workspace:
    """The first release, of fourteen people."""
    assert sound == APP
    publish(workspace, owner, today=TODAY)
    release(workspace, APP, DATASET, "first", by="anna")
    return workspace


def somebody_new(workspace: Workspace, number: int) -> None:
    """One more person with a potassium."""
    write(
        workspace,
        person=[{"person_id": number, "year_of_birth": 1960, "gender_concept_id": 8532}],
        measurement=[potassium(number, 5.0)],
    )


def test_a_release_is_made_again_after_the_lake_went_on(released: Workspace, owner: Reader) -> None:
    before = released_rows(released, owner, APP, DATASET, "first").rows.sort_by("person_id")
    somebody_new(released, 99)
    write(released, measurement=[potassium(2, 9.9, dt.date(2024, 6, 30))])
    assert released_rows(released, owner, APP, DATASET, "first").rows.sort_by("person_id").equals(before)
    assert before.num_rows == 14


def test_its_version_of_the_lake_is_not_forgotten(released: Workspace, owner: Reader) -> None:
    for number in range(90, 95):
        somebody_new(released, number)
    assert held_versions(released) == {releases(released)[0].lake_version}
    released.lake.vacuum(1, held_versions(released))
    assert released_rows(released, owner, APP, DATASET, "first").rows.num_rows == 14
    released.lake.vacuum(1)
    with pytest.raises(NotFoundError):
        released_rows(released, owner, APP, DATASET, "first")


def test_what_changed_from_one_to_the_next(released: Workspace, owner: Reader, tmp_path: Path) -> None:
    somebody_new(released, 99)
    folder = write_app(tmp_path / "next", version="1.1.0")
    text = (folder / "app.py").read_text().replace('{"k": k}, name', '{"k": k + 0, "twice": k * 2}, name')
    (folder / "app.py").write_text(text.replace('{"k": "last', '{"twice": "twice that", "k": "last'))
    life.install(released, folder, by="anna")
    life.upgrade(released, APP, by="anna")
    publish(released, owner, today=TODAY)
    release(released, APP, DATASET, "second", by="anna")
    found = compare(released, owner, APP, DATASET, "first", "second")
    assert (found.come, found.gone, found.stayed, found.who) == (1, 0, 14, False)
    assert (found.added, found.changed, found.removed) == (("twice",), ("k",), ())
    assert [one.app_version for one in releases(released, APP)] == ["1.0.0", "1.1.0"]


def test_who_and_what_can_not_be_released(released: Workspace) -> None:
    with pytest.raises(UsageError, match="of this name"):
        release(released, APP, DATASET, "first", by="anna")
    for name in ("../x", "", "a/b", "x" * 41):
        with pytest.raises(UsageError):
            release(released, APP, DATASET, name, by="anna")
    with pytest.raises(NotFoundError):
        release(released, APP, "nothing", "x", by="anna")
    with pytest.raises(AccessError):
        release(released, APP, DATASET, "x", by="nobody")
