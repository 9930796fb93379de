"""An application's life: nothing of it runs before somebody has said yes, and what runs is what was approved."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest

from app_folders import EVERY, READS, write_app
from medark.errors import AccessError, DefinitionError, NotFoundError, RefusedInput, SourceError, UsageError
from medark.flows.apps import life
from medark.flows.apps.running import running
from medark.flows.apps.shelf import shelf
from medark.flows.hooks import Hooks
from medark.flows.workspace import Workspace
from medark.model.access import Holder, Reader
from medark.model.app import AppState
from medark.model.user import User
from unit.flows.apps.conftest import put_in, shown


def grants(workspace: Workspace, name: str = "potassium") -> list[frozenset[str]]:
    """The columns of measurement that the application's grants open now."""
    return [
        grant.tables["measurement"] or frozenset()
        for grant in workspace.ledger.access.grants()
        if grant.holder_kind is Holder.APP and grant.holder == name and grant.revoked_ms is None
    ]


def test_what_is_installed_says_what_it_reads_and_runs_nothing(workspace: Workspace, tmp_path: Path) -> None:
    found = life.install(workspace, write_app(tmp_path), by="anna")
    assert {(one.table, one.column) for one in found.asks} == {("measurement", column) for column in (*READS, EVERY)}
    assert found.asks[0].level == max(one.level for one in found.asks) >= 3
    assert all(one.reason for one in found.asks)
    assert found.needs_approval
    assert grants(workspace) == []
    assert Hooks(workspace).services() == ()
    with pytest.raises(UsageError, match="nobody has approved"):
        life.enable(workspace, "potassium", by="anna")


def test_nothing_of_a_package_is_imported_before_it_is_approved(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "imported"
    folder = write_app(tmp_path / "site", name="stranger", first=f"open({str(mark)!r}, 'w').close()\n")
    folder.rename(tmp_path / "site" / "stranger")
    (tmp_path / "site" / "stranger" / "__init__.py").write_text(f"open({str(mark) + '2'!r}, 'w').close()\n")
    about = tmp_path / "site" / "stranger-1.0.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1.0.0\n")
    (about / "entry_points.txt").write_text("[medark.apps]\nstranger = stranger\n")
    monkeypatch.syspath_prepend(tmp_path / "site")
    assert "stranger" in [one.name for one in shelf(workspace)]
    assert life.install(workspace, "stranger", by="anna").needs_approval
    with pytest.raises(UsageError, match="nobody has approved"):
        life.enable(workspace, "stranger", by="anna")
    life.approve(workspace, "stranger", by="anna")
    assert "stranger" not in sys.modules
    assert list(tmp_path.glob("imported*")) == []
    life.enable(workspace, "stranger", by="anna")
    assert len(list(tmp_path.glob("imported*"))) == 2  # the module does run, once it may: in the platform, as a package
    with running(workspace).one("stranger") as loaded:
        assert loaded.process is None
    for name in ("stranger", "stranger.app"):
        sys.modules.pop(name)


def test_a_folder_is_never_run_inside_the_platform(workspace: Workspace, tmp_path: Path) -> None:
    mark = tmp_path / "written"
    folder = write_app(tmp_path / "apps", first=f"open({str(mark)!r}, 'w').close()\n")
    life.install(workspace, folder)
    life.approve(workspace, "potassium", by="anna")
    with pytest.raises(RefusedInput, match="reaches no file"):
        life.enable(workspace, "potassium", by="anna")
    assert not mark.exists()


def test_approval_is_a_grant_of_what_was_shown(workspace: Workspace, tmp_path: Path) -> None:
    life.install(workspace, write_app(tmp_path), by="bert")
    found = life.approve(workspace, "potassium", by="anna")
    assert found.version.approved_by == "anna"
    assert grants(workspace) == [frozenset({*READS, EVERY})]
    after = life.enable(workspace, "potassium", by="bert")
    assert (after.state, after.current, after.previous) == (AppState.ENABLED, "1.0.0", "")
    assert grants(workspace) == [frozenset({*READS, EVERY})]


def test_a_version_that_reads_no_more_takes_over_and_back(
    workspace: Workspace, owner: Reader, sound: str, tmp_path: Path
) -> None:
    assert not life.install(workspace, write_app(tmp_path, "1.1.0")).needs_approval
    assert shown_by(workspace, owner) == "1.0.0"
    after = life.upgrade(workspace, sound, by="bert")
    assert (after.current, after.previous) == ("1.1.0", "1.0.0")
    assert shown_by(workspace, owner) == "1.1.0"
    after = life.rollback(workspace, sound, by="bert")
    assert (after.current, after.previous) == ("1.0.0", "1.1.0")
    assert shown_by(workspace, owner) == "1.0.0"
    with pytest.raises(UsageError, match="runs already"):
        life.upgrade(workspace, sound, "1.0.0", by="bert")


