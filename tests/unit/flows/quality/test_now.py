"""Check now, in the background; a site's own thresholds; checks after an ingest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import hospital
from medark.bootstrap import init_workspace, open_workspace
from medark.check.judge import Outcome
from medark.cli.shell import run
from medark.errors import AccessError, SettingsError
from medark.flows.ingest import ingest
from medark.flows.quality import check, history
from medark.flows.quality.background import check_now, how_far, wait
from medark.flows.workspace import Workspace
from medark.model.user import User
from medark.settings import read

STANDARD = "field_standardconceptrecordcompleteness_measurement_measurement_concept_id"
KIND = "standardConceptRecordCompleteness"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("now")
    with init_workspace(root / "ws", buckets=2) as made:
        made.ledger.users.add(User("olga", roles=frozenset({"owner"})))
        made.ledger.users.add(User("dora", organisation="north", roles=frozenset({"doctor"})))
        ingest(made, hospital.write(root / "in", [hospital.Patient("Qzxpa", 1)]), "north/all")
    return root / "ws"


@pytest.fixture
def workspace(root: Path) -> Iterator[Workspace]:
    with open_workspace(root, {}) as opened:
        yield opened


def test_a_check_that_is_asked_for_runs_in_the_background(workspace: Workspace) -> None:
    with pytest.raises(AccessError):
        check_now(workspace, "dora")
    assert not how_far(workspace).is_going_on and history(workspace, "olga") == []
    check_now(workspace, "olga")
    check_now(workspace, "olga")  # a run goes on already
    wait(workspace)
    told = how_far(workspace)
    assert not told.is_going_on and not told.failed and told.done == told.total
    assert len(history(workspace, "olga")) == 1


def test_a_threshold_of_the_site_holds_and_needs_no_new_count(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = next(one for one in check(workspace, "olga", table="measurement") if 0 < one.violating < one.of)
    share, name, kind = 100 * before.share, before.check.id, before.check.kind.name
    monkeypatch.setattr("medark.flows.quality.forward.Forward.begin", None)  # nothing may be counted
    for told, outcome in (
        ({name: share + 0.1}, Outcome.PASSED),
        ({name: share - 0.1}, Outcome.FAILED),
        ({kind: 100.0}, Outcome.PASSED),
        ({kind: 100.0, name: 0.0}, Outcome.FAILED),
    ):
        other = replace(workspace, settings=replace(workspace.settings, thresholds=told))
        (found,) = (one for one in check(other, "olga", table="measurement") if one.check.id == name)
        assert (found.outcome, found.violating, found.of) == (outcome, before.violating, before.of), told


def test_thresholds_are_numbers_of_per_cent_by_check_or_kind() -> None:
    text = f"[quality]\ncheck_after_ingest = true\n[quality.thresholds]\n{KIND} = 2.5\n{STANDARD} = 3\n"
    settings = read(text)
    assert dict(settings.thresholds) == {KIND: 2.5, STANDARD: 3.0}
    assert settings.quality.check_after_ingest
    for wrong in ("-1", "101", "true", '"5"'):
        with pytest.raises(SettingsError, match="threshold"):
            read(f"[quality.thresholds]\n{KIND} = {wrong}\n")
    with pytest.raises(SettingsError):
        read("[quality]\ncheck_after_ingest = 3\n")


def test_data_is_judged_after_an_ingest_if_settings_say_so(root: Path, tmp_path: Path) -> None:
    with open_workspace(root, {}) as opened:
        before = len(history(opened, "olga"))
    files = hospital.write(tmp_path / "more", [hospital.Patient("Qzxpb", 2)])
    run(["ingest", str(root), str(files), "--source", "north/all"], {})
    with open_workspace(root, {}) as opened:
        assert len(history(opened, "olga")) == before
    told = (root / "medark.toml").read_text()
    (root / "medark.toml").write_text(told.replace("# check_after_ingest = false", "check_after_ingest = true"))
    files = hospital.write(tmp_path / "again", [hospital.Patient("Qzxpc", 3)])
    run(["ingest", str(root), str(files), "--source", "north/all"], {})
    with open_workspace(root, {}) as opened:
        runs = history(opened, "olga")
        assert len(runs) == before + 1 and runs[0][0].version == opened.lake.snapshot().version