def test_a_version_that_reads_more_asks_again(workspace: Workspace, owner: Reader, sound: str, tmp_path: Path) -> None:
    wider = {"reads": (*READS, EVERY, "measurement_source_value"), "app": WIDER}
    found = life.install(workspace, write_app(tmp_path, "2.0.0", **wider))
    assert [(one.column, one.is_new) for one in found.asks if one.is_new] == [("measurement_source_value", True)]
    assert found.needs_approval
    with pytest.raises(UsageError, match="nobody has approved"):
        life.upgrade(workspace, sound, by="anna")
    assert shown_by(workspace, owner) == "1.0.0"
    life.approve(workspace, sound, "2.0.0", by="anna")
    assert shown_by(workspace, owner) == "1.0.0"
    assert life.upgrade(workspace, sound, by="anna").current == "2.0.0"
    assert shown_by(workspace, owner) == "2.0.0"
    assert {"measurement_source_value"} <= set().union(*grants(workspace))


WIDER = """
from dataclasses import replace
from medark.define import *
from medark.sdk import *

K = codes("potassium", "LOINC", "2823-3")
BY = {{"all": Counts("tested")}}


def app(settings):
    last = measurements.of(K).last()
    k, word = last.value_in("mmol/L"), last.measurement_source_value
    rule = Rule("high", k >= 6, Card("{{k}}", "{{k}}"), {{"k": k, "word": word}}, source="test")
    tested = Dataset(every(measurements.of(K)), {{"k": k}}, name="tested")
    title, link = {{"en": "a", "zh": "b"}}, (Link("{version}", "https://example.org"),)
    return App(
        (CardRule("high", ("patient-view",), rule, lambda finding: replace(finding.card, links=link)),),
        (Publish("tested", tested, title, {{"k": "potassium"}}),),
        pages=(Page("all", title, lambda view: (Text("{card}{page}"),), BY),),
    )
"""


@pytest.mark.parametrize(
    ("wrong", "error", "told"),
    [
        ({"first": "1 / 0\n"}, RefusedInput, "ZeroDivisionError"),
        ({"first": "def f(:\n"}, RefusedInput, "no Python"),
        ({"card": "1 / 0"}, DefinitionError, "the application failed: ZeroDivisionError"),
        ({"page": "return (1,)"}, DefinitionError, "the application failed"),
        ({"first": "import socket\n"}, RefusedInput, "no module socket|reaches no file"),
        ({"reads": READS}, DefinitionError, "reads what app.toml does not say"),
        ({"reads": (*READS, EVERY, "operator_concept_id")}, DefinitionError, "asks for what no definition reads"),
        ({"more": '[needs]\nmedark = ">=99"\n'}, UsageError, "it needs medark >=99"),
        ({"more": '[needs]\napps = ["absent"]\n'}, UsageError, "it needs the application absent"),
    ],
)  # fmt: skip
def test_a_version_that_can_not_run_does_not_take_over(
    workspace: Workspace, owner: Reader, sound: str, tmp_path: Path, wrong: dict, error: type[Exception], told: str
) -> None:
    life.install(workspace, write_app(tmp_path, "1.1.0", **wrong))
    life.approve(workspace, sound, by="anna")
    with pytest.raises(error, match=told):
        life.upgrade(workspace, sound, by="anna")
    assert shown_by(workspace, owner) == "1.0.0"


def test_a_concept_set_that_comes_to_nothing_here_is_told_before_it_runs(workspace: Workspace, tmp_path: Path) -> None:
    folder = write_app(tmp_path)
    text = (folder / "app.py").read_text().replace('"2823-3"', '"0000-0"')
    (folder / "app.py").write_text(text)
    life.install(workspace, folder)
    life.approve(workspace, "potassium", by="anna")
    with pytest.raises(DefinitionError, match="potassium"):
        life.enable(workspace, "potassium", by="anna")


def test_a_version_is_its_files(workspace: Workspace, owner: Reader, sound: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="with other files"):
        life.install(workspace, write_app(tmp_path / "other", card="x = 1"))
    assert not life.install(workspace, write_app(tmp_path / "same")).needs_approval
    life.disable(workspace, sound)
    with (workspace.path / "apps" / sound / "1.0.0" / "app.py").open("a") as file:
        file.write("\nEVIL = 1\n")
    with pytest.raises(NotFoundError, match="not those that were approved"):
        life.enable(workspace, sound, by="anna")


def test_what_is_disabled_shows_nothing_and_comes_back(workspace: Workspace, owner: Reader, sound: str) -> None:
    life.disable(workspace, sound)
    with pytest.raises(NotFoundError):
        shown(workspace, owner, 1)
    assert life.enable(workspace, sound, by="anna").previous == ""
    assert shown_by(workspace, owner) == "1.0.0"


def test_what_is_removed_is_gone_but_for_the_record(
    workspace: Workspace, owner: Reader, sound: str, tmp_path: Path
) -> None:
    life.remove(workspace, sound, by="anna")
    with pytest.raises(NotFoundError):
        shown(workspace, owner, 1)
    assert grants(workspace) == []
    assert not (workspace.path / "apps" / sound).exists()
    assert workspace.ledger.apps.app(sound).state is AppState.REMOVED
    with pytest.raises(NotFoundError):
        life.enable(workspace, sound, by="anna")
    assert life.install(workspace, write_app(tmp_path, card="x = 1")).needs_approval  # other files, the same version
    assert put_in(workspace, tmp_path / "potassium-1.0.0") == sound


def test_settings_have_types_and_limits(workspace: Workspace, owner: Reader, sound: str) -> None:
    for wrong in ({"limit": "12"}, {"limit": "high"}, {"other": "1"}):
        with pytest.raises(UsageError):
            life.enable(workspace, sound, by="anna", settings=wrong)
    life.enable(workspace, sound, by="anna", settings={"limit": "7"})
    assert [len(shown(workspace, owner, person)) for person in (1, 2, 3)] == [0, 0, 1]
    life.enable(workspace, sound, by="anna")
    assert shown(workspace, owner, 1) == ()  # what was set stays set


def test_a_wheel_is_read_as_a_folder_is(workspace: Workspace, tmp_path: Path) -> None:
    folder, wheel = write_app(tmp_path), tmp_path / "potassium-1.0.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path in folder.iterdir():
            archive.write(path, f"somewhere/potassium/{path.name}")
        archive.writestr("somewhere/potassium-1.0.0.dist-info/METADATA", "Name: potassium")
    assert put_in(workspace, wheel) == "potassium"
    assert sorted(path.name for path in (workspace.path / "apps" / "potassium" / "1.0.0").iterdir()) == [
        "app.py", "app.toml",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["../../evil.py", "/evil.py", "potassium/../../evil.py"])
def test_a_wheel_can_not_write_elsewhere(workspace: Workspace, tmp_path: Path, name: str) -> None:
    wheel = tmp_path / "evil.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.write(write_app(tmp_path) / "app.toml", "app.toml")
        archive.writestr(name, "x = 1")
    with pytest.raises(RefusedInput):
        life.install(workspace, wheel)
    assert not list(tmp_path.rglob("evil.py"))


def test_what_is_no_application(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").write_text("x")
    for source, error in (
        (tmp_path / "empty", SourceError),
        (tmp_path / "file.txt", SourceError),
        ("x", NotFoundError),
    ):
        with pytest.raises(error):
            life.install(workspace, source)
    folder = write_app(tmp_path / "apps")
    (folder / "linked.py").symlink_to(tmp_path / "file.txt")
    (folder / "big.csv").write_bytes(b"a" * (17 << 20))
    with pytest.raises(RefusedInput):
        life.install(workspace, folder)
    (folder / "big.csv").unlink()
    life.install(workspace, folder)
    assert not list((workspace.path / "apps").rglob("linked.py"))


def shown_by(workspace: Workspace, owner: Reader) -> str:
    """The version whose code made the card of person 1."""
    (one,) = shown(workspace, owner, 1)
    return one.card.links[0].label


def test_only_an_owner_decides_and_the_audit_says_who(workspace: Workspace, sound: str, tmp_path: Path) -> None:
    workspace.ledger.users.add(User("carl", roles=frozenset({"clinician"})))
    newer = write_app(tmp_path, "1.1.0")
    for decide in (
        lambda by: life.install(workspace, newer, by=by),
        lambda by: life.approve(workspace, sound, by=by),
        lambda by: life.enable(workspace, sound, by=by),
        lambda by: life.upgrade(workspace, sound, by=by),
        lambda by: life.rollback(workspace, sound, by=by),
        lambda by: life.disable(workspace, sound, by=by),
        lambda by: life.remove(workspace, sound, by=by),
    ):
        for nobody in ("carl", "stranger"):
            with pytest.raises(AccessError, match="only an owner"):
                decide(nobody)
    life.install(workspace, newer, by="bert")
    life.upgrade(workspace, sound, by="anna")
    life.rollback(workspace, sound, by="bert")
    life.remove(workspace, sound, by="anna")
    acts = [entry.act for entry in workspace.ledger.audit.entries() if entry.action.startswith("app ")]
    assert [(act.action, act.actor, act.detail.get("version", "")) for act in acts] == [
        ("app installed", "anna", "1.0.0"),
        ("app approved", "anna", "1.0.0"),
        ("app enabled", "anna", "1.0.0"),
        ("app installed", "bert", "1.1.0"),
        ("app enabled", "anna", "1.1.0"),
        ("app enabled", "bert", "1.0.0"),
        ("app removed", "anna", ""),
    ]
